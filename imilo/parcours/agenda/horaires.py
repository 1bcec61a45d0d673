"""From a day and an hour on the structure's clock to an instant, and back. Time zones stop here."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from imilo.socle.erreurs import RegleViolee


def instant(jour: date, heure: time, zone: ZoneInfo, *, champ: str = "heure") -> datetime:
    """The instant when clocks of `zone` show `heure` on `jour`.

    When clocks go back and show this hour twice, the first one. Raises `RegleViolee` at `champ` when clocks
    skip this hour (start of summer time).
    """
    local = datetime.combine(jour, heure.replace(tzinfo=None, fold=0), tzinfo=zone)
    resultat = local.astimezone(UTC)
    if resultat.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise RegleViolee(
            f"Le {jour:%d/%m/%Y}, les horloges sautent de {heure:%H:%M} à l'heure d'été : choisissez une autre heure.",
            champ,
        )
    return resultat


def bornes(jour: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First instant of a day of the structure, and of the next day: 23, 24 or 25 hours apart."""
    debut = datetime.combine(jour, time.min, tzinfo=zone)
    fin = datetime.combine(jour + timedelta(days=1), time.min, tzinfo=zone)
    return debut.astimezone(UTC), fin.astimezone(UTC)
