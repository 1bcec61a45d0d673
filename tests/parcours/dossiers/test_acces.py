"""Which dossiers an agent may see, and what a refused number leaves behind."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Fait
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors import dossier_visible, dossiers_visibles
from imilo.parcours.dossiers.services.acces import DossierIntrouvable, demander_dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = pytest.mark.django_db


@pytest.fixture
def ailleurs(autre_structure: Structure) -> Dossier:
    """A dossier of another structure, with its own counsellor."""
    with perimetre(autre_structure.pk):
        return fabriques.dossier(autre_structure, fabriques.agent(autre_structure))


def test_an_agent_sees_the_dossiers_of_their_structure_only(
    structure: Structure, agent: Agent, ailleurs: Dossier
) -> None:
    with perimetre(structure.pk):
        mien = fabriques.dossier(structure)
        assert list(dossiers_visibles(agent=agent, structure=structure)) == [mien]
        # Row-level security repeats it: no filter at all shows no more.
        assert list(Dossier.objects.all()) == [mien]


def test_the_python_filter_holds_without_row_level_security(
    structure: Structure, autre_structure: Structure, agent: Agent, ailleurs: Dossier
) -> None:
    """In the other structure's perimeter, an agent who has no place there still sees nothing."""
    with perimetre(autre_structure.pk):
        assert list(dossiers_visibles(agent=agent, structure=autre_structure)) == []
        assert dossier_visible(agent=agent, structure=autre_structure, numero=str(ailleurs)) is None


@pytest.mark.parametrize("profil", [Profil.RGC, Profil.DPD, Profil.SUPPORT])
def test_profiles_without_dossiers_see_none(structure: Structure, profil: Profil) -> None:
    with perimetre(structure.pk):
        fabriques.dossier(structure)
        assert not dossiers_visibles(agent=fabriques.agent(structure, profil), structure=structure).exists()


def test_a_place_that_has_ended_opens_nothing(structure: Structure) -> None:
    from datetime import date

    parti = fabriques.agent()
    fabriques.affectation(parti, structure, au=date(2024, 12, 31))
    with perimetre(structure.pk):
        fabriques.dossier(structure)
        assert not dossiers_visibles(agent=parti, structure=structure).exists()
        assert dossiers_visibles(agent=parti, structure=structure, le=date(2024, 12, 31)).exists()


def test_a_refused_number_is_a_fact_with_no_more_than_the_number(
    structure: Structure, agent: Agent, ailleurs: Dossier
) -> None:
    with perimetre(structure.pk):
        with pytest.raises(DossierIntrouvable):
            demander_dossier(agent, structure=structure, numero=str(ailleurs))
        fait = Fait.objects.get(genre="dossier.refuse")
    assert (fait.agent_id, fait.structure_id, fait.dossier_id) == (agent.pk, structure.pk, None)
    assert fait.identifiants == {"numero": str(ailleurs)}


def test_an_unknown_number_is_answered_by_the_same_queries(
    structure: Structure, agent: Agent, ailleurs: Dossier
) -> None:
    def requetes(numero: str) -> list[str]:
        with (
            CaptureQueriesContext(
                connection,
            ) as capture,
            pytest.raises(DossierIntrouvable),
        ):
            demander_dossier(agent, structure=structure, numero=numero)
        return [r["sql"].replace(numero, "?").replace(str(int(numero)), "?") for r in capture.captured_queries]

    with perimetre(structure.pk):
        assert requetes(str(ailleurs)) == requetes("9999998")


@pytest.mark.parametrize("numero", ["", "0", "0000000", "abc", "12345678", "-1", "²", "1e3", "٣", "1 OR 1=1", "9" * 40])
def test_a_number_that_is_none_is_not_found_and_not_copied_to_the_journal(
    structure: Structure, agent: Agent, numero: str
) -> None:
    with perimetre(structure.pk):
        with pytest.raises(DossierIntrouvable):
            demander_dossier(agent, structure=structure, numero=numero)
        assert Fait.objects.get(genre="dossier.refuse").identifiants["numero"] in {"illisible", numero}


def test_the_dossier_asked_for_comes_with_its_person(structure: Structure, agent: Agent) -> None:
    with perimetre(structure.pk):
        mien = fabriques.dossier(structure, agent)
        trouve = demander_dossier(agent, structure=structure, numero=str(mien))
        with CaptureQueriesContext(connection) as capture:
            assert trouve.jeune.prenom == "Dominique"
            assert trouve.referent == agent
            assert trouve.structure == structure
        assert len(capture) == 0
        assert not Fait.objects.filter(genre="dossier.refuse").exists()
