"""How many hours a week the contract asks (L. 5411-6 II 3° and the next paragraphs, R. 5411-15).

Fifteen hours; fewer, never none, for an individual reason seen in the assessment; none only when the person asks for
it, for proven difficulties of health, handicap, invalidity, or alone with a young child nobody can keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypedDict

from imilo.droit import age, francais
from imilo.droit.contrat_engagement.anciennes import AmenagementHeures
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import (
    Fait,
    verifier_choix,
    verifier_heures,
    verifier_jour_facultatif,
    verifier_oui_non,
)
from imilo.droit.logique import et
from imilo.droit.registre import Redaction, regle

Intensite = Literal["normale", "reduite", "sans_duree"]
ARTICLE = "L. 5411-6 II"


@dataclass(frozen=True, slots=True)
class FaitsDureeHebdomadaire:
    """Weekly hours of activity written in the contract (0: no weekly duration), and what a lower one rests on.

    The child's age is known by its date of birth, or by what the person states (`enfant_assez_jeune`) when that date
    isn't needed; None means *not known yet*.
    """

    heures: Annotated[Decimal, Fait("durée d'activité inscrite au contrat, 0 sans durée", "heures par semaine")]
    amenagement: Annotated[AmenagementHeures, Fait("raison d'une durée plus courte")] = "aucun"
    diagnostic_realise: Annotated[bool | None, Fait("le diagnostic global est réalisé")] = None
    a_sa_demande: Annotated[bool | None, Fait("la personne demande elle-même à n'avoir aucune durée")] = None
    difficultes_averees: Annotated[bool | None, Fait("ces difficultés sont particulières et avérées")] = None
    enfant_ne_le: Annotated[date | None, Fait("naissance de l'enfant que personne ne peut garder")] = None
    enfant_assez_jeune: Annotated[bool | None, Fait("l'enfant n'a pas atteint l'âge limite, sans dire sa date")] = None

    def __post_init__(self) -> None:
        verifier_heures("heures", self.heures)
        verifier_choix("amenagement", self.amenagement, AmenagementHeures)
        verifier_jour_facultatif("enfant_ne_le", self.enfant_ne_le)
        for champ in ("diagnostic_realise", "a_sa_demande", "difficultes_averees", "enfant_assez_jeune"):
            verifier_oui_non(champ, getattr(self, champ))
        if self.enfant_ne_le is not None and self.enfant_assez_jeune is not None:
            raise FaitInvalide("enfant_assez_jeune", "La date de naissance de l'enfant suffit : ne dites pas les deux.")


class ResultatDureeHebdomadaire(TypedDict):
    """`conforme`: whether the contract may say so, None while `a_completer` could change it.

    `minimum`: hours asked of everyone else. `sans_duree_jusqu_au`: the last day on which the child is young enough.
    """

    conforme: bool | None
    minimum: Decimal
    intensite: Intensite
    sans_duree_jusqu_au: Echeance | None
    a_completer: tuple[str, ...]


@regle("contrat_engagement.duree_hebdomadaire", version="2")
def duree_hebdomadaire(faits: FaitsDureeHebdomadaire, le: date, redaction: Redaction) -> ResultatDureeHebdomadaire:
    """Say whether the weekly hours are those that L. 5411-6 II allows on the day `le`."""
    minimum = redaction.valeur("contrat_engagement.heures_hebdomadaires", le)
    redaction.citer("R. 5411-15")
    points = _Points()
    jusqu_au = None
    if faits.heures >= minimum:
        intensite: Intensite = "normale"
        conforme: bool | None = True
    elif faits.heures > 0:
        intensite = "reduite"
        conforme = _reduite(faits, points)
    else:
        intensite = "sans_duree"
        conforme, jusqu_au = _sans_duree(faits, le, points, redaction)
    phrase = _phrase(intensite, conforme, faits.amenagement, francais.entier(minimum))
    redaction.motif("heures_hebdomadaires", conforme, phrase, ARTICLE)
    if intensite != "normale" and faits.amenagement == "aucun":
        redaction.avertir("Aucune raison d'une durée plus courte n'est indiquée : dites-la s'il y en a une.")
    points.ecrire(redaction)
    return ResultatDureeHebdomadaire(
        conforme=conforme,
        minimum=minimum,
        intensite=intensite,
        sans_duree_jusqu_au=jusqu_au,
        a_completer=points.a_completer if conforme is None else (),
    )


class _Points:
    """The conditions of a lower duration, written after the answer that they make."""

    def __init__(self) -> None:
        self._lignes: list[tuple[str, bool | None, str]] = []

    def point(self, code: str, satisfait: bool | None, phrases: dict[bool | None, str]) -> bool | None:
        """Note one condition and return its answer; its code is the fact that decides it."""
        self._lignes.append((code, satisfait, phrases[satisfait]))
        return satisfait

    def ecrire(self, redaction: Redaction) -> None:
        """Write the conditions as reasons."""
        for code, satisfait, phrase in self._lignes:
            redaction.motif(code, satisfait, phrase, ARTICLE)

    @property
    def a_completer(self) -> tuple[str, ...]:
        """The facts that are missing."""
        return tuple(code for code, satisfait, _ in self._lignes if satisfait is None)


def _reduite(faits: FaitsDureeHebdomadaire, points: _Points) -> bool | None:
    """Any reason of the individual situation will do, in view of the assessment."""
    raison = faits.amenagement != "aucun"
    if not raison:
        return False
    return points.point(
        "diagnostic_realise",
        faits.diagnostic_realise,
        {
            True: "Cette durée tient compte du point fait avec vous sur votre situation.",
            False: "Il faut d'abord faire avec vous le point sur votre situation.",
            None: "Il faut dire si le point sur votre situation a été fait avec vous.",
        },
    )


def _sans_duree(
    faits: FaitsDureeHebdomadaire, le: date, points: _Points, redaction: Redaction
) -> tuple[bool | None, Echeance | None]:
    if faits.amenagement in ("aucun", "situation_individuelle"):
        return False, None
    demande = points.point(
        "a_sa_demande",
        faits.a_sa_demande,
        {
            True: "Vous avez demandé à n'avoir aucune durée par semaine.",
            False: "Vous n'avez pas demandé à n'avoir aucune durée par semaine : personne ne le décide à votre place.",
            None: "Il faut dire si vous demandez à n'avoir aucune durée par semaine.",
        },
    )
    averees = points.point(
        "difficultes_averees",
        faits.difficultes_averees,
        {
            True: "Vos difficultés sont établies.",
            False: "Vos difficultés ne sont pas établies.",
            None: "Il faut dire si vos difficultés sont établies.",
        },
    )
    if faits.amenagement != "parent_isole_sans_garde":
        return et(demande, averees), None
    jeune, jusqu_au = _enfant(faits, le, points, redaction)
    # Without the other conditions, the child's age opens nothing.
    return et(demande, averees, jeune), None if et(demande, averees) is False else jusqu_au


def _enfant(
    faits: FaitsDureeHebdomadaire, le: date, points: _Points, redaction: Redaction
) -> tuple[bool | None, Echeance | None]:
    """Say whether the child is young enough on the day, and until when."""
    limite_age = redaction.entier("contrat_engagement.age_enfant_sans_garde", le)
    ans = francais.ans(limite_age)
    jeune, jusqu_au = faits.enfant_assez_jeune, None
    if faits.enfant_ne_le is not None:
        if faits.enfant_ne_le > le:
            raise FaitInvalide("enfant_ne_le", "La date de naissance de l'enfant est dans l'avenir.")
        jusqu_au = Echeance.du(age.dernier_jour_revolu(faits.enfant_ne_le, limite_age - 1))
        jeune = le <= jusqu_au
        redaction.etape(
            "Dernier jour sans durée par semaine",
            f"veille des {ans} de l'enfant né le {francais.jour(faits.enfant_ne_le)} = {francais.jour(jusqu_au)}",
            jusqu_au,
        )
        age.expliquer_29_fevrier(faits.enfant_ne_le, redaction)
    points.point(
        "enfant_assez_jeune",
        jeune,
        {
            True: f"Votre enfant a moins de {ans}.",
            False: f"Votre enfant a {ans} ou plus.",
            None: f"Il faut dire si votre enfant a moins de {ans}.",
        },
    )
    return jeune, jusqu_au


def _phrase(intensite: Intensite, conforme: bool | None, amenagement: AmenagementHeures, minimum: str) -> str:
    if intensite == "normale":
        return f"Le contrat prévoit au moins {minimum} heures par semaine."
    if conforme is None:
        return f"Pour prévoir moins de {minimum} heures par semaine, il manque un renseignement."
    if intensite == "reduite":
        if conforme:
            return "Votre situation permet moins d'heures, à condition qu'il en reste."
        if amenagement == "aucun":
            return f"Sans raison personnelle, le contrat prévoit au moins {minimum} heures par semaine."
        return "Moins d'heures ne se décide qu'après avoir fait avec vous le point sur votre situation."
    if conforme:
        return "À votre demande, le contrat peut ne fixer aucune durée par semaine."
    if amenagement == "aucun":
        return f"Sans raison personnelle, le contrat prévoit au moins {minimum} heures par semaine."
    if amenagement == "situation_individuelle":
        return "Votre situation permet moins d'heures, mais pas zéro."
    return "Les conditions pour ne fixer aucune durée par semaine ne sont pas toutes remplies."
