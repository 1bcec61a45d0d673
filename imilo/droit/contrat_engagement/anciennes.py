"""The first versions of two rules, kept so that what they decided can be replayed.

Since then `signature` reads several reorientations, and `heures` what a reduction of the weekly hours rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypedDict

from imilo.droit import francais
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import (
    verifier_choix,
    verifier_heures,
    verifier_jour,
    verifier_jour_facultatif,
)
from imilo.droit.registre import Redaction, regle

AmenagementHeures = Literal[
    "aucun",
    "situation_individuelle",
    "sante_handicap_invalidite",
    "parent_isole_sans_garde",
]


@dataclass(frozen=True, slots=True)
class FaitsDelaiSignature:
    """When the decision of orientation was received, and what came after.

    `nouvelle_orientation_demandee_le`: the day on which, after the diagnosis, the
    structure asked for another orientation; `nouvelle_notification_le`: the day the young
    person received the new decision.
    """

    notifiee_le: date
    nouvelle_orientation_demandee_le: date | None = None
    nouvelle_notification_le: date | None = None

    def __post_init__(self) -> None:
        verifier_jour("notifiee_le", self.notifiee_le)
        for champ in ("nouvelle_orientation_demandee_le", "nouvelle_notification_le"):
            valeur = getattr(self, champ)
            verifier_jour_facultatif(champ, valeur)
            if valeur is not None and valeur < self.notifiee_le:
                raise FaitInvalide(champ, "Ce jour vient avant la première notification.")
        demandee, notifiee = (
            self.nouvelle_orientation_demandee_le,
            self.nouvelle_notification_le,
        )
        if demandee is not None and notifiee is not None and notifiee < demandee:
            raise FaitInvalide(
                "nouvelle_notification_le",
                "La nouvelle décision vient avant sa demande.",
            )


class ResultatDelaiSignature(TypedDict):
    """`limite`: last day to sign, None while a new orientation is awaited."""

    limite: Echeance | None
    jours_restants: int | None
    echu: bool
    interrompu: bool


@regle("contrat_engagement.delai_signature", version="1")
def delai_signature(faits: FaitsDelaiSignature, le: date, redaction: Redaction) -> ResultatDelaiSignature:
    """Say until when the contract is to be signed (D. 5411-14-1, D. 5411-8-2)."""
    limite = _limite(faits.notifiee_le, redaction)
    demandee, nouvelle = (
        faits.nouvelle_orientation_demandee_le,
        faits.nouvelle_notification_le,
    )
    if demandee is not None and demandee > le:
        demandee = None
    if nouvelle is not None and nouvelle > le:
        nouvelle = None
    interrompu = nouvelle is None and demandee is not None and demandee <= limite
    if nouvelle is not None:
        redaction.citer("D. 5411-8-2")
        redaction.citer("D. 5411-14-2")
        limite = _limite(nouvelle, redaction)
    if interrompu and demandee is not None:
        redaction.motif(
            "delai_interrompu",
            True,
            "Une nouvelle orientation a été demandée le "
            f"{francais.jour(demandee)} : le délai s'arrête, et un nouveau délai commencera "
            "quand vous recevrez la nouvelle décision.",
            "D. 5411-8-2",
        )
        return ResultatDelaiSignature(limite=None, jours_restants=None, echu=False, interrompu=True)
    echu = le > limite
    redaction.motif(
        "dans_le_delai",
        not echu,
        f"Le contrat devait être signé au plus tard le {francais.jour(limite)}."
        if echu
        else f"Vous avez jusqu'au {francais.jour(limite)} inclus pour signer votre contrat.",
        "D. 5411-14-1",
    )
    return ResultatDelaiSignature(
        limite=limite,
        jours_restants=max(0, (limite - le).days),
        echu=echu,
        interrompu=False,
    )


def _limite(notifiee_le: date, redaction: Redaction) -> Echeance:
    mois = redaction.entier("contrat_engagement.delai_signature", notifiee_le)
    limite = redaction.terme(notifiee_le, mois)
    redaction.etape(
        "Dernier jour pour signer",
        f"{francais.jour(notifiee_le)} + {mois} mois = {francais.jour(limite)}",
        limite,
    )
    return limite


@dataclass(frozen=True, slots=True)
class FaitsDureeHebdomadaire:
    """Weekly hours of activity written in the contract, and why they are fewer, if so."""

    heures: Decimal
    amenagement: AmenagementHeures = "aucun"

    def __post_init__(self) -> None:
        verifier_heures("heures", self.heures)
        verifier_choix("amenagement", self.amenagement, AmenagementHeures)


class ResultatDureeHebdomadaire(TypedDict):
    """`conforme`: whether the contract may say so; `minimum`: hours asked otherwise."""

    conforme: bool
    minimum: Decimal


@regle("contrat_engagement.duree_hebdomadaire", version="1")
def duree_hebdomadaire(faits: FaitsDureeHebdomadaire, le: date, redaction: Redaction) -> ResultatDureeHebdomadaire:
    """Say whether the weekly hours are those of L. 5411-6 II 3°.

    Fewer hours, never none, for a reason of the individual situation; none only at the
    young person's request, for health, handicap or a child without day care.
    """
    minimum = redaction.valeur("contrat_engagement.heures_hebdomadaires", le)
    texte = francais.entier(minimum)
    if faits.heures >= minimum:
        conforme, phrase = (
            True,
            f"Le contrat prévoit au moins {texte} heures par semaine.",
        )
    elif faits.amenagement == "aucun":
        conforme = False
        phrase = f"Sans raison personnelle, le contrat prévoit au moins {texte} heures par semaine."
    elif faits.amenagement == "situation_individuelle":
        conforme = faits.heures > 0
        phrase = (
            "Votre situation permet moins d'heures, à condition qu'il en reste."
            if conforme
            else "Votre situation permet moins d'heures, mais pas zéro."
        )
    else:
        conforme = True
        phrase = "À votre demande, le contrat peut ne fixer aucune durée par semaine."
    redaction.motif("heures_hebdomadaires", conforme, phrase, "L. 5411-6 II")
    return ResultatDureeHebdomadaire(conforme=conforme, minimum=minimum)
