"""The registry of families of personal data.

Each application declares the families it holds: how long they are kept, how one person's data is exported,
erased, and reattached to another file when two are merged. What must reach across the house (a person's
right of access, retention, a merge) goes through here instead of importing upwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

# What moved: "app.Model" to primary keys.
Deplaces = dict[str, list[int]]


def rien_n_empeche(source_id: int, cible_id: int) -> list[str]:
    """The usual case: rows of two dossiers may stand together."""
    return []


@dataclass(frozen=True)
class Famille:
    """One family of personal data.

    `champs` names what it holds as "app.Model.field"; `export(jeune_id)` returns JSON-ready rows;
    `effacer(jeune_id)` returns the number of rows erased; `rattacher(source_id, cible_id)` moves rows from
    one dossier to another and returns which, so that they can be given back. `empecher(source_id, cible_id)`
    says in French, with what to do, why they can't be moved: it is asked before anything moves.
    `conservation` names the rule of retention that applies.
    """

    code: str
    libelle: str
    champs: frozenset[str]
    conservation: str
    exporter: Callable[[int], list[dict[str, Any]]]
    effacer: Callable[[int], int]
    rattacher: Callable[[int, int], Deplaces]
    sensible: bool = False
    empecher: Callable[[int, int], list[str]] = field(default=rien_n_empeche)


_familles: dict[str, Famille] = {}


def declarer(famille: Famille) -> None:
    """Add a family. Raises `ValueError` when its code, or one of its fields, is declared already."""
    if famille.code in _familles:
        raise ValueError(f"La famille {famille.code} est déjà déclarée.")
    if deja := famille.champs & champs_declares():
        raise ValueError(f"Champs déjà déclarés : {', '.join(sorted(deja))}")
    _familles[famille.code] = famille


def familles() -> tuple[Famille, ...]:
    """Every declared family, by code."""
    return tuple(_familles[code] for code in sorted(_familles))


def champs_declares() -> frozenset[str]:
    return frozenset(champ for famille in _familles.values() for champ in famille.champs)


TECHNIQUES = frozenset({"id", "cree_le", "modifie_le", "version", "dossier", "structure", "jeune"})


def champs_de(modele: type[models.Model], *, sauf: Iterable[str] = ()) -> frozenset[str]:
    """The personal fields of a model, as "app.Model.field": all but keys and technical columns."""
    ignores = TECHNIQUES | set(sauf)
    return frozenset(
        f"{modele._meta.app_label}.{modele.__name__}.{c.name}"
        for c in modele._meta.concrete_fields
        if c.name not in ignores
    )


def deplacer(modele: type[models.Model], source_id: int, cible_id: int) -> Deplaces:
    """Give the rows of `modele` that carry the dossier `source_id` to `cible_id`. {} when there are none."""
    gestionnaire = modele._default_manager
    cles = list(gestionnaire.filter(dossier_id=source_id).order_by("pk").values_list("pk", flat=True))
    gestionnaire.filter(pk__in=cles).update(dossier_id=cible_id)
    return {modele._meta.label: cles} if cles else {}


def famille_de_modele(
    modele: type[models.Model],
    *,
    code: str,
    libelle: str,
    conservation: str = "dossier",
    sensible: bool = False,
    empecher: Callable[[int, int], list[str]] = rien_n_empeche,
) -> Famille:
    """The usual family: the rows of one model that carry `dossier`."""

    def lignes(jeune_id: int) -> models.QuerySet[Any]:
        return modele._default_manager.filter(dossier__jeune_id=jeune_id)

    def exporter(jeune_id: int) -> list[dict[str, Any]]:
        return list(lignes(jeune_id).order_by("pk").values())

    def effacer(jeune_id: int) -> int:
        return lignes(jeune_id).delete()[0]

    def rattacher(source_id: int, cible_id: int) -> Deplaces:
        return deplacer(modele, source_id, cible_id)

    return Famille(code, libelle, champs_de(modele), conservation, exporter, effacer, rattacher, sensible, empecher)
