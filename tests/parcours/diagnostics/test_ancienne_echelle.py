"""Assessments made on the former scale, where a theme could itself be a constraint: nothing of them is lost."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import psycopg
import pytest

from imilo.parcours.diagnostics.models import Contrainte, Diagnostic, DiagnosticTheme
from imilo.socle.perimetre import perimetre
from imilo.socle.postgres_roles import Urls
from tests import fabriques

pytestmark = pytest.mark.django_db(transaction=True)
REPRISE = import_module("imilo.parcours.diagnostics.migrations.0008_ancienne_echelle").REPRENDRE


def test_a_theme_that_was_a_constraint_becomes_one_and_any_other_a_need(urls_base: Urls) -> None:
    structure = fabriques.structure()
    agent = fabriques.agent(structure)
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent)
        lie = {"dossier": dossier, "structure": structure}
        ancien = Diagnostic.objects.create(**lie, etabli_le=date(2026, 3, 2), agent=agent, objectifs="Un emploi")
        for theme, valeur in (("MOBILITE", "contrainte"), ("EMPLOI", "contrainte"), ("SANTE", "besoin")):
            DiagnosticTheme.objects.create(**lie, diagnostic=ancien, theme=theme, valeur=valeur, texte=f"Mots {theme}")
    # As the owner of the tables, which is what migrates: he too is under row-level security.
    with psycopg.connect(urls_base.proprietaire) as proprietaire:
        proprietaire.execute(REPRISE)
    with perimetre(structure.pk):
        contrainte = Contrainte.objects.get()
        assert (contrainte.code, contrainte.valeur, contrainte.texte) == ("mobilite", "oui", "Mots MOBILITE")
        assert (contrainte.constate_le, contrainte.constate_par) == (date(2026, 3, 2), agent)
        assert {t.theme: (t.valeur, t.texte) for t in DiagnosticTheme.objects.all()} == {
            "MOBILITE": ("non_explore", ""),
            "EMPLOI": ("besoin", "Mots EMPLOI"),
            "SANTE": ("besoin", "Mots SANTE"),
        }
    with psycopg.connect(urls_base.proprietaire) as proprietaire:
        proprietaire.execute(REPRISE)
    with perimetre(structure.pk):
        assert Contrainte.objects.count() == 1
