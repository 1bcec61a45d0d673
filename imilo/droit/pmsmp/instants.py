"""Instants by the clock of the place, written `AAAA-MM-JJTHH:MM`, and delays in hours.

No time zone and no clock are needed: an instant is what the clock on the wall said, and a delay of 24 hours ends at the
same time of the next day. The two nights of the year on which the clock changes make that delay an hour longer or
shorter; nobody reads a deadline otherwise.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from imilo.droit import delais, francais
from imilo.droit.erreurs import FaitInvalide

_FORME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")


def lire(champ: str, ecrit: Any) -> datetime:
    """Read `AAAA-MM-JJTHH:MM`; FaitInvalide on the field `champ` for anything else."""
    try:
        if _FORME.fullmatch(ecrit) is None:
            raise ValueError(ecrit)
        return datetime.fromisoformat(ecrit)
    except (TypeError, ValueError):
        raise FaitInvalide(champ, "Indiquez un jour et une heure du lieu, par exemple 2025-06-03T14:30.") from None


def jour(instant: datetime) -> date:
    """Return the day of an instant."""
    return date(instant.year, instant.month, instant.day)


def heure(instant: datetime) -> str:
    """Return the time of day, `HH:MM`."""
    return f"{instant:%H:%M}"


def en_mots(instant: datetime) -> str:
    """Write an instant in French: `3 juin 2025 à 14 h 30`, `3 juin 2025 à 9 h`."""
    minutes = f" {instant:%M}" if instant.minute else ""
    return f"{francais.jour(jour(instant))} à {instant.hour} h{minutes}"


def apres(depart: datetime, heures: int) -> datetime:
    """Return the end of a delay of so many hours, each of them counted."""
    return depart + timedelta(hours=heures)


def apres_sans_dimanches_ni_feries(depart: datetime, heures: int) -> datetime:
    """Return the end of a delay of so many hours, those of Sundays and public holidays left out."""
    instant, reste = depart, timedelta(hours=heures)
    while reste:
        demain = datetime.fromisoformat(delais.lendemain(jour(instant)).isoformat())
        if _chome(jour(instant)):
            instant = demain
            continue
        ecoule = min(demain - instant, reste)
        instant, reste = instant + ecoule, reste - ecoule
    return instant


def _chome(le: date) -> bool:
    return le.weekday() > delais.SAMEDI or le in delais.feries(le.year)
