"""The perimeter of one dossier: in the database itself, the rows of every other one are hidden."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from imilo.acteurs.models import Agent, Structure
from imilo.journal.services import consigner
from imilo.parcours.acces.models import Restriction
from imilo.parcours.dossiers.models import Dossier, Situation
from imilo.parcours.portefeuilles.models import Recherche
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.conftest import Connexion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]

# Tables of a structure or of a dossier that a link's transaction doesn't narrow, and why.
SANS_POLITIQUE = {
    "jeunes_jeune": "read through the dossiers that are visible",
    "jeunes_jeuneevent": "likewise",
    "jeunes_cle": "closed to the application altogether",
}


@pytest.fixture
def deux(structure: Structure, agent: Agent) -> tuple[Dossier, Dossier]:
    paire = fabriques.dossier(structure, agent), fabriques.dossier(structure, agent)
    for dossier in paire:
        Situation.objects.create(dossier=dossier, structure=structure, categorie="Emploi", debut=date(2026, 2, 1))
    return paire


def compter(table: str) -> int:
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT count(*) FROM {table}")
        return int(curseur.fetchone()[0])


def test_one_dossier_and_no_other(structure: Structure, deux: tuple[Dossier, Dossier]) -> None:
    tables = ("dossiers_dossier", "jeunes_jeune", "dossiers_situation")
    for dossier in deux:
        with perimetre(structure.pk, dossier_id=dossier.pk):
            assert {t: compter(t) for t in tables} == dict.fromkeys(tables, 1)
            assert Situation.objects.get().dossier_id == dossier.pk
            # A perimeter opened inside doesn't widen it.
            with perimetre(structure.pk):
                assert compter("dossiers_dossier") == 1
    assert {t: compter(t) for t in tables} == dict.fromkeys(tables, 2)


def test_neither_changed_nor_added_elsewhere(structure: Structure, deux: tuple[Dossier, Dossier]) -> None:
    un, autre = deux
    with perimetre(structure.pk, dossier_id=un.pk):
        assert Situation.objects.filter(dossier_id=autre.pk).update(debut=date(2026, 1, 1)) == 0
        with pytest.raises(ProgrammingError, match="row-level security"), perimetre(structure.pk):
            Situation.objects.create(
                dossier_id=autre.pk, structure=structure, categorie="Emploi", debut=date(2026, 3, 1)
            )
        Situation.objects.update(debut=date(2026, 1, 15))
    assert sorted(Situation.objects.values_list("dossier_id", "debut")) == [
        (un.pk, date(2026, 1, 15)),
        (autre.pk, date(2026, 2, 1)),
    ]


def test_what_the_structure_keeps_is_closed_and_the_journal_open_to_writing(
    structure: Structure, agent: Agent, deux: tuple[Dossier, Dossier]
) -> None:
    Recherche.objects.create(structure=structure, agent=agent, nom="Mes jeunes", parametres={})
    consigner(agent, "dossier.ouvert", deux[1])
    with perimetre(structure.pk, dossier_id=deux[0].pk):
        assert compter("portefeuilles_recherche") == 0
        consigner(None, "lien.ouvert", deux[0], acteur="lien:1")
        consigner(None, "acces.refuse", structure=structure)
        assert compter("journal_fait") == 1


def test_the_person_reads_their_own_restricted_dossier(
    structure: Structure, agent: Agent, directrice: Agent, deux: tuple[Dossier, Dossier]
) -> None:
    Restriction.objects.create(
        dossier=deux[0], structure=structure, motif="proche", du=date(2026, 1, 1), au=date(2099, 1, 1),
        agents=[directrice.pk], decidee_par=directrice,
    )  # fmt: skip
    with perimetre(structure.pk, agent_id=agent.pk):
        assert not Dossier.objects.filter(pk=deux[0].pk).exists()
        with perimetre(structure.pk, dossier_id=deux[0].pk):
            assert list(Dossier.objects.all()) == [deux[0]]
        assert list(Dossier.objects.all()) == [deux[1]]


def test_every_protected_table_is_narrowed(base_proprietaire: Connexion) -> None:
    manquantes = base_proprietaire.execute(
        """SELECT c.relname FROM pg_class c
        WHERE c.relkind IN ('r', 'p') AND c.relforcerowsecurity AND NOT c.relispartition
            AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid
                AND a.attname IN ('dossier_id', 'structure_id', 'pgh_obj_id'))
            AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'un_seul_dossier')"""
    ).fetchall()
    assert {nom for (nom,) in manquantes} <= set(SANS_POLITIQUE)


def test_the_planner_takes_the_policy_to_be_nearly_always_true(base_proprietaire: Connexion) -> None:
    """Taken for one row in two hundred, it would choose nested loops on every list of the country."""
    base_proprietaire.execute("ANALYZE referentiels_codepostal")
    (condition,) = base_proprietaire.execute(
        "SELECT qual FROM pg_policies WHERE tablename = 'dossiers_dossier' AND policyname = 'un_seul_dossier'"
    ).fetchone() or ("",)
    (plan,) = base_proprietaire.execute(
        f"EXPLAIN (FORMAT JSON) SELECT 1 FROM referentiels_codepostal WHERE {condition}"
    ).fetchone() or ([],)
    (lignes,) = base_proprietaire.execute("SELECT count(*) FROM referentiels_codepostal").fetchone() or (0,)
    assert lignes > 1000
    assert plan[0]["Plan"]["Plan Rows"] > 0.9 * lignes
