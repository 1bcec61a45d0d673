"""Former numbers: a dossier that was merged into another is still asked for by the number that people wrote down.

    from imilo.parcours.dossiers import renvois
    renvois.declarer(fonction(structure_id, numero) -> current number, or None)

Declared in `AppConfig.ready` by the application that merges. The function runs in the structure's perimeter.
"""

from __future__ import annotations

from collections.abc import Callable

Source = Callable[[int, int], int | None]

_sources: list[Source] = []


def declarer(source: Source) -> None:
    """Add a source of former numbers."""
    _sources.append(source)


def numero_actuel(structure_id: int, numero: int) -> int | None:
    """The number under which the dossier `numero` of the structure is now kept; None when it has no other."""
    return next((n for source in _sources if (n := source(structure_id, numero)) is not None), None)
