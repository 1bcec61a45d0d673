"""The direction of imports, where import-linter doesn't look: foreign keys named by a string, HTTP below the doors."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests.code.sources import RACINE, arbre, modules, nom

NOTRES = "imilo."
PAS_SOUS_LES_PORTES = ("django.http", "django.shortcuts", "django_htmx", "ninja")
SOUS_LES_PORTES = ("parcours", "jeunes", "acteurs", "referentiels", "journal", "socle", "droit")


@cache
def etages() -> tuple[tuple[str, ...], ...]:
    """Layers, highest first, as import-linter keeps them; those inside `parcours` in its place."""
    reglages = tomllib.loads((RACINE / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    couches = {c["name"]: c for c in reglages if c["type"] == "layers"}
    maison = next(c for c in couches.values() if "containers" not in c)
    dedans = next(c for c in couches.values() if "containers" in c)
    resultat: list[tuple[str, ...]] = []
    for couche in maison["layers"]:
        if couche == dedans["containers"][0]:
            resultat += [tuple(f"{couche}.{m.strip()}" for m in c.split("|")) for c in dedans["layers"]]
        else:
            resultat.append(tuple(m.strip() for m in couche.split("|")))
    return tuple(resultat)


def etage(application: str) -> int:
    return next(i for i, noms in enumerate(etages()) if _dans(application, noms))


def _relations() -> list[tuple[type[models.Model], str, type[models.Model]]]:
    """Every foreign key and many-to-many of our models: model, name of the field, model pointed at."""
    return [
        (modele, champ.name, champ.related_model)
        for modele in apps.get_models()
        for champ in modele._meta.get_fields()
        if modele._meta.app_config.name.startswith(NOTRES)
        and isinstance(champ, models.Field)
        and isinstance(champ.related_model, type)
    ]


def test_a_foreign_key_points_downwards_as_an_import_does() -> None:
    fautes = []
    for modele, champ, cible in _relations():
        ici, la = modele._meta.app_config.name, cible._meta.app_config.name
        if la.startswith(NOTRES) and ici != la and etage(ici) >= etage(la):
            fautes.append(f"{modele._meta.label}.{champ} -> {cible._meta.label}")
    assert fautes == []


def test_every_application_of_ours_has_its_layer() -> None:
    sans = [a.name for a in apps.get_app_configs() if a.name.startswith(NOTRES) and not _a_un_etage(a.name)]
    assert sans == []


def _a_un_etage(application: str) -> bool:
    return any(_dans(application, noms) for noms in etages())


def _dans(application: str, couches: tuple[str, ...]) -> bool:
    """A partner's folder under `echanges` is in that layer."""
    return any(application == c or application.startswith(f"{c}.") for c in couches)


def _importes(chemin: Path) -> set[str]:
    noms: set[str] = set()
    for noeud in ast.walk(arbre(chemin)):
        if isinstance(noeud, ast.Import):
            noms |= {a.name for a in noeud.names}
        elif isinstance(noeud, ast.ImportFrom) and noeud.module and not noeud.level:
            noms |= {noeud.module, *(f"{noeud.module}.{a.name}" for a in noeud.names)}
    return noms


@pytest.mark.parametrize("dossier", SOUS_LES_PORTES)
def test_below_the_doors_nobody_speaks_http(dossier: str) -> None:
    fautes = [
        (nom(m), importe)
        for m in modules(f"imilo/{dossier}")
        for importe in _importes(m)
        if any(importe == p or importe.startswith(p + ".") for p in PAS_SOUS_LES_PORTES)
    ]
    assert fautes == []


def test_the_law_reads_no_clock() -> None:
    horloges = {"now", "today", "utcnow", "time", "monotonic"}
    fautes = [
        (nom(module), noeud.lineno)
        for module in modules("imilo/droit")
        for noeud in ast.walk(arbre(module))
        if isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Attribute) and noeud.func.attr in horloges
    ]
    assert fautes == []
