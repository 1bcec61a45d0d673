"""The wording of contracts, dated, from `textes.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FICHIER = Path(__file__).with_name("textes.yaml")


@dataclass(frozen=True)
class Mention:
    """A sentence that the contract must hold, and its article."""

    texte: str
    article: str


@dataclass(frozen=True)
class Textes:
    """What applies from a day: commitments proposed, then rights, sanctions and appeals as they are printed."""

    a_compter_du: date
    engagements_jeune: tuple[str, ...]
    engagements_structure: tuple[str, ...]
    droits: tuple[Mention, ...]
    sanctions: tuple[Mention, ...]
    recours: tuple[Mention, ...]
    recours_decision: tuple[Mention, ...]


def _mentions(lignes: list[dict[str, str]]) -> tuple[Mention, ...]:
    return tuple(Mention(ligne["texte"], ligne["article"]) for ligne in lignes)


@cache
def _versions() -> tuple[Textes, ...]:
    brut: list[dict[str, Any]] = yaml.safe_load(FICHIER.read_text(encoding="utf-8"))
    versions = (
        Textes(
            v["a_compter_du"],
            tuple(v["engagements_jeune"]),
            tuple(v["engagements_structure"]),
            _mentions(v["droits"]),
            _mentions(v["sanctions"]),
            _mentions(v["recours"]),
            _mentions(v["recours_decision"]),
        )
        for v in brut
    )
    return tuple(sorted(versions, key=lambda t: t.a_compter_du))


def textes(le: date) -> Textes:
    """The wording in force on the day `le`; the first one for an earlier day."""
    versions = _versions()
    return next((t for t in reversed(versions) if t.a_compter_du <= le), versions[0])
