"""Jobs of the ROME: codes and names, read once from the dated file of `donnees/`. Nothing in the database."""

from __future__ import annotations

import csv
import re
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from imilo.referentiels.fichiers import DONNEES
from imilo.socle.normalisation import mots, normaliser

if TYPE_CHECKING:
    from collections.abc import Mapping

FICHIER = DONNEES / "rome-2026.csv"
CODE = re.compile(r"[A-N][0-9]{4}")
PETITS_MOTS = frozenset({"de", "d", "du", "des", "la", "le", "les", "l", "en", "et", "a", "au", "aux", "un", "une"})


@cache
def metiers() -> Mapping[str, str]:
    """Code → name, every job of the edition, by code."""
    with FICHIER.open(encoding="utf-8", newline="") as fichier:
        return MappingProxyType({ligne["code"]: ligne["libelle"] for ligne in csv.DictReader(fichier)})


@cache
def _cles() -> tuple[tuple[str, str], ...]:
    return tuple((code, f" {normaliser(libelle)}") for code, libelle in metiers().items())


def libelle_rome(code: str) -> str:
    """The name of a job; the code itself when this edition doesn't have it, "" for none."""
    return metiers().get(code, code)


def chercher_metiers(texte: str, *, limite: int = 8) -> list[tuple[str, str]]:
    """Jobs (code, name) whose name has words that begin as each word of `texte`, or whose code begins as it.

    The shortest names first: the plainest job is the likeliest.
    """
    voulus = [m for m in mots(texte[:100]) if m not in PETITS_MOTS]
    if not voulus:
        return []
    debut = texte.strip().upper()
    if re.fullmatch(r"[A-N][0-9]{0,4}", debut) and len(debut) > 1:
        return [(c, m) for c, m in metiers().items() if c.startswith(debut)][:limite]
    trouves = [(c, metiers()[c]) for c, cle in _cles() if all(f" {m}" in cle for m in voulus)]
    return sorted(trouves, key=lambda t: (len(t[1]), t[1]))[:limite]


def lire_metier(texte: str) -> str | None:
    """The code that `texte` names: a code, "K1304 Aide à domicile", or a whole name; None for anything else."""
    if trouve := CODE.match(texte.strip().upper()):
        return trouve[0] if trouve[0] in metiers() else None
    cle = f" {normaliser(texte)}"
    return next((code for code, c in _cles() if c == cle), None)
