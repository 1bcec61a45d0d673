"""Typed values to JSON values and back, losing nothing.

A Decimal is its own text (`"414.06"`), a day is `AAAA-MM-JJ`, a tuple is a list, a dataclass or a TypedDict is an
object. An amount is read back as a Montant and a deadline as an Echeance, where the annotation says so. Reading is
guided by the annotations and strict: what would not be written the same way again is refused.
"""

from __future__ import annotations

import json
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import (
    Any,
    Literal,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from imilo.droit.erreurs import DecisionIllisible, FaitInvalide

_ABSENT = object()
_TELS_QUELS = frozenset({str, bool, int, type(None)})


def encoder(valeur: Any) -> Any:
    """Return the JSON value of `valeur`; TypeError for a type without one."""
    if type(valeur) in _TELS_QUELS or isinstance(valeur, int | str):
        return valeur
    if isinstance(valeur, Decimal):
        return str(valeur)
    if isinstance(valeur, date) and not isinstance(valeur, datetime):
        return valeur.isoformat()
    if is_dataclass(valeur):
        classe: type = type(valeur)
        return {nom: encoder(getattr(valeur, nom)) for nom in _noms_des_champs(classe)}
    if isinstance(valeur, Mapping):
        return {str(cle): encoder(element) for cle, element in valeur.items()}
    if isinstance(valeur, tuple | list):
        return [encoder(element) for element in valeur]
    raise TypeError(f"{type(valeur).__name__} has no JSON form here")


def decoder(attendu: Any, brut: Any, chemin: str) -> Any:
    """Read the JSON value `brut` as the annotation `attendu`, `chemin` naming it."""
    origine = get_origin(attendu)
    if attendu is Any:
        return brut
    if origine in (Union, types.UnionType):
        return _decoder_union(attendu, brut, chemin)
    if origine is Literal:
        return _exiger(brut in get_args(attendu), brut, chemin)
    if origine is tuple:
        return _decoder_tuple(attendu, brut, chemin)
    if is_typeddict(attendu):
        return _decoder_objet(attendu, get_type_hints(attendu), set(), brut, chemin)
    if is_dataclass(attendu):
        return _decoder_dataclass(attendu, brut, chemin)
    return _decoder_simple(attendu, brut, chemin)


def objet(ecrite: Mapping[str, Any] | str) -> Mapping[str, Any]:
    """Return the JSON object given as text or already read; DecisionIllisible else."""
    try:
        brut = json.loads(ecrite) if isinstance(ecrite, str) else ecrite
    except json.JSONDecodeError as erreur:
        raise DecisionIllisible(f"Ce texte n'est pas du JSON : {erreur}.") from None
    if not isinstance(brut, Mapping):
        raise DecisionIllisible("Une décision est un objet JSON.")
    return brut


def texte_canonique(valeur: Any) -> str:
    """Return the one text of a JSON value."""
    return json.dumps(valeur, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def comparer(avant: Any, apres: Any, chemin: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield `(path, before, after)` for each leaf that differs; None stands for absent."""
    if isinstance(avant, Mapping) and isinstance(apres, Mapping):
        cles = [*avant, *(cle for cle in apres if cle not in avant)]
        paires = [(cle, avant.get(cle, _ABSENT), apres.get(cle, _ABSENT)) for cle in cles]
    elif isinstance(avant, list) and isinstance(apres, list):
        paires = [
            (
                str(i),
                avant[i] if i < len(avant) else _ABSENT,
                apres[i] if i < len(apres) else _ABSENT,
            )
            for i in range(max(len(avant), len(apres)))
        ]
    else:
        if avant != apres:
            yield chemin, _present(avant), _present(apres)
        return
    for cle, a, b in paires:
        yield from comparer(a, b, f"{chemin}.{cle}".lstrip("."))


def _present(valeur: Any) -> Any:
    return None if valeur is _ABSENT else valeur


@cache
def _noms_des_champs(classe: type) -> tuple[str, ...]:
    return tuple(champ.name for champ in fields(classe))


@cache
def types_des_champs(classe: type) -> dict[str, Any]:
    """Return the types of the fields of a dataclass."""
    return get_type_hints(classe)


def _decoder_union(attendu: Any, brut: Any, chemin: str) -> Any:
    for possible in get_args(attendu):
        try:
            return decoder(possible, brut, chemin)
        except DecisionIllisible as erreur:
            if isinstance(erreur.__cause__, FaitInvalide):
                raise  # of this type, with a fact that it refuses: say which
    raise DecisionIllisible(f"{chemin} : « {brut} » n'est d'aucun type attendu.")


def _decoder_tuple(attendu: Any, brut: Any, chemin: str) -> Any:
    _exiger(isinstance(brut, list | tuple), brut, chemin)
    element = get_args(attendu)[0]
    return tuple(decoder(element, v, f"{chemin}.{i}") for i, v in enumerate(brut))


def _decoder_dataclass(attendu: Any, brut: Any, chemin: str) -> Any:
    facultatifs = {
        champ.name for champ in fields(attendu) if champ.default is not MISSING or champ.default_factory is not MISSING
    }
    lus = _decoder_objet(attendu, types_des_champs(attendu), facultatifs, brut, chemin)
    try:
        return attendu(**lus)
    except FaitInvalide as erreur:
        raise DecisionIllisible(f"{chemin} : {erreur.message}") from erreur


def _decoder_objet(
    attendu: Any,
    types_attendus: dict[str, Any],
    facultatifs: set[str],
    brut: Any,
    chemin: str,
) -> dict[str, Any]:
    _exiger(isinstance(brut, Mapping), brut, chemin)
    if not set(types_attendus) - facultatifs <= set(brut) <= set(types_attendus):
        ecart = sorted(set(brut) ^ set(types_attendus))
        raise DecisionIllisible(f"{chemin} : champs inattendus ou absents, {ecart}.")
    return {cle: decoder(types_attendus[cle], v, f"{chemin}.{cle}") for cle, v in brut.items()}


def _decoder_simple(attendu: Any, brut: Any, chemin: str) -> Any:
    if attendu in (str, bool, int, type(None)):
        return _exiger(type(brut) is attendu, brut, chemin)
    _exiger(isinstance(brut, str), brut, chemin)
    try:
        lu = attendu.fromisoformat(brut) if issubclass(attendu, date) else attendu(brut)
    except (ValueError, InvalidOperation):
        raise DecisionIllisible(f"{chemin} : « {brut} » est illisible.") from None
    _exiger(encoder(lu) == brut, brut, chemin)
    return lu


def _exiger(condition: bool, brut: Any, chemin: str) -> Any:
    if not condition:
        raise DecisionIllisible(f"{chemin} : « {brut} » n'est pas du type attendu.")
    return brut
