"""Whether a sanction told as pronounced is one that the text permits, at some rank of the failing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, get_args

from imilo.droit.baremes import bareme
from imilo.droit.sanction.faits_quantum import REFUS_REQUIS, FaitsQuantum, SanctionEnvisagee
from imilo.droit.sanction.modele import Manquement, Mesure, Rang
from imilo.droit.sanction.quantums import quantum

if TYPE_CHECKING:
    from imilo.droit.registre import Redaction

HORS_DU_TEXTE = "Cette sanction n'est pas de celles que le texte permet : vérifiez sa part et sa durée."
SANS_RADIATION = "Cette sanction entraîne une radiation, qui n'est pas indiquée."
RADIATION_DE_TROP = "Cette sanction n'entraîne pas la radiation indiquée, ou pas pour cette durée."


def avertir_mesure(manquement: Manquement, envisagee: SanctionEnvisagee, le: date, redaction: Redaction) -> None:
    """Warn of a measure that no rank of the failing permits."""
    if not _permises(manquement, envisagee, le, redaction):
        redaction.avertir(HORS_DU_TEXTE)


def avertir_sanction(
    manquement: Manquement, envisagee: SanctionEnvisagee, radiation: int | None, le: date, redaction: Redaction
) -> None:
    """Warn of a measure, or of a striking off of `radiation` months with it, that no rank of the failing permits."""
    permises = _permises(manquement, envisagee, le, redaction)
    if not permises:
        redaction.avertir(HORS_DU_TEXTE)
    elif not any(_accompagne(radiations, radiation) for radiations in permises):
        redaction.avertir(SANS_RADIATION if radiation is None else RADIATION_DE_TROP)


def _permises(
    manquement: Manquement, envisagee: SanctionEnvisagee, le: date, redaction: Redaction
) -> list[list[Mesure]]:
    """Return, for each rank that permits the measure, the strikings off that it entails."""
    premier = FaitsQuantum(
        manquement,
        "premier",
        le,
        allocation=True,
        revenu_remplacement=True,
        rsa=False,
        accompagnement_mission_locale=False,
        motif_legitime=False,
        refus=int(bareme(REFUS_REQUIS, le).valeur) if manquement == "refus_offres" else None,
        envisagee=envisagee,
    )
    decisions = [quantum(replace(premier, rang=rang), le, lectures=redaction.lectures) for rang in get_args(Rang)]
    for lue in {lue.question for decision in decisions for lue in decision.lectures}:
        redaction.lecture(lue)
    return [
        [m for m in d.resultat["mesures"] if m["nature"] == "radiation" and d.resultat["entraine_radiation"]]
        for d in decisions
        if d.resultat["conforme"]
    ]


def _accompagne(radiations: list[Mesure], mois: int | None) -> bool:
    """Whether a striking off of so many months is among these, or there is none on either side."""
    if mois is None:
        return not radiations
    return any(
        m["mois_minimum"] is not None
        and m["mois_maximum"] is not None
        and m["mois_minimum"] <= mois <= m["mois_maximum"]
        for m in radiations
    )
