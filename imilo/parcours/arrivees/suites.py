"""Who is told what became of an arrival: a source declares its function, called in the transaction of the act."""

from __future__ import annotations

from collections.abc import Callable

from imilo.parcours.arrivees.models import Arrivee, Source

Suite = Callable[[Arrivee], None]
_suites: dict[str, Suite] = {}


def declarer(source: Source, suite: Suite) -> None:
    """Call `suite` after each outcome noted for an arrival of `source`. Raises `ValueError` for a second one."""
    if source in _suites:
        raise ValueError(f"La source {source} a déjà sa suite.")
    _suites[source] = suite


def dire(arrivee: Arrivee) -> None:
    """Tell the source of this arrival, if it asked to be."""
    if (suite := _suites.get(arrivee.source)) is not None:
        suite(arrivee)
