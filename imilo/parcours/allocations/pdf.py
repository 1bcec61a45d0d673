"""The letter that notifies a decision: everything the young person needs to check it with a pencil."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from imilo.droit import francais
from imilo.droit.decision import Decision, depuis_json
from imilo.parcours.allocations.models import DecisionAllocation, Sens, Suite, TropPercu
from imilo.parcours.contrats.pdf import donnees_de_la_structure, lignes_d_adresse
from imilo.parcours.dossiers.documents import produire_pdf

GABARIT = "allocations/gabarits/notification.typ"
GABARIT_TROP_PERCU = "allocations/gabarits/trop_percu.typ"
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
    if decision.rang > 1:
        return f"Votre allocation du mois {mois} est corrigée"
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
    pieces = [depuis_json(decision.pieces)] if decision.pieces else []
    effets = [depuis_json(effet) for effet in decision.effets]
    toutes = (droit, calcul, *pieces, *effets)
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
        "motifs": _motifs(*toutes) if accord else (_contre(*toutes) or _motifs(*toutes)),
        "conservatoire": decision.conservatoire,
        "correction": _correction(decision),
        "etapes": [[e.libelle, e.formule] for d in (calcul, *effets) for e in d.etapes] if accord else [],
        "pouvoir": decision.pouvoir,
        "a_savoir": [[m["texte"], m["article"]] for m in mentions["a_savoir"]],
        "recours": [[m["texte"], m["article"]] for m in mentions["recours"]],
        "articles": articles_cites(*toutes),
    }


def articles_cites(*decisions: Decision[Any]) -> str:
    return ", ".join(dict.fromkeys(article for d in decisions for article in d.articles))


def _correction(decision: DecisionAllocation) -> dict[str, Any] | None:
    """What a correction says of the decision it corrects, and of the difference; None for a first decision."""
    if decision.corrige is None or decision.regularisation is None:
        return None
    avant = decision.corrige
    ecart = depuis_json(decision.regularisation)
    assert avant.decidee_le is not None
    return {
        "avant": francais.euros(avant.montant),
        "avant_le": francais.jour(avant.decidee_le),
        "cause": decision.get_cause_display(),
        "raison": decision.correction,
        "phrases": _motifs(ecart),
    }


def objet_du_trop_percu(trop: TropPercu, decision: DecisionAllocation) -> str:
    """What the letter of a claim is about, in one line."""
    mois = francais.du_mois(decision.mois)
    if trop.suite == Suite.A_REMBOURSER:
        return f"Une somme versée en trop pour le mois {mois} : {francais.euros(trop.montant)}"
    if trop.suite == Suite.ACQUIS:
        return f"Une somme versée en trop pour le mois {mois}, que vous gardez"
    return f"Une somme versée en trop pour le mois {mois}, que nous ne réclamons pas"


def pdf_du_trop_percu(trop: TropPercu, decision: DecisionAllocation, *, a: datetime) -> bytes:
    """The letter that explains an excess: what the law says of it, how it may be settled, the appeals."""
    dossier = decision.dossier
    assert decision.decidee_le is not None
    assert decision.regularisation is not None
    ecart = depuis_json(decision.regularisation)
    mentions = textes(decision.decidee_le)
    contenu = {
        "titre": objet_du_trop_percu(trop, decision),
        "reference": f"{trop.reference}, {decision.reference}",
        "structure": donnees_de_la_structure(dossier.structure),
        "nom": dossier.jeune.nom_complet,
        "adresse": lignes_d_adresse(dossier),
        "dossier": str(dossier),
        "date": francais.jour(decision.decidee_le),
        "montant": francais.euros(trop.montant),
        "mois": francais.du_mois(decision.mois),
        "suite": trop.suite,
        "cause": trop.get_cause_display(),
        "raison": decision.correction,
        "motifs": _motifs(ecart),
        "reglements": mentions["reglements"],
        "pouvoir": decision.pouvoir,
        "recours": [[m["texte"], m["article"]] for m in mentions["recours"]],
        "articles": articles_cites(ecart),
    }
    return produire_pdf(GABARIT_TROP_PERCU, contenu, le=a)
