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
    """A PACEA allowance granted for a month, whoever granted it, and what a sanction withheld of it.

    D. 5131-9 has two ceilings: the amount of the allowance, in the month; what is paid to the person, in the year.
    """

    mois: Annotated[str, Fait("mois pour lequel l'allocation a été accordée, AAAA-MM")]
    montant: Annotated[Decimal, Fait("montant accordé", "euros")]
    retenu: Annotated[Decimal, Fait("part de ce montant qu'une sanction a retenue", "euros")] = ZERO

    def __post_init__(self) -> None:
        premier_jour("mois", self.mois)
        object.__setattr__(self, "montant", montant("montant", self.montant))
        object.__setattr__(self, "retenu", montant("retenu", self.retenu))
        if self.retenu > self.montant:
            raise FaitInvalide("retenu", "Une sanction ne retient pas plus que le montant accordé.")

    @property
    def verse(self) -> Decimal:
        return self.montant - self.retenu


@dataclass(frozen=True, slots=True)
class Annee:
    """Twelve months in a row that hold the month asked: the first day of the first and of the last of them."""

    premier_mois: date
    dernier_mois: date

    def de(self, versements: Iterable[Versement]) -> list[Versement]:
        """Return those of these months, in the order given."""
        return [v for v in versements if self.premier_mois <= premier_jour("mois", v.mois) <= self.dernier_mois]

    def verse(self, versements: Iterable[Versement]) -> Decimal:
        """Return what was paid in these months, in euros."""
        return sum((v.verse for v in self.de(versements)), ZERO)


def annee_du_plafond(mois: date, versements: tuple[Versement, ...], redaction: Redaction) -> Annee:
    """Return the twelve months in which most was paid, among those that hold the month; or the civil year.

    What was paid for later months counts too: no twelve months in a row may pass the ceiling. The months that end
    with the one asked come first when several years say the same.
    """
    if redaction.lecture("pacea.annee_du_plafond") == "annee_civile":
        debuts = [mois.replace(month=1)]
    else:
        debuts = [delais.mois_plus(mois, avant - delais.MOIS_PAR_AN) for avant in range(1, delais.MOIS_PAR_AN + 1)]
    annees = [Annee(debut, delais.mois_plus(debut, delais.MOIS_PAR_AN - 1)) for debut in debuts]
    return max(annees, key=lambda annee: annee.verse(versements))


def reste(annee: Annee, versements: tuple[Versement, ...], plafond: Decimal, redaction: Redaction) -> Decimal:
    """Write what was paid in the year; return what is left under the ceiling, never below zero."""
    siens = annee.de(versements)
    montants, verse = [v.verse for v in siens], annee.verse(versements)
    quoi = "Déjà versé, sanctions déduites," if any(v.retenu for v in siens) else "Déjà accordé"
    periode = f"{francais.du_mois(annee.premier_mois)} à {francais.mois(annee.dernier_mois)}"
    detail = f"{francais.somme(montants)} = {francais.nombre(verse)}" if montants else francais.nombre(ZERO)
    redaction.etape(f"{quoi} {periode}", detail, verse)
    restant = max(ZERO, plafond - verse)
    redaction.etape(
        "Reste sous le plafond de l'année",
        f"{francais.nombre(plafond)} − {francais.nombre(verse)}, sans passer sous zéro = {francais.nombre(restant)}",
        restant,
    )
    return restant
