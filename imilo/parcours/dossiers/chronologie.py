"""The timeline of a dossier: each application of the path declares what it has to tell, one page tells it all.

    from imilo.parcours.dossiers import chronologie
    chronologie.declarer("contrat", "Contrats", lambda dossier: [Entree(le=..., genre="contrat", titre="...")])

Declared in `AppConfig.ready`. A source makes a bounded number of queries, whatever the number of its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier


@dataclass(frozen=True)
class Entree:
    """One line of the timeline.

    `le` is a day, or an instant (aware) that is shown in the structure's zone. `detail` is free text, shown
    in whole; with `reserve` (the default when there is a detail worth hiding) only those who accompany
    (action `dossier.suivre`) read it: accueil and allocations see that an interview took place, not what
    was said. `lien` opens the object. `instant` (aware), when it was recorded, only orders the entries of a day
    that show no hour.
    """

    le: date | datetime
    genre: str
    titre: str
    detail: str = ""
    auteur: str = ""
    lien: Lien | None = None
    reserve: bool = False
    heure: time | None = None
    instant: datetime | None = None

    @property
    def jour(self) -> date:
        return self.le.date() if isinstance(self.le, datetime) else self.le


Source = Callable[[Dossier], Iterable[Entree]]


@dataclass(frozen=True)
class Genre:
    code: str
    libelle: str  # plural, as a filter shows it: "Actes"
    source: Source


_genres: dict[str, Genre] = {}


def declarer(genre: str, libelle: str, fonction: Source) -> None:
    """Add a kind of entries. Raises `ValueError` when this kind is declared already."""
    if genre in _genres:
        raise ValueError(f"Le genre {genre} est déjà déclaré dans la chronologie.")
    _genres[genre] = Genre(genre, libelle, fonction)


def genres() -> tuple[Genre, ...]:
    """The declared kinds, in the order of their declaration (that of the installed applications)."""
    return tuple(_genres.values())


def _locale(entree: Entree, zone: ZoneInfo) -> Entree:
    """The entry with its instant, if any, told as a day and an hour of the structure."""
    if not isinstance(entree.le, datetime):
        return entree
    ici = entree.le.astimezone(zone)
    return replace(entree, le=ici.date(), heure=ici.time().replace(tzinfo=None))


def _rang(entree: Entree, zone: ZoneInfo) -> datetime:
    if entree.heure is not None:
        return datetime.combine(entree.jour, entree.heure, zone)
    return entree.instant or datetime.min.replace(tzinfo=UTC)


def entrees(
    dossier: Dossier,
    *,
    genre: str | None = None,
    details: bool = False,
    permis: Callable[[str], bool] = lambda _: True,
) -> list[Entree]:
    """The timeline, newest first; of one kind with `genre` (an unknown one gives nothing).

    Without `details`, reserved details are emptied; a kind that isn't `permis` is left out and not read. Within a day
    the hour shown orders, else the instant of the recording, else the entry comes last; the order of a source is kept
    among equals.
    """
    zone = dossier.structure.zone
    choisis = [g for g in genres() if (genre is None or g.code == genre) and permis(g.code)]
    lignes = [_locale(e, zone) for g in choisis for e in g.source(dossier)]
    if not details:
        lignes = [replace(e, detail="") if e.reserve else e for e in lignes]
    return sorted(lignes, key=lambda e: (e.jour, _rang(e, zone)), reverse=True)
