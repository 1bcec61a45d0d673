"""Every stored decision of the law can be explained: its field is a `ChampDecision`, and that field has one source."""

from __future__ import annotations

from collections import Counter

from django.apps import apps
from django.db import models

from imilo.parcours.dossiers.decisions import sources
from imilo.socle.champs import ChampDecision


def _json() -> dict[str, models.JSONField]:
    """Fields of ours that hold JSON, by "application.Model.field"; rows of history aside, they follow the row."""
    return {
        f"{modele._meta.label}.{champ.name}": champ
        for modele in apps.get_models()
        if modele._meta.app_config.name.startswith("imilo.")
        for champ in modele._meta.local_concrete_fields
        if isinstance(champ, models.JSONField) and not any(f.name.startswith("pgh_") for f in modele._meta.fields)
    }


def test_chaque_decision_stockee_a_exactement_une_source() -> None:
    stockees = [nom for nom, champ in _json().items() if isinstance(champ, ChampDecision)]
    assert len(stockees) > 20
    assert Counter(source.champ for source in sources().values()) == Counter(stockees)


def test_ce_qui_se_dit_decision_en_est_une() -> None:
    autres = [
        nom
        for nom, champ in _json().items()
        if not isinstance(champ, ChampDecision) and str(champ.verbose_name).startswith("décision")
    ]
    assert autres == []
