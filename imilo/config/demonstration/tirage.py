"""Weighted draws, prepared once."""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Tirage(Generic[T]):
    """Draws a value by its weight. Given as pairs, a value may come back."""

    def __init__(self, parts: dict[T, float] | list[tuple[T, float]]) -> None:
        paires = list(parts.items()) if isinstance(parts, dict) else parts
        self._valeurs = [valeur for valeur, _ in paires]
        self._cumul = list(accumulate(poids for _, poids in paires))
        self._total, self._dernier = self._cumul[-1], len(paires) - 1

    def __call__(self, hasard: Random) -> T:
        """The very value that `hasard.choices` would give, at a third of its price."""
        return self._valeurs[bisect(self._cumul, hasard.random() * self._total, 0, self._dernier)]
