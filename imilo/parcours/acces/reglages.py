"""Dated settings of accesses: how long one lasts."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import yaml


@cache
def _lignes(nom: str) -> tuple[tuple[date, int], ...]:
    """The values of a setting with their first day, the latest first. Raises `KeyError` for an unknown name."""
    texte = (Path(__file__).parent / "reglages.yaml").read_text(encoding="utf-8")
    lignes = yaml.safe_load(texte)[nom]
    return tuple(sorted(((ligne["depuis"], int(ligne["valeur"])) for ligne in lignes), reverse=True))


def reglage(nom: str, *, le: date) -> int:
    """The value in force on a day. Raises `LookupError` before the first one."""
    valeur = next((v for depuis, v in _lignes(nom) if depuis <= le), None)
    if valeur is None:
        raise LookupError(f"{nom} n'a pas de valeur le {le:%d/%m/%Y}.")
    return valeur
