"""Mutants that cannot be told from the rule: proved over every value that may stand there, never by judgement.

A code is a name from a closed list. `choix >= "signature"` says what `choix == "signature"` says when no other code of
the list comes after it. The list is read from the types of the facts, from the readings, or from the options of a text;
where none is found, or where a fact may be absent, the mutant isn't proved and counts as a survivor.
`reponse == False` says what `reponse is False` says of True, False and None, the only values of a yes-no fact.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from operator import eq, ge, gt, le, lt, ne
from types import ModuleType, NoneType, UnionType
from typing import Any, Literal, Union

import imilo.droit
from imilo.droit.lectures import questions

OPERATIONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: eq, ast.NotEq: ne, ast.LtE: le, ast.GtE: ge, ast.Lt: lt, ast.Gt: gt,
}  # fmt: skip


def prouve(avant: str, apres: str, module: str) -> bool:
    """Say whether the two lines compare alike for every possible value. `module`: path from the root, for its names."""
    comparaisons = _comparaison_changee(avant, apres)
    if comparaisons is None:
        return False
    ancienne, nouvelle = comparaisons
    gauche, droite = ancienne.left, _constante(ancienne.comparators[0], module)
    if isinstance(ancienne.ops[0], ast.Is | ast.IsNot):
        if not isinstance(nouvelle.ops[0], ast.Eq if isinstance(ancienne.ops[0], ast.Is) else ast.NotEq):
            return False
        return isinstance(droite, bool | NoneType) and _valeurs(gauche, module) <= {True, False, None} != set()
    possibles = _valeurs(gauche, module)
    if not possibles or None in possibles or not isinstance(droite, str):
        return False
    avant_, apres_ = OPERATIONS[type(ancienne.ops[0])], OPERATIONS[type(nouvelle.ops[0])]
    return all(isinstance(v, str) and avant_(v, droite) is apres_(v, droite) for v in possibles)


def _comparaison_changee(avant: str, apres: str) -> tuple[ast.Compare, ast.Compare] | None:
    """Return the one comparison of a line whose operator alone differs, before and after."""
    listes = [[n for n in ast.walk(_arbre(ligne)) if isinstance(n, ast.Compare)] for ligne in (avant, apres)]
    if len(listes[0]) != len(listes[1]):
        return None
    paires = [(a, b) for a, b in zip(*listes, strict=True) if ast.dump(a) != ast.dump(b)]
    # Inside another comparison, both differ: the innermost is the one that was changed.
    return paires[-1] if paires and len(paires[-1][0].ops) == 1 else None


def _arbre(ligne: str) -> ast.AST:
    """Parse a line cut out of its function: a header gets a body, an open end is tried without its last words."""
    essais = [ligne, f"{ligne} pass", f"if 1: pass\n{ligne} pass", f"({ligne})", f"f({ligne.rstrip(',')})"]
    essais += [f"x = [0 {ligne}]", f"[x for x in y {ligne}]", f"(0 {ligne})", f"({ligne.removesuffix(' else')})"]
    for essai in essais:
        try:
            return ast.parse(essai)
        except SyntaxError:
            continue
    return ast.Module([], [])


def _constante(noeud: ast.expr, module: str) -> Any:
    if isinstance(noeud, ast.Constant):
        return noeud.value
    return getattr(_module(module), noeud.id, ...) if isinstance(noeud, ast.Name) else ...


def _valeurs(gauche: ast.expr, module: str) -> set[Any]:
    """Return all that may stand on the left, or nothing when it isn't known."""
    if isinstance(gauche, ast.Call) and isinstance(gauche.func, ast.Attribute) and gauche.func.attr == "lecture":
        question = _constante(gauche.args[0], module)
        return set(questions()[question].choix) if question in questions() else set()
    if isinstance(gauche, ast.Attribute):
        return set(_valeurs_des_faits().get(gauche.attr, ()))
    return set()


@cache
def _valeurs_des_faits() -> dict[str, frozenset[Any]]:
    """Return the possible values of each field of the facts, by name; none when one field of that name is open."""
    trouvees: dict[str, frozenset[Any] | None] = {}
    for module in _modules():
        for classe in vars(module).values():
            if isinstance(classe, type) and is_dataclass(classe) and classe.__module__ == module.__name__:
                for champ in fields(classe):
                    valeurs, deja = _du_champ(champ.type, module), trouvees.get(champ.name, frozenset())
                    trouvees[champ.name] = None if valeurs is None or deja is None else deja | valeurs
    return {nom: valeurs for nom, valeurs in trouvees.items() if valeurs}


def _du_champ(annotation: Any, module: ModuleType) -> frozenset[Any] | None:
    try:
        return _du_type(eval(annotation, vars(module)))  # noqa: S307  # our own annotations
    except NameError:  # imported for the type checker only: never a list of codes
        return None


def _du_type(type_: Any) -> frozenset[Any] | None:
    origine, parties = typing.get_origin(type_), typing.get_args(type_)
    if type_ is NoneType:
        return frozenset({None})
    if type_ is bool:
        return frozenset({True, False})
    if origine is Literal:
        return frozenset(parties)
    if origine in (Union, UnionType):
        valeurs = [_du_type(partie) for partie in parties]
        return None if None in valeurs else frozenset().union(*(v for v in valeurs if v is not None))
    return None


@cache
def _modules() -> list[ModuleType]:
    noms = [m.name for m in pkgutil.walk_packages(imilo.droit.__path__, "imilo.droit.")]
    return [importlib.import_module(nom) for nom in noms if nom != "imilo.droit.porte"]


def _module(chemin: str) -> ModuleType:
    return importlib.import_module(chemin.removesuffix(".py").replace("/", "."))
