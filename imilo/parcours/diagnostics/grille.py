"""The grid of the assessment: constraints, their situations and goals, and what is appreciated (`contraintes.yaml`).

Our own words, on the scale of the partners' common reference (Diagnostic v4): codes are ours, until the partner's
referential is read by its connector.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

FICHIER = Path(__file__).with_name("contraintes.yaml")
NON_EXPLORE = "non_explore"


@dataclass(frozen=True)
class ContrainteDeLaGrille:
    """`libelle` for the counsellor, `pour_vous` for the person; `situations` and `objectifs` are {code: label}.

    `vous` is {code: label} for the person. `theme` is the theme of need under which the former scale said it, if any.
    """

    code: str
    libelle: str
    pour_vous: str
    aide: str
    theme: str
    situations: Mapping[str, str]
    objectifs: Mapping[str, str]
    vous: Mapping[str, str]


@dataclass(frozen=True)
class Sujet:
    """What is appreciated: its label, the same for the person, its group, its scale {value: label}."""

    code: str
    libelle: str
    pour_vous: str
    groupe: str
    echelle: Mapping[str, str]


@cache
def _lire() -> dict[str, Any]:
    lu: dict[str, Any] = yaml.safe_load(FICHIER.read_text(encoding="utf-8"))
    return lu


@cache
def contraintes() -> Mapping[str, ContrainteDeLaGrille]:
    """Every constraint, by code, in the order of the grid."""
    return MappingProxyType(
        {
            code: ContrainteDeLaGrille(
                code,
                c["libelle"],
                c["pour_vous"],
                c.get("aide", ""),
                c.get("theme", ""),
                MappingProxyType({k: v[0] for k, v in c["situations"].items()}),
                MappingProxyType({k: v[0] for k, v in c["objectifs"].items()}),
                MappingProxyType({k: v[-1] for k, v in [*c["situations"].items(), *c["objectifs"].items()]}),
            )
            for code, c in _lire()["contraintes"].items()
        }
    )


@cache
def sujets() -> Mapping[str, Sujet]:
    """Every subject, by code, in the order of the grid."""
    lus = _lire()
    return MappingProxyType(
        {
            code: Sujet(
                code, s["libelle"], s["pour_vous"], s["groupe"], MappingProxyType(lus["echelles"][s["echelle"]])
            )
            for code, s in lus["sujets"].items()
        }
    )


def libelle_element(contrainte: str, genre: str, code: str) -> str:
    """The label of a situation or of a goal; the code itself when the grid no longer has it."""
    connue = contraintes().get(contrainte)
    if connue is None:
        return code
    return (connue.situations if genre == "situation" else connue.objectifs).get(code, code)


def libelle_pour_vous(contrainte: str, code: str) -> str:
    """The same, as the person reads it."""
    connue = contraintes().get(contrainte)
    return connue.vous.get(code, code) if connue else code


def libelle_contrainte(code: str) -> str:
    connue = contraintes().get(code)
    return connue.libelle if connue else code
