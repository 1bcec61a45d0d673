"""A signature drawn on screen: strokes of points, checked number by number. Never an image from outside."""

from __future__ import annotations

import json
from typing import Any

from imilo.socle.erreurs import RegleViolee

LARGEUR, HAUTEUR = 1000, 300
TRAITS_MAX, POINTS_MAX = 60, 6000
TEXTE_MAX = 100_000

Point = list[int]
Trait = list[Point]


def verifier(traits: Any) -> list[Trait]:
    """The strokes as lists of [x, y] with 0 ≤ x ≤ 1000 and 0 ≤ y ≤ 300. Raises `RegleViolee` for anything else."""
    if not isinstance(traits, list) or len(traits) > TRAITS_MAX or not all(map(_est_un_trait, traits)):
        raise RegleViolee("Cette signature tracée n'est pas lisible : effacez-la et recommencez.")
    if sum(map(len, traits)) > POINTS_MAX:
        raise RegleViolee("Cette signature tracée est trop longue : effacez-la et recommencez.")
    return [[[int(x), int(y)] for x, y in trait] for trait in traits]


def _est_un_trait(trait: Any) -> bool:
    return isinstance(trait, list) and bool(trait) and all(map(_est_un_point, trait))


def _est_un_point(point: Any) -> bool:
    if not isinstance(point, list) or len(point) != 2 or not all(type(v) is int for v in point):
        return False
    x, y = int(point[0]), int(point[1])
    return 0 <= x <= LARGEUR and 0 <= y <= HAUTEUR


def lire(texte: str) -> list[Trait]:
    """Read what the browser sends: JSON, or nothing. Raises `RegleViolee`."""
    if not texte.strip():
        return []
    try:
        brut = json.loads(texte[:TEXTE_MAX])
    except (json.JSONDecodeError, RecursionError) as erreur:
        raise RegleViolee("Cette signature tracée n'est pas lisible : effacez-la et recommencez.") from erreur
    return verifier(brut)
