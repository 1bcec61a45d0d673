"""The letter that notifies a decision: everything the young person needs to check it with a pencil."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from imilo.droit import francais
from imilo.droit.decision import Decision, depuis_json
from imilo.parcours.allocations.models import DecisionAllocation, Sens
from imilo.parcours.contrats.pdf import donnees_de_la_structure, lignes_d_adresse
from imilo.parcours.dossiers.documents import produire_pdf

GABARIT = "allocations/gabarits/notification.typ"
TEXTES = Path(__file__).with_name("textes.yaml")


@cache
def _textes() -> list[dict[str, Any]]:
    versions: list[dict[str, Any]] = yaml.safe_load(TEXTES.read_text(encoding="utf-8"))
    return sorted(versions, key=lambda version: version["a_compter_du"])


def textes(le: date) -> dict[str, Any]:
    """The wording in force on the day `le`; the first one for an earlier day."""
    return next((t for t in reversed(_textes()) if t["a_compter_du"] <= le), _textes()[0])


def objet(decision: DecisionAllocation) -> str:
    """What the letter is about, in one line."""
    mois = francais.du_mois(decision.mois)
    if decision.sens == Sens.REFUS:
        return f"Pas d'allocation pour le mois {mois}"
    return f"Votre allocation du mois {mois} : {francais.euros(decision.montant)}"


def _motifs(*decisions: Decision[Any]) -> list[list[str]]:
    return [[m.phrase, m.article] for d in decisions for m in d.motifs]


def _contre(*decisions: Decision[Any]) -> list[list[str]]:
    return [[m.phrase, m.article] for d in decisions for m in d.motifs if m.satisfait is False]


def pdf_de_la_decision(decision: DecisionAllocation, *, a: datetime) -> bytes:
    """The letter as a tagged PDF, of the instant `a`. The decision is taken: its day and power are known."""
    return produire_pdf(GABARIT, donnees(decision), le=a)


def donnees(decision: DecisionAllocation) -> dict[str, Any]:
    """What the template receives, every value already written in French."""
    dossier = decision.dossier
    droit, calcul = depuis_json(decision.droit), depuis_json(decision.calcul)
    accord = decision.sens == Sens.ACCORD
    assert decision.decidee_le is not None
    mentions = textes(decision.decidee_le)
    return {
        "titre": objet(decision),
        "reference": decision.reference,
        "structure": donnees_de_la_structure(dossier.structure),
        "nom": dossier.jeune.nom_complet,
        "adresse": lignes_d_adresse(dossier),
        "dossier": str(dossier),
        "date": francais.jour(decision.decidee_le),
        "accord": accord,
        "montant": francais.euros(decision.montant),
        "forfait": francais.euros(decision.forfait),
        "contrat": f"du {francais.jour(decision.contrat.debut)} au {francais.jour(decision.contrat.fin)}",
        "motifs": _motifs(droit, calcul) if accord else (_contre(droit, calcul) or _motifs(droit, calcul)),
        "etapes": [[e.libelle, e.formule] for e in calcul.etapes] if accord else [],
        "pouvoir": decision.pouvoir,
        "a_savoir": [[m["texte"], m["article"]] for m in mentions["a_savoir"]],
        "recours": [[m["texte"], m["article"]] for m in mentions["recours"]],
        "articles": ", ".join(dict.fromkeys((*droit.articles, *calcul.articles))),
    }
