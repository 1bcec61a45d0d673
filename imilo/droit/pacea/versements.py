"""The yearly ceiling of the PACEA allowance (D. 5131-9): which months are added up, and what is left of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from imilo.droit import delais, francais
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Fait, montant
from imilo.droit.montants import ZERO
from imilo.droit.registre import Redaction


def premier_jour(champ: str, mois: str) -> date:
    """Read `AAAA-MM`; FaitInvalide on the field `champ` for anything else."""
    try:
        return delais.premier_jour_du_mois_ecrit(mois)
    except (TypeError, ValueError):
        raise FaitInvalide(champ, "Indiquez un mois, par exemple 2025-06.") from None


@dataclass(frozen=True, slots=True)
class Versement:
    """A PACEA allowance granted for a month, whoever granted it."""

    mois: Annotated[str, Fait("mois pour lequel l'allocation a été accordée, AAAA-MM")]
    montant: Annotated[Decimal, Fait("montant accordé", "euros")]

    def __post_init__(self) -> None:
        premier_jour("mois", self.mois)
        object.__setattr__(self, "montant", montant("montant", self.montant))


@dataclass(frozen=True, slots=True)
class Annee:
    """Twelve months in a row that hold the month asked: the first day of the first and of the last of them."""

    premier_mois: date
    dernier_mois: date

    def montants(self, versements: Iterable[Versement]) -> list[Decimal]:
        """Return what was granted in these months, in the order given."""
        return [
            versement.montant
            for versement in versements
            if self.premier_mois <= premier_jour("mois", versement.mois) <= self.dernier_mois
        ]


def annee_du_plafond(mois: date, versements: tuple[Versement, ...], redaction: Redaction) -> Annee:
    """Return the twelve months in which most was granted, among those that hold the month; or the civil year.

    What was granted for later months counts too: no twelve months in a row may pass the ceiling. The months that end
    with the one asked come first when several years say the same.
    """
    if redaction.lecture("pacea.annee_du_plafond") == "annee_civile":
        debuts = [mois.replace(month=1)]
    else:
        debuts = [delais.mois_plus(mois, avant - delais.MOIS_PAR_AN) for avant in range(1, delais.MOIS_PAR_AN + 1)]
    annees = [Annee(debut, delais.mois_plus(debut, delais.MOIS_PAR_AN - 1)) for debut in debuts]
    return max(annees, key=lambda annee: sum(annee.montants(versements)))


def reste(annee: Annee, versements: tuple[Versement, ...], plafond: Decimal, redaction: Redaction) -> Decimal:
    """Write what was granted in the year; return what is left under the ceiling, never below zero."""
    montants = annee.montants(versements)
    accorde = sum(montants, ZERO)
    periode = f"{francais.du_mois(annee.premier_mois)} à {francais.mois(annee.dernier_mois)}"
    detail = f"{francais.somme(montants)} = {francais.nombre(accorde)}" if montants else francais.nombre(ZERO)
    redaction.etape(f"Déjà accordé {periode}", detail, accorde)
    restant = max(ZERO, plafond - accorde)
    redaction.etape(
        "Reste sous le plafond de l'année",
        f"{francais.nombre(plafond)} − {francais.nombre(accorde)}, sans passer sous zéro = {francais.nombre(restant)}",
        restant,
    )
    return restant
