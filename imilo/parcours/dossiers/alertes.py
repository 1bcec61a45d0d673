"""Alerts and deadlines: each application of the path declares its own, the dossier and *Ma journée* show them.

    from imilo.parcours.dossiers import alertes
    alertes.declarer_alertes("contrats", fonction(dossier, le) -> iterable of Alerte)
    alertes.declarer_echeances("contrats", fonction(agent, structure, le) -> iterable of Jalon)
    alertes.declarer_resume("contrats", fonction(dossier, le) -> Resume | None)
    alertes.declarer_obstacles("contrats", fonction(dossier, le) -> iterable of str)

Declared in `AppConfig.ready`. Each function makes a bounded number of queries and runs in the perimeter.
`le` is the day in the structure's zone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import ClassVar, TypeVar

from imilo.acteurs.models import Agent, Structure
from imilo.droit import delais
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier


class Urgence(IntEnum):
    """How soon it has to be seen to: the highest comes first."""

    INFO = 1
    BIENTOT = 2
    DEPASSEE = 3

    @property
    def libelle(self) -> str:
        return {1: "À savoir", 2: "Bientôt", 3: "En retard"}[self.value]


@dataclass(frozen=True)
class Alerte:
    """What the person who opens this dossier has to know or to do."""

    message: str
    urgence: Urgence = Urgence.BIENTOT
    lien: Lien | None = None


@dataclass(frozen=True)
class Jalon:
    """A day to see to something, for a dossier of the agent's caseload, that no rule of the law gave: the end of a
    permit, a setting of the structure."""

    le: date
    libelle: str
    dossier: Dossier  # with its `jeune` loaded
    lien: Lien | None = None
    urgence: Urgence = Urgence.BIENTOT
    de_la_loi: ClassVar[bool] = False


@dataclass(frozen=True)
class Echeance(Jalon):
    """A day by which the law wants something done: one that `imilo.droit` gave."""

    le: delais.Echeance
    de_la_loi: ClassVar[bool] = True


@dataclass(frozen=True)
class Resume:
    """A block of the dossier page: a title, its state in a few words, facts (label, value), and links."""

    titre: str
    etat: str
    lignes: tuple[tuple[str, str], ...] = ()
    liens: tuple[Lien, ...] = ()


S = TypeVar("S")
SourceAlertes = Callable[[Dossier, date], Iterable[Alerte]]
SourceEcheances = Callable[[Agent, Structure, date], Iterable[Jalon]]
SourceResume = Callable[[Dossier, date], Resume | None]
SourceObstacles = Callable[[Dossier, date], Iterable[str]]
Permis = Callable[[str], bool]  # whether the source declared under this code may speak

_alertes: dict[str, SourceAlertes] = {}
_echeances: dict[str, SourceEcheances] = {}
_resumes: dict[str, SourceResume] = {}
_obstacles: dict[str, SourceObstacles] = {}


def _ajouter(registre: dict[str, S], code: str, source: S) -> None:
    if code in registre:
        raise ValueError(f"{code} est déjà déclaré.")
    registre[code] = source


def declarer_alertes(code: str, source: SourceAlertes) -> None:
    """Add a source of alerts of a dossier. Raises `ValueError` when `code` is declared already."""
    _ajouter(_alertes, code, source)


def declarer_echeances(code: str, source: SourceEcheances) -> None:
    """Add a source of deadlines for *Ma journée*. Raises `ValueError` when `code` is declared already."""
    _ajouter(_echeances, code, source)


def declarer_resume(code: str, source: SourceResume) -> None:
    """Add a block to the dossier page. Raises `ValueError` when `code` is declared already."""
    _ajouter(_resumes, code, source)


def declarer_obstacles(code: str, source: SourceObstacles) -> None:
    """Add a source of reasons, in French, not to end the accompaniment on a day: a running contract, say."""
    _ajouter(_obstacles, code, source)


def alertes(dossier: Dossier, *, le: date, permis: Permis = lambda _: True) -> list[Alerte]:
    """Alerts of a dossier on a day, the most urgent first; of the sources that are `permis`."""
    toutes = [a for code, source in _alertes.items() if permis(code) for a in source(dossier, le)]
    return sorted(toutes, key=lambda a: -a.urgence)


def echeances(*, agent: Agent, structure: Structure, le: date) -> list[Jalon]:
    """Deadlines that concern the agent, the nearest (or longest overdue) first."""
    toutes = [e for source in _echeances.values() for e in source(agent, structure, le)]
    return sorted(toutes, key=lambda e: (e.le, -e.urgence, e.dossier.numero))


def resumes(dossier: Dossier, *, le: date, permis: Permis = lambda _: True) -> list[Resume]:
    """Blocks of the dossier page (orientation, contract, allowance) that are `permis`, as applications declare them."""
    return [r for code, source in _resumes.items() if permis(code) and (r := source(dossier, le)) is not None]


def obstacles(dossier: Dossier, *, le: date) -> list[str]:
    """What has to end before the accompaniment does, each with what to do."""
    return [o for source in _obstacles.values() for o in source(dossier, le)]
