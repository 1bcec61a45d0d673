"""Reading the journal, page by page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.journal.selectors import (
    CurseurInvalide,
    consultations_du_dossier,
    dossiers_consultes,
    faits_de_la_structure,
    faits_du_dossier,
)
from imilo.journal.services import consigner, consulter
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre

DEBUT = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
def faits(dans_perimetre: Structure, agent: Agent) -> Structure:
    """Ten facts: dossiers 1 and 2 in turn, every other one by the agent, two kinds."""
    for n in range(10):
        par = agent if n % 2 else None
        consigner(par, "acte.saisi" if n < 5 else "contrat.signe", dossier_id=n % 2 + 1, rang=n)
    return dans_perimetre


def test_les_pages_se_suivent_sans_trou_ni_double(faits: Structure) -> None:
    rangs: list[object] = []
    curseur = None
    while True:
        page = faits_de_la_structure(structure_id=faits.pk, curseur=curseur, taille=3)
        rangs += [f.identifiants["rang"] for f in page.lignes]
        curseur = page.suivant
        if curseur is None:
            break
    assert rangs == list(range(9, -1, -1))


def test_une_page_ne_bouge_pas_quand_on_ecrit(faits: Structure) -> None:
    premiere = faits_de_la_structure(structure_id=faits.pk, taille=4)
    consigner(None, "acte.saisi", rang=99)
    suite = faits_de_la_structure(structure_id=faits.pk, curseur=premiere.suivant, taille=4)
    assert [f.identifiants["rang"] for f in suite.lignes] == [5, 4, 3, 2]


def test_filtres(faits: Structure, agent: Agent) -> None:
    def rangs(**filtres: object) -> list[object]:
        page = faits_de_la_structure(structure_id=faits.pk, **filtres)  # type: ignore[arg-type]  # each its own type
        return [f.identifiants["rang"] for f in page.lignes]

    assert rangs(genres=["contrat.signe"]) == [9, 8, 7, 6, 5]
    assert rangs(agent_id=agent.pk) == [9, 7, 5, 3, 1]
    assert rangs(dossier_id=1, genres=["acte.saisi"]) == [4, 2, 0]
    assert rangs(du=DEBUT) == list(range(9, -1, -1))
    assert rangs(au=DEBUT) == []
    assert [f.identifiants["rang"] for f in faits_du_dossier(dossier_id=2).lignes] == [9, 7, 5, 3, 1]


def test_une_autre_structure_ne_voit_rien(faits: Structure, autre_structure: Structure) -> None:
    with perimetre(autre_structure.pk):
        assert faits_de_la_structure(structure_id=faits.pk).lignes == []
        assert faits_du_dossier(dossier_id=1).lignes == []


def test_qui_a_ouvert_le_dossier(dans_perimetre: Structure, agent: Agent) -> None:
    for pk in (5, 6, 5, 7):
        consulter(agent, Dossier(pk=pk, structure_id=dans_perimetre.pk))
    consulter(None, Dossier(pk=5, structure_id=dans_perimetre.pk), "sue", acteur="cle_api:1")
    vues = consultations_du_dossier(dossier_id=5)
    assert [v.genre for v in vues.lignes] == ["sue", "dossier", "dossier"]
    assert len(consultations_du_dossier(dossier_id=5, agent_id=agent.pk).lignes) == 2
    assert vues.lignes[0].libelle == "Dossier lu par l'API opérateurs"
    recents = dossiers_consultes(agent_id=agent.pk, structure_id=dans_perimetre.pk, depuis=DEBUT)
    assert recents == [7, 5, 6]
    assert dossiers_consultes(agent_id=agent.pk, structure_id=dans_perimetre.pk, depuis=DEBUT, nombre=1) == [7]


@pytest.mark.parametrize("curseur", ["x", "%%%", "bm9u", "MjAyNi0xMS0yMnxhYmM=", "é"])
def test_un_curseur_invente_est_refuse(dans_perimetre: Structure, curseur: str) -> None:
    with pytest.raises(CurseurInvalide):
        faits_du_dossier(dossier_id=1, curseur=curseur)
