"""Every kind that the code writes is declared: found in the code itself, not by luck at run time."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import imilo
from imilo.journal.genres import CONSULTATIONS, GENRES
from tests.code.sources import arbre

RACINE = Path(imilo.__file__).parent


def _appels(nom: str) -> Iterator[tuple[str, int, ast.expr]]:
    for fichier in sorted(RACINE.rglob("*.py")):
        for noeud in ast.walk(arbre(fichier)):
            if isinstance(noeud, ast.Call) and getattr(noeud.func, "id", getattr(noeud.func, "attr", "")) == nom:
                rang = 1 if nom == "consigner" else 2
                if len(noeud.args) > rang:
                    yield str(fichier.relative_to(RACINE)), noeud.lineno, noeud.args[rang]


def _litteraux(expression: ast.expr) -> Iterator[str]:
    """The texts that an argument may be: a literal, or either side of a conditional."""
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        yield expression.value
    elif isinstance(expression, ast.IfExp):
        yield from _litteraux(expression.body)
        yield from _litteraux(expression.orelse)


def test_chaque_genre_ecrit_est_declare() -> None:
    fautes = [
        f"{ou}:{ligne} {genre}"
        for nom, connus in (("consigner", GENRES), ("consulter", CONSULTATIONS))
        for ou, ligne, argument in _appels(nom)
        for genre in _litteraux(argument)
        if genre not in connus
    ]
    assert not fautes
