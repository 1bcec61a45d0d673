"""The letters of a procedure: the intention, the decision, the lifting; one copy for each person who receives it."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from imilo.droit import francais
from imilo.droit.baremes import bareme
from imilo.droit.decision import depuis_json
from imilo.parcours.contrats.pdf import donnees_de_la_structure
from imilo.parcours.dossiers.documents import produire_pdf
from imilo.parcours.sanctions import personnes
from imilo.parcours.sanctions.faits import Mesure
from imilo.parcours.sanctions.models import Nature, Procedure

GABARIT = "sanctions/gabarits/courrier.typ"
TEXTES = Path(__file__).with_name("textes.yaml")
Section = dict[str, Any]


@cache
def _textes() -> list[dict[str, Any]]:
    versions: list[dict[str, Any]] = yaml.safe_load(TEXTES.read_text(encoding="utf-8"))
    return sorted(versions, key=lambda version: version["a_compter_du"])


def textes(le: date) -> dict[str, Any]:
    """The wording in force on the day `le`; the first one for an earlier day."""
    return next((t for t in reversed(_textes()) if t["a_compter_du"] <= le), _textes()[0])


def en_mots(mesure: Mesure, *, a_la_personne: bool = False) -> str:
    """A measure without its dot: "suspension de 30 % de l'allocation, pendant 2 mois" ("votre", to the person)."""
    if mesure.nature == Nature.AVERTISSEMENT:
        fin = f", à respecter jusqu'au {francais.jour(mesure.fin_le)} inclus" if mesure.fin_le else ""
        return f"avertissement{fin}"
    if mesure.nature == Nature.RADIATION:
        return f"radiation de la liste des demandeurs d'emploi pendant {mesure.mois} mois"
    assert mesure.part is not None
    part = "de la totalité" if mesure.part == 1 else f"de {francais.pourcentage(mesure.part)}"
    duree = f"pendant {mesure.mois} mois" if mesure.mois else "sans durée fixée"
    allocation = "votre allocation" if a_la_personne else "l'allocation"
    return f"{mesure.nature} {part} de {allocation}, {duree}"


def objet_de_l_intention(procedure: Procedure) -> str:
    return "Une sanction est envisagée : vous pouvez répondre"


def objet_de_la_decision(procedure: Procedure) -> str:
    if procedure.nature == Nature.AVERTISSEMENT:
        return "Avertissement : ce que vous devez faire, et jusqu'à quand"
    return f"Décision : {en_mots(Mesure.decidee(procedure), a_la_personne=True)}"


def objet_de_la_levee(procedure: Procedure) -> str:
    return "La suspension de votre allocation prend fin"


def section(titre: str, *paragraphes: str, puces: list[list[str]] | None = None, insecable: bool = False) -> Section:
    return {"titre": titre, "paragraphes": list(paragraphes), "puces": puces or [], "insecable": insecable}


def _mentions(lignes: list[dict[str, str]]) -> list[list[str]]:
    return [[ligne["texte"], ligne["article"]] for ligne in lignes]


def _courrier(
    procedure: Procedure,
    titre: str,
    sections: list[Section],
    *,
    le: date,
    pouvoir: str,
    articles: list[str],
    a: datetime,
) -> bytes:
    donnees = {
        "titre": titre,
        "reference": procedure.reference,
        "structure": donnees_de_la_structure(procedure.dossier.structure),
        "personne": procedure.dossier.jeune.nom_complet,
        "destinataires": [{"nom": d.nom, "adresse": d.adresse} for d in personnes.destinataires(procedure, le=le)],
        "dossier": str(procedure.dossier),
        "date": francais.jour(le),
        "sections": sections,
        "pouvoir": pouvoir,
        "articles": ", ".join(dict.fromkeys(articles)),
    }
    return produire_pdf(GABARIT, donnees, le=a)


def _faits(procedure: Procedure) -> Section:
    constat = f"Constaté le {francais.jour(procedure.constate_le)} : {procedure.get_manquement_display().lower()}."
    return section("Ce qui vous est reproché", constat, *procedure.faits.splitlines())


def _motifs(decision: dict[str, Any] | None) -> list[list[str]]:
    return [] if decision is None else [[m.phrase, m.article] for m in depuis_json(decision).motifs]


def courrier_d_intention(procedure: Procedure, *, a: datetime) -> bytes:
    """The letter of R. 5412-7 as a tagged PDF, of the instant `a`: facts, sanction thought of, ten days, rights."""
    le = procedure.envisagee_le
    assert le is not None
    assert procedure.rang is not None
    assert procedure.quantum is not None
    jours = int(bareme("sanction.procedure.observations_jours", le).valeur)
    delai = f"Vous avez {jours} jours pour répondre, une fois cette lettre reçue" + (
        " (vous ou vos représentants légaux : le dernier qui la reçoit)." if procedure.represente else "."
    )
    mesure = en_mots(Mesure.envisagee(procedure), a_la_personne=True)
    corps = [
        _faits(procedure),
        section(
            "La sanction envisagée",
            f"Rien n'est décidé. La mission locale envisage : {mesure}.",
            puces=_motifs(procedure.rang),
        ),
        section("Vous pouvez répondre", delai, puces=_mentions(textes(le)["repondre"]), insecable=True),
    ]
    if procedure.motif_texte:
        corps.insert(1, section("Ce que vous avez déjà dit", *procedure.motif_texte.splitlines()))
    articles = [*depuis_json(procedure.quantum).articles, "R. 5412-7"]
    pouvoir = procedure.envisagee_pouvoir
    return _courrier(procedure, objet_de_l_intention(procedure), corps, le=le, pouvoir=pouvoir, articles=articles, a=a)


def courrier_de_decision(procedure: Procedure, *, a: datetime) -> bytes:
    """The decision of R. 5412-7-1: what, from when, why, how to contest it."""
    le = procedure.decidee_le
    assert le is not None
    assert procedure.quantum_decide is not None
    corps = [
        section("La décision", *_ce_qui_est_decide(procedure)),
        _faits(procedure),
        section("Pourquoi", *procedure.motivation.splitlines(), puces=_motifs(procedure.rang)),
        section("Ce que vous avez répondu", *_reponses(procedure)),
        section("Si vous n'êtes pas d'accord", puces=_mentions(textes(le)["recours"]), insecable=True),
    ]
    if procedure.nature == Nature.SUSPENSION:
        corps.insert(1, section("Pour que la suspension s'arrête plus tôt", _reprise(procedure)))
    articles = [*depuis_json(procedure.quantum_decide).articles, "R. 5412-7-1"]
    pouvoir = procedure.pouvoir
    return _courrier(procedure, objet_de_la_decision(procedure), corps, le=le, pouvoir=pouvoir, articles=articles, a=a)


def _ce_qui_est_decide(procedure: Procedure) -> list[str]:
    mesure = Mesure.decidee(procedure)
    lignes = [f"La mission locale prononce à votre égard : {en_mots(mesure, a_la_personne=True)}."]
    if procedure.premier_mois is not None:
        lignes.append(
            f"Le premier mois touché est celui {francais.du_mois(procedure.premier_mois)}, ou le mois où vous recevez "
            "cette lettre s'il vient après."
        )
    if procedure.radiation_mois is not None:
        lignes.append(
            f"Cette sanction entraîne une radiation de la liste des demandeurs d'emploi pendant "
            f"{procedure.radiation_mois} mois : la mission locale la propose à France Travail, qui la prononce."
        )
    if procedure.retard_assume_le is not None and procedure.limite_decision is not None:
        lignes.append(
            f"Cette décision devait être prise au plus tard le {francais.jour(procedure.limite_decision)}. Elle l'est "
            f"aujourd'hui pour cette raison : {procedure.retard_raison}"
        )
    lignes.append("Votre accompagnement continue.")
    return lignes


def _reprise(procedure: Procedure) -> str:
    if procedure.conditions:
        return procedure.conditions
    return (
        "Convenez avec votre conseiller de ce que vous devez faire. Dès que vous l'avez fait, en tout ou en partie, la "
        "suspension prend fin (R. 5412-1)."
    )


def _reponses(procedure: Procedure) -> list[str]:
    lignes = []
    if procedure.observations_le is not None:
        lignes.append(f"Vos observations du {francais.jour(procedure.observations_le)} ont été lues.")
    if procedure.audition_le is not None:
        avec = f", avec {procedure.audition_assistance}" if procedure.audition_assistance else ""
        lignes.append(
            f"Une audition a eu lieu, ou vous était proposée, le {francais.jour(procedure.audition_le)}{avec}."
        )
    return lignes or ["Nous n'avons reçu ni observations écrites, ni demande d'audition."]


def courrier_de_levee(procedure: Procedure, *, le: date, a: datetime) -> bytes:
    """The end of a suspension before its term: since when, why, what it changes."""
    assert procedure.levee is not None
    assert procedure.conforme_le is not None
    jour = francais.jour(procedure.conforme_le)
    corps = [
        section(
            "Ce qui change",
            f"La suspension de votre allocation a pris fin le {jour}.",
            "Votre allocation est de nouveau due, selon vos ressources de chaque mois.",
        ),
        section("Pourquoi", puces=_motifs(procedure.levee)),
        section("Si vous n'êtes pas d'accord", puces=_mentions(textes(le)["recours"]), insecable=True),
    ]
    articles = list(depuis_json(procedure.levee).articles)
    pouvoir = procedure.pouvoir
    return _courrier(procedure, objet_de_la_levee(procedure), corps, le=le, pouvoir=pouvoir, articles=articles, a=a)
