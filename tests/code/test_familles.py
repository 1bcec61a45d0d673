"""Every personal field belongs to a declared family: it is exported, erased and kept for a stated time."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from imilo.socle.familles import champs_de, champs_declares, familles

LIENS = {"dossier", "jeune"}


def _personnels() -> list[type[models.Model]]:
    """Models bound to a person, rows of history aside: they follow the row that they tell of."""
    trouves = []
    for modele in apps.get_models():
        noms = {c.name for c in modele._meta.concrete_fields}
        notre = modele._meta.app_config.name.startswith("imilo.") and modele._meta.managed
        ancre = modele._meta.label in ("jeunes.Jeune", "dossiers.Dossier")
        if notre and (ancre or noms & LIENS) and not any(n.startswith("pgh_") for n in noms):
            trouves.append(modele)
    return trouves


def test_there_are_personal_models() -> None:
    assert {"jeunes.Jeune", "dossiers.Dossier"} <= {m._meta.label for m in _personnels()}


def test_every_personal_field_belongs_to_a_family() -> None:
    declares = champs_declares()
    orphelins = sorted(champ for modele in _personnels() for champ in champs_de(modele) - declares)
    assert orphelins == []


def test_families_declare_fields_that_exist() -> None:
    inconnus = []
    for champ in champs_declares():
        application, modele, nom = champ.split(".")
        if nom not in {c.name for c in apps.get_model(application, modele)._meta.get_fields()}:
            inconnus.append(champ)
    assert inconnus == []


def test_every_family_says_how_long_it_is_kept() -> None:
    assert [f.code for f in familles() if not f.conservation or not f.libelle] == []
