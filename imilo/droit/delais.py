"""The arithmetic of days and months, written once for every rule.

Three readings, all *de quantième à quantième*, and at the end of a shorter month when
it has no such day (article 641 of the code de procédure civile, the common law of
periods counted in months):

- `terme`: last day to act, for a delay that an event starts; the event's day isn't
  counted (notified on 31 January: 28 February);
- `dernier_jour`: last day of a duration whose first day counts (12 months from
  15 January: 14 January);
- `anniversaire`: the day on which so many years are complete (born on 29 February: on
  1 March of a common year).

A delay in days counts every day (`terme_en_jours`). Where a text leaves the reading open, `Calendrier` takes the
choices of an operator; rules ask it of their `Redaction`.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from imilo.droit import textes
from imilo.droit.erreurs import HorsPeriode
from imilo.droit.lectures import PAR_DEFAUT, Lectures

MOIS_PAR_AN = 12
SAMEDI = 5
_VEILLE = timedelta(days=1)
_MOIS_ECRIT = re.compile(r"([0-9]{4})-([0-9]{2})")


class Echeance(date):
    """A day that a rule gave as a limit or an end, or that was stored from one.

    It is a date; a day computed from it is a plain date again, which no screen shows as a deadline.
    """

    @classmethod
    def du(cls, jour: date) -> Echeance:
        """Return `jour` as a deadline."""
        return cls(jour.year, jour.month, jour.day)

    def au_plus_tard(self, choisi: date) -> Echeance:
        """Return the day that people chose within this limit; ValueError when it comes after."""
        if choisi > self:
            raise ValueError(choisi)
        return Echeance.du(choisi)

    def __add__(self, duree: timedelta) -> date:  # type: ignore[override]  # a date's own sum would keep this class
        return date(self.year, self.month, self.day) + duree

    def __sub__(self, autre: Any) -> Any:
        return date(self.year, self.month, self.day) - autre

    def replace(self, *args: Any, **kwargs: Any) -> date:  # type: ignore[override]  # as the sum: a plain date
        return date(self.year, self.month, self.day).replace(*args, **kwargs)


def veille(jour: date) -> date:
    """Return the day before."""
    return jour - _VEILLE


def lendemain(jour: date) -> date:
    """Return the day after."""
    return jour + _VEILLE


def fin_du_mois(jour: date) -> date:
    """Return the last day of the month of `jour`."""
    return jour.replace(day=calendar.monthrange(jour.year, jour.month)[1])


def mois_echu(jour: date) -> Echeance:
    """Return the last day of the month of `jour`, after which what is due for that month is decided."""
    return Echeance.du(fin_du_mois(jour))


def debut_du_mois(jour: date) -> date:
    """Return the first day of the month of `jour`."""
    return jour.replace(day=1)


def premier_jour_du_mois_ecrit(mois: str) -> date:
    """Read `AAAA-MM` as the first day of that month; ValueError for anything else."""
    lu = _MOIS_ECRIT.fullmatch(mois)
    if lu is None:
        raise ValueError(mois)
    annee, numero = lu.groups()
    return date(int(annee), int(numero), 1)


def mois_plus(jour: date, nombre: int) -> date:
    """Return the first day of the month that comes `nombre` months after `jour`'s."""
    ecoules = jour.year * MOIS_PAR_AN + jour.month - 1 + nombre
    return date(ecoules // MOIS_PAR_AN, ecoules % MOIS_PAR_AN + 1, 1)


def terme(evenement: date, mois: int) -> date:
    """Return the last day of a delay of `mois` months that `evenement` starts."""
    arrivee = mois_plus(evenement, mois)
    return arrivee.replace(day=min(evenement.day, fin_du_mois(arrivee).day))


def dernier_jour(debut: date, mois: int) -> date:
    """Return the last day of `mois` whole months, `debut` being the first day."""
    arrivee = mois_plus(debut, mois)
    fin = fin_du_mois(arrivee)
    if debut.day > fin.day:
        return fin
    return veille(arrivee.replace(day=debut.day))


def anniversaire(naissance: date, annees: int) -> date:
    """Return the day on which `annees` years of age are complete."""
    return lendemain(dernier_jour(naissance, annees * MOIS_PAR_AN))


def terme_en_jours(evenement: date, jours: int) -> date:
    """Return the last day of a delay of `jours` days that `evenement` starts, whose day isn't counted."""
    return evenement + timedelta(days=jours)


@dataclass(frozen=True, slots=True)
class Calendrier:
    """The same delays, by the readings of an operator (`textes/lectures.yaml`, questions `delais.*`)."""

    lectures: Lectures = PAR_DEFAUT

    def terme(self, evenement: date, mois: int) -> Echeance:
        """Return the last day of a delay of `mois` months that `evenement` starts."""
        depart = evenement if self._suit("delais.jour_de_depart", "non_compte") else veille(evenement)
        return self._reporte(self._civil(terme(depart, mois)))

    def terme_en_jours(self, evenement: date, jours: int) -> Echeance:
        """Return the last day of a delay of `jours` days that `evenement` starts."""
        depart = evenement if self._suit("delais.jour_de_depart", "non_compte") else veille(evenement)
        return self._reporte(terme_en_jours(depart, jours))

    def dernier_jour(self, debut: date, mois: int) -> Echeance:
        """Return the last day of a duration of `mois` months that starts on `debut`."""
        fin = dernier_jour(debut, mois) if self._suit("delais.duree", "veille") else terme(debut, mois)
        return Echeance.du(self._civil(fin))

    def _civil(self, fin: date) -> date:
        return fin if self._suit("delais.mois", "de_date_a_date") else fin_du_mois(fin)

    def _reporte(self, fin: date) -> Echeance:
        return Echeance.du(fin if self._suit("delais.report", "aucun") else ouvrable(fin))

    def _suit(self, question: str, choix: str) -> bool:
        return self.lectures.sur(question) == choix


def ouvrable(jour: date) -> date:
    """Return `jour`, or the first day after it that is neither a Saturday, a Sunday nor a public holiday."""
    while jour.weekday() >= SAMEDI or jour in feries(jour.year):
        jour = lendemain(jour)
    return jour


@cache
def feries(annee: int) -> frozenset[date]:
    """Return the public holidays of a year (L. 3133-1); HorsPeriode outside the years of the table."""
    table = textes.lire("feries.yaml")
    dimanches: dict[int, date] = {jour.year: jour for jour in table["paques"]}
    if annee not in dimanches:
        raise HorsPeriode("jours fériés", date(annee, 1, 1), min(dimanches.values()))
    fixes = {date.fromisoformat(f"{annee:04d}-{jour}") for jour in table["fixes"]}
    return frozenset(fixes | {dimanches[annee] + timedelta(days=n) for n in table["apres_paques"]})
