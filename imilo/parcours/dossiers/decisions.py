"""The decisions of the law kept in a dossier: each application of the path declares its own, one page explains all.

    from imilo.parcours.dossiers import decisions
    decisions.declarer("allocation-montant", fonction(dossier) -> iterable of DecisionGardee)

Declared in `AppConfig.ready`. A source makes a bounded number of queries, whatever the number of its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier


@dataclass(frozen=True)
class DecisionGardee:
    """One stored decision: `ecrite` is its JSON form, `lien` where it is used, `action` who may read it."""

    objet: int
    titre: str
    ecrite: Mapping[str, Any]
    lien: Lien
    action: str
    source: str = ""  # the code of its source, set by `decisions`

    @property
    def jour(self) -> date:
        """The day it was taken for."""
        return date.fromisoformat(self.ecrite["le"])


Source = Callable[[Dossier], Iterable[DecisionGardee]]
_sources: dict[str, Source] = {}


def declarer(code: str, source: Source) -> None:
    """Add a source. Raises `ValueError` when `code` is declared already."""
    if code in _sources:
        raise ValueError(f"La source de décisions {code} est déjà déclarée.")
    _sources[code] = source


def decisions(dossier: Dossier, *, permises: Callable[[str], bool]) -> list[DecisionGardee]:
    """The stored decisions whose action is permitted, newest first."""
    toutes = [
        replace(gardee, source=code)
        for code, source in _sources.items()
        for gardee in source(dossier)
        if permises(gardee.action)
    ]
    return sorted(toutes, key=lambda gardee: (gardee.jour, gardee.objet), reverse=True)


def decision(dossier: Dossier, *, source: str, objet: int, permises: Callable[[str], bool]) -> DecisionGardee | None:
    """One stored decision, None when there is none, or none that may be read."""
    return next((g for g in decisions(dossier, permises=permises) if (g.source, g.objet) == (source, objet)), None)
