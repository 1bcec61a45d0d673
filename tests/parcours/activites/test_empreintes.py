"""What was received before prints were kept has the one that the service would give it; the history isn't told."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import psycopg
import pytest

from imilo.acteurs.models import Agent
from imilo.parcours.activites.models import SituationNonProfessionnelle
from imilo.parcours.activites.services import SituationRecue, recevoir_situation
from imilo.socle.perimetre import perimetre
from imilo.socle.postgres_roles import Urls
from tests import fabriques

pytestmark = pytest.mark.django_db(transaction=True)
migration = import_module("imilo.parcours.activites.migrations.0004_securite_des_situations_corrigees")


@pytest.mark.parametrize("commentaire", ["", "Forum de l'été | atelier"])
def test_la_migration_donne_l_empreinte_du_service(urls_base: Urls, commentaire: str) -> None:
    structure = fabriques.structure()
    agent: Agent = fabriques.agent(structure)
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent)
        recue = SituationRecue(date(2026, 1, 5), date(2026, 1, 9), "SANTE", agent.courriel, commentaire)
        situation = recevoir_situation("cle_api:1", dossier, recue=recue)
        attendue = situation.empreinte
        SituationNonProfessionnelle.objects.update(empreinte="")
        evenements = SituationNonProfessionnelle.pgh_event_model.objects
        avant = evenements.count()
    with psycopg.connect(urls_base.proprietaire) as proprietaire:  # who migrates, under row-level security too
        proprietaire.execute(migration.EMPREINTES)
    with perimetre(structure.pk):
        situation.refresh_from_db()
        assert situation.empreinte == attendue
        assert evenements.count() == avant
        assert recevoir_situation("cle_api:1", dossier, recue=recue).pk == situation.pk
