"""A week of activity: Monday to Sunday, what was done, and what the contract asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

OUVRES = 5  # days of a week over which its hours are shared: Monday to Friday


def lundi_de(jour: date) -> date:
    """The Monday of the week of a day."""
    return jour - timedelta(days=jour.weekday())


@dataclass(frozen=True, slots=True)
class Periode:
    """The hours a week that a contract asks, from a day to a day, both included."""

    du: date
    au: date
    heures: Decimal
    contrat: int


@dataclass(frozen=True, slots=True)
class Semaine:
    """Minutes of one young person in the week that begins on `lundi`.

    `heures`: what the contract asks for the whole week; None when no contract covers all of its days. `excuses`: its
    working days taken out by a recognised absence, or under a suspension of the contract.
    """

    dossier: int
    lundi: date
    fait: int = 0
    a_confirmer: int = 0
    prevu: int = 0
    heures: Decimal | None = None
    excuses: int = 0

    @property
    def dimanche(self) -> date:
        return self.lundi + timedelta(days=6)

    @property
    def demande(self) -> int | None:
        """Minutes asked, once recognised absences and suspensions are taken out, each working day for a fifth."""
        if self.heures is None:
            return None
        return int(self.heures * 60 * (OUVRES - self.excuses) / OUVRES)

    @property
    def manque(self) -> int:
        """Minutes done that are missing to what is asked; what is to be confirmed isn't done yet."""
        return max((self.demande or 0) - self.fait, 0)


def jours_ouvres(du: date, au: date, lundi: date) -> set[date]:
    """The working days of the week of `lundi` that lie between two days, both included."""
    semaine = (lundi + timedelta(days=n) for n in range(OUVRES))
    return {jour for jour in semaine if du <= jour <= au}


def heures_demandees(periodes: list[Periode], lundi: date) -> Decimal | None:
    """What the contract that covers the whole week asks; None when none does: a week cut short asks for nothing."""
    dimanche = lundi + timedelta(days=6)
    return next((p.heures for p in periodes if p.du <= lundi and dimanche <= p.au), None)


def duree_lisible(minutes: int | None) -> str:
    """«2 h 30», «45 min», «3 h»."""
    if minutes is None:
        return ""
    heures, reste = divmod(abs(minutes), 60)
    signe = "−" if minutes < 0 else ""
    if not heures:
        return f"{signe}{reste} min"
    return f"{signe}{heures} h {reste:02d}" if reste else f"{signe}{heures} h"
