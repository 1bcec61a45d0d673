"""Two people write the same section, or link the same two dossiers, at the same instant: one of them is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.models import LienDeFoyer, Logement
from imilo.parcours.fiche.rubriques import PAR_CODE
from imilo.parcours.fiche.services import donnees, equipe
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours.fiche.exemples import EXEMPLES

pytestmark = pytest.mark.django_db(transaction=True)


def ensemble(structure: Structure, *gestes: Callable[[], object]) -> list[str]:
    """What came of each act, all begun at once, in transactions of their own."""
    depart = Barrier(len(gestes))

    def faire(geste: Callable[[], object]) -> str:
        try:
            with perimetre(structure.pk):
                depart.wait(timeout=20)
                geste()
            return "fait"
        except RegleViolee:
            return "refusé"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(gestes)) as fils:
        return sorted(fils.map(faire, gestes))


def test_a_section_of_one_is_written_once(structure: Structure, agent: Agent) -> None:
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent)

    def ecrire() -> object:
        return donnees.ajouter(agent, dossier, PAR_CODE["logement"], valeurs=EXEMPLES["logement"])

    assert ensemble(structure, ecrire, ecrire) == ["fait", "refusé"]
    with perimetre(structure.pk):
        assert Logement.objects.count() == 1


def test_two_dossiers_are_linked_once_from_both_sides(structure: Structure, agent: Agent) -> None:
    with perimetre(structure.pk):
        une, autre = (Dossier.objects.get(pk=fabriques.dossier(structure, agent).pk) for _ in range(2))

    def lier(ici: Dossier, la: Dossier) -> Callable[[], object]:
        return lambda: equipe.lier(agent, ici, autre=la, nature="fratrie")

    assert ensemble(structure, lier(une, autre), lier(autre, une)) == ["fait", "refusé"]
    with perimetre(structure.pk):
        assert LienDeFoyer.objects.count() == 2  # one row for each side
