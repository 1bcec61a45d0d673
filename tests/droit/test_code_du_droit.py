"""Tests about the code of the law itself: no legal number in it, no clock, nothing of ours."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import imilo.droit

RACINE = Path(imilo.droit.__file__).parent
MODULES = sorted(RACINE.rglob("*.py"))
TECHNIQUES = {
    # Calendar, figures and format: their numbers are those of arithmetic, each one a named constant.
    "delais.py",
    "faits.py",
    "francais.py",
    "montants.py",
    "registre.py",
}
IMPORTS_PERMIS = {
    "__future__",
    "ast",
    "calendar",
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "functools",
    "hashlib",
    "imilo",
    "importlib",
    "itertools",
    "json",
    "re",
    "types",
    "typing",
    "yaml",
}
# One module each: the door of facts, and the computation of whole columns.
IMPORTS_DE_PLUS = {"porte.py": {"pydantic", "pydantic_core"}, "colonnes.py": {"numpy"}}
HORLOGE = {"today", "now", "utcnow", "fromtimestamp", "time"}
NOMBRE_ECRIT = re.compile(r"(?![01]$)[\d.,/*\s-]*\d[\d.,/*\s-]*")
QUANTITE = re.compile(r"\d[\d\s]*(,\d+)?\s*(€|%|euros?|ans?\b|mois\b|semaines?\b|jours?\b|heures?\b)")


def _relatif(chemin: Path) -> str:
    return chemin.relative_to(RACINE).as_posix()


def _arbre(chemin: Path) -> ast.Module:
    return ast.parse(chemin.read_text(encoding="utf-8"))


def _constantes_nommees(arbre: ast.Module) -> set[ast.AST]:
    """Return the nodes under `NAME = …` at the top of a module."""
    noeuds: set[ast.AST] = set()
    for enonce in arbre.body:
        if isinstance(enonce, ast.Assign) and all(isinstance(c, ast.Name) and c.id.isupper() for c in enonce.targets):
            noeuds.update(ast.walk(enonce.value))
    return noeuds


def _nombres(arbre: ast.Module) -> list[ast.Constant]:
    """Return the numeric literals other than 0 and 1, and the texts that spell a number."""
    trouves = []
    for noeud in ast.walk(arbre):
        if not isinstance(noeud, ast.Constant) or isinstance(noeud.value, bool):
            continue
        if isinstance(noeud.value, int | float | complex) and noeud.value not in (0, 1):
            trouves.append(noeud)
        if isinstance(noeud.value, str) and NOMBRE_ECRIT.fullmatch(noeud.value):
            trouves.append(noeud)
    return [noeud for noeud in trouves if not _est_une_version(noeud, arbre)]


def _est_une_version(noeud: ast.Constant, arbre: ast.Module) -> bool:
    return any(isinstance(k, ast.keyword) and k.arg == "version" and k.value is noeud for k in ast.walk(arbre))


@pytest.mark.parametrize("chemin", MODULES, ids=_relatif)
def test_aucun_nombre_de_la_loi_dans_le_code(chemin: Path) -> None:
    """Design, convention 2. The rules hold no number but 0 and 1; the technical modules name theirs."""
    arbre = _arbre(chemin)
    permis = _constantes_nommees(arbre) if _relatif(chemin) in TECHNIQUES else set()
    fautifs = [(noeud.lineno, noeud.value) for noeud in _nombres(arbre) if noeud not in permis]
    assert fautifs == []


@pytest.mark.parametrize("chemin", [c for c in MODULES if _relatif(c) not in TECHNIQUES], ids=_relatif)
def test_aucun_nombre_de_la_loi_dans_les_phrases(chemin: Path) -> None:
    """« 25 ans », « 300 € », « six mois » : the words too take their numbers from the scales."""
    arbre = _arbre(chemin)
    docstrings = {
        noeud.body[0].value
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.Module | ast.ClassDef | ast.FunctionDef)
        and noeud.body
        and isinstance(noeud.body[0], ast.Expr)
    }
    en_lettres = re.compile(
        r"\b(deux|trois|quatre|cinq|six|douze|quinze|seize|dix-huit|vingt|trente)\b (ans|mois|heures)"
    )
    fautives = [
        noeud.value
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.Constant)
        and isinstance(noeud.value, str)
        and noeud not in docstrings
        and (QUANTITE.search(noeud.value) or en_lettres.search(noeud.value))
    ]
    assert fautives == []


def test_la_recherche_trouve_ce_qu_elle_cherche() -> None:
    fautif = ast.parse("SEUIL = 300\ndef f(x):\n    return x - 25 + Decimal('0.80') + 1.5 + True + 1")
    assert {noeud.value for noeud in _nombres(fautif)} == {300, 25, "0.80", 1.5}
    assert {n.value for n in _nombres(fautif) if n not in _constantes_nommees(fautif)} == {25, "0.80", 1.5}
    assert QUANTITE.search("Vous avez 25 ans")
    assert not QUANTITE.search("R. 5131-22 1°")


@pytest.mark.parametrize("chemin", MODULES, ids=_relatif)
def test_ni_horloge_ni_bibliotheque_etrangere(chemin: Path) -> None:
    permis = IMPORTS_PERMIS | IMPORTS_DE_PLUS.get(_relatif(chemin), set())
    for noeud in ast.walk(_arbre(chemin)):
        if isinstance(noeud, ast.Import):
            assert {alias.name.split(".")[0] for alias in noeud.names} <= permis
        if isinstance(noeud, ast.ImportFrom):
            assert noeud.module is not None
            assert noeud.module.split(".")[0] in permis
            assert noeud.module.split(".")[:2] != ["imilo"] or noeud.module.startswith("imilo.droit")
            assert not noeud.module.startswith("imilo.") or noeud.module.startswith("imilo.droit")
        if isinstance(noeud, ast.Attribute):
            assert noeud.attr not in HORLOGE
        if isinstance(noeud, ast.Name):
            assert noeud.id not in {"open", "print", "input"}
