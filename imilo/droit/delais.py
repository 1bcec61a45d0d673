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
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

MOIS_PAR_AN = 12
_VEILLE = timedelta(days=1)
_MOIS_ECRIT = re.compile(r"([0-9]{4})-([0-9]{2})")


def veille(jour: date) -> date:
    """Return the day before."""
    return jour - _VEILLE


def lendemain(jour: date) -> date:
    """Return the day after."""
    return jour + _VEILLE


def fin_du_mois(jour: date) -> date:
    """Return the last day of the month of `jour`."""
    return jour.replace(day=calendar.monthrange(jour.year, jour.month)[1])


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
