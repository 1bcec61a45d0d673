"""The facts on which a CEJ is opened, and the criteria written one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import (
    Fait,
    Precision,
    verifier_choix,
    verifier_choix_facultatif,
    verifier_jour,
    verifier_jour_facultatif,
    verifier_oui_non,
)
from imilo.droit.registre import Redaction

CejPrecedent = Literal["aucun", "termine", "en_cours"]


@dataclass(frozen=True, slots=True)
class FaitsEligibilite:
    """What the law looks at; None means *not known yet*.

    `cej_precedent` and `fin_cej_precedent` (the day it ended, whatever the reason) are
    those of the last CEJ in any structure, `terme_cej_precedent` the end written in it.
    `circonstances_particulieres` is the decision of the structure's representative not to wait; it
    needs `engagements_respectes` and `difficultes_specifiques`.
    """

    date_naissance: Annotated[date, Fait("date de naissance")]
    rqth: Annotated[bool | None, Fait("la qualité de travailleur handicapé est reconnue")] = None
    etudiant: Annotated[bool | None, Fait("le jeune est étudiant")] = None
    en_formation: Annotated[bool | None, Fait("le jeune suit une formation")] = None
    difficulte_emploi_durable: Annotated[
        bool | None, Fait("le conseiller constate des difficultés d'accès à l'emploi durable")
    ] = None
    cej_precedent: Annotated[CejPrecedent | None, Fait("dernier CEJ, dans quelque structure que ce soit")] = None
    fin_cej_precedent: Annotated[date | None, Fait("dernier jour du dernier CEJ")] = None
    circonstances_particulieres: Annotated[bool, Fait("le représentant de la structure décide de ne pas attendre")] = (
        False
    )
    engagements_respectes: Annotated[bool | None, Fait("le jeune a tenu ses engagements pendant le dernier CEJ")] = None
    difficultes_specifiques: Annotated[
        bool | None, Fait("le jeune rencontre ou a rencontré des difficultés spécifiques")
    ] = None
    precision_naissance: Annotated[
        Precision, Fait("part connue de la date de naissance ; le reste de la date est ignoré")
    ] = "jour"
    terme_cej_precedent: Annotated[
        date | None, Fait("dernier jour écrit dans ce CEJ, s'il n'a pas fini ce jour-là")
    ] = None

    def __post_init__(self) -> None:
        verifier_jour("date_naissance", self.date_naissance)
        verifier_choix("precision_naissance", self.precision_naissance, Precision)
        for champ in (
            "rqth",
            "etudiant",
            "en_formation",
            "difficulte_emploi_durable",
            "engagements_respectes",
            "difficultes_specifiques",
        ):
            verifier_oui_non(champ, getattr(self, champ))
        verifier_choix_facultatif("cej_precedent", self.cej_precedent, CejPrecedent)
        for champ in ("fin_cej_precedent", "terme_cej_precedent"):
            verifier_jour_facultatif(champ, getattr(self, champ))
        if self.fin_cej_precedent is not None and self.cej_precedent in (None, "aucun"):
            raise FaitInvalide(
                "fin_cej_precedent",
                "Une date de fin suppose un CEJ précédent : indiquez-le.",
            )
        if self.terme_cej_precedent is not None and self.fin_cej_precedent is None:
            raise FaitInvalide("fin_cej_precedent", "Indiquez aussi le jour où ce CEJ a pris fin.")


class Examen:
    """The criteria seen so far, and the facts still missing."""

    def __init__(self, faits: FaitsEligibilite, le: date, redaction: Redaction) -> None:
        self.faits, self.le, self.redaction = faits, le, redaction
        self.a_completer: list[str] = []

    def point(
        self,
        code: str,
        satisfait: bool | None,
        phrase: str,
        article: str,
        *manquants: str,
    ) -> None:
        """Write one criterion; the facts it misses are noted when it can't be decided."""
        self.redaction.motif(code, satisfait, phrase, article)
        if satisfait is None:
            self.a_completer.extend(m for m in manquants if m not in self.a_completer)
