"""What a page reads once: several blocks of it ask for the same rows of the same object.

    lectures.garder(dossier)                             # the view, before it shows
    lectures.une_fois(dossier, "contrats", lambda: ...)  # a selector: reads at the first call, then gives the same rows

Nothing is kept on an object that no view has opened for reading: services always read the database.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from django.db.models import Model

T = TypeVar("T")
GARDEES = "_lectures_gardees"


def garder(objet: Model) -> None:
    """Keep on this instance what the selectors read for it. For a page that writes nothing about it."""
    objet.__dict__.setdefault(GARDEES, {})


def une_fois(objet: Model, cle: Hashable, lire: Callable[[], T]) -> T:
    """What `lire` gives; kept under `cle` when the view asked for it with `garder`."""
    gardees: dict[Hashable, T] | None = objet.__dict__.get(GARDEES)
    if gardees is None:
        return lire()
    if cle not in gardees:
        gardees[cle] = lire()
    return gardees[cle]
