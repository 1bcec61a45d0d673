"""What the rules are read from: their articles, the readings chosen, the first day each one knows.

Three YAML files, read once: `articles.yaml` (article: first day of the version read), `lectures.yaml` (where the text
leaves a choice) and `regles.yaml` (question, first day and articles of each rule). No number of the law is here: those
are in `baremes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

from imilo.droit.erreurs import RegleInconnue

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class FicheRegle:
    """What `regles.yaml` says of a rule: the question it answers, the first day it knows, its articles."""

    nom: str
    question: str
    depuis: date
    articles: tuple[str, ...]
    pourquoi: str = ""


def lire(fichier: str) -> dict[str, Any]:
    """Return the content of one YAML file of this folder."""
    contenu: dict[str, Any] = yaml.safe_load((resources.files(__name__) / fichier).read_text(encoding="utf-8"))
    return contenu


@cache
def articles() -> Mapping[str, date]:
    """Return the first day of the version of each article that a rule may cite."""
    return lire("articles.yaml")


def article_principal(cite: str) -> str:
    """Return the article of a precise citation: `L. 5411-6` for `L. 5411-6 II 3°`."""
    return cite if cite in articles() else " ".join(cite.split(" ")[: 1 + 1])


@cache
def fiche(nom: str) -> FicheRegle:
    """Return what is written of the rule `nom`; RegleInconnue otherwise."""
    fiches = lire("regles.yaml")
    if nom not in fiches:
        raise RegleInconnue(f"La règle « {nom} » n'est pas décrite.")
    brut = fiches[nom]
    return FicheRegle(nom, brut["question"], brut["depuis"], tuple(brut["articles"]), brut.get("pourquoi", ""))
