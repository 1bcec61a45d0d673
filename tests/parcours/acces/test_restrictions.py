"""Restricted dossiers: who decides, who still opens, what the database closes, what stays as it was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.jeunes.models import Jeune
from imilo.journal.models import Fait
from imilo.parcours.acces.models import Restriction
from imilo.parcours.acces.restrictions import a_qui_demander, lever, modifier_restriction, restreindre, restrictions
from imilo.parcours.arrivees.models import Arrivee, Tentative
from imilo.parcours.dossiers.models import Acte, Dossier, Situation
from imilo.parcours.dossiers.selectors import dossier_visible, dossiers_visibles
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    dossier = fabriques.dossier(structure, agent)
    Situation.objects.create(dossier=dossier, structure=structure, categorie="Emploi", debut=date(2026, 2, 1))
    Acte.objects.create(
        dossier=dossier, structure=structure, agent=agent, le=date(2026, 3, 4), duree=30, type="ACCOMPAGNEMENT",
        modalite="INDIVIDUEL", theme="EMPLOI",
    )  # fmt: skip
    return dossier


def restreint(directrice: Agent, dossier: Dossier, *nommes: Agent, **champs: Any) -> Restriction:
    options: dict[str, Any] = {"motif": "proche", "au": aujourd_hui(dossier.structure) + timedelta(days=30), **champs}
    return restreindre(directrice, dossier, agents=[a.pk for a in nommes], **options)


def lus(structure: Structure, qui: Agent | None) -> dict[str, int]:
    """Rows that raw SQL of the running role sees in the structure, for an agent or for a key of the API."""
    tables = ("dossiers_dossier", "jeunes_jeune", "dossiers_acte", "dossiers_situation")
    with perimetre(structure.pk, agent_id=qui.pk if qui else None), connection.cursor() as curseur:
        comptes = {}
        for table in tables:
            curseur.execute(f"SELECT count(*) FROM {table}")
            comptes[table] = curseur.fetchone()[0]
        return comptes


RIEN = {"dossiers_dossier": 0, "jeunes_jeune": 0, "dossiers_acte": 0, "dossiers_situation": 0}
TOUT = dict.fromkeys(RIEN, 1)


def test_only_those_named_see_it(structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier) -> None:
    collegue = fabriques.agent(structure)
    assert dossier_visible(agent=collegue, structure=structure, numero=dossier.numero)
    restreint(directrice, dossier, agent)
    assert dossier_visible(agent=agent, structure=structure, numero=dossier.numero) == dossier
    for autre in (collegue, directrice):
        assert dossier_visible(agent=autre, structure=structure, numero=dossier.numero) is None
        assert not dossiers_visibles(agent=autre, structure=structure).exists()


def test_the_database_says_the_same(structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier) -> None:
    collegue = fabriques.agent(structure)
    assert lus(structure, collegue) == TOUT
    restriction = restreint(directrice, dossier, agent)
    assert lus(structure, collegue) == RIEN
    assert lus(structure, directrice) == RIEN
    assert lus(structure, agent) == TOUT
    assert lus(structure, None) == TOUT  # a key of the API, a job
    lever(directrice, restriction)
    assert lus(structure, collegue) == TOUT


def test_a_nested_perimeter_is_still_for_the_same_agent(
    structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier
) -> None:
    restreint(directrice, dossier, agent)
    collegue = fabriques.agent(structure)
    with perimetre(fabriques.structure().pk, agent_id=collegue.pk), perimetre(structure.pk):
        assert not Dossier.objects.exists()
        assert not Jeune.objects.filter(pk=dossier.jeune_id).exists()
    assert Dossier.objects.exists()  # outside, nobody is named: the fixture's own perimeter


def test_nobody_who_may_not_read_can_write(
    structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier
) -> None:
    restreint(directrice, dossier, agent)
    with perimetre(structure.pk, agent_id=fabriques.agent(structure).pk):
        assert Dossier.objects.filter(pk=dossier.pk).update(telephone="+33600000000") == 0
        assert Situation.objects.all().delete()[0] == 0


def test_every_table_of_a_dossier_is_closed_with_it() -> None:
    """From the catalogue: a table of the path that comes later is here, or this fails."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'dossier_id' "
            "WHERE c.relkind = 'r' AND c.relforcerowsecurity AND c.relnamespace = 'public'::regnamespace "
            "AND c.relname !~ '^(journal|acces|doublons)_' AND NOT EXISTS (SELECT 1 FROM pg_policy p "
            "WHERE p.polrelid = c.oid AND p.polname = 'restriction' AND NOT p.polpermissive) ORDER BY 1"
        )
        assert [nom for (nom,) in curseur.fetchall()] == []
        curseur.execute("SELECT count(*) FROM pg_policy WHERE polname = 'restriction'")
        assert curseur.fetchone()[0] >= 10


def test_it_ends_by_itself(structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier) -> None:
    restriction = restreint(directrice, dossier, agent)
    le = aujourd_hui(structure)
    Restriction.objects.update(du=le - timedelta(days=10), au=le)
    assert lus(structure, directrice) == RIEN
    assert not dossiers_visibles(agent=directrice, structure=structure).exists()
    Restriction.objects.update(au=le - timedelta(days=1))
    assert lus(structure, directrice) == TOUT
    assert dossiers_visibles(agent=directrice, structure=structure).exists()
    assert not restriction.en_cours(le=restriction.au + timedelta(days=1))
    # Another one may follow.
    assert restreint(directrice, dossier, agent).pk != restriction.pk


def test_whom_to_ask(structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier) -> None:
    le = aujourd_hui(structure)
    assert a_qui_demander(structure=structure, dossiers=[dossier.pk], le=le) == {}
    restreint(directrice, dossier, agent)
    assert a_qui_demander(structure=structure, dossiers=[dossier.pk, 0], le=le) == {dossier.pk: str(directrice)}


@pytest.mark.parametrize("profil", [p for p in Profil if p != Profil.DIRECTION])
def test_only_the_direction_decides(structure: Structure, agent: Agent, dossier: Dossier, profil: Profil) -> None:
    with pytest.raises(NonHabilite):
        restreint(fabriques.agent(structure, profil), dossier, agent)


def test_the_direction_of_another_structure_doesn_t(agent: Agent, dossier: Dossier) -> None:
    with pytest.raises(NonHabilite):
        restreint(fabriques.agent(fabriques.structure(), Profil.DIRECTION), dossier, agent)


@pytest.mark.parametrize(
    ("champ", "champs"),
    [
        ("motif", {"motif": "envie"}),
        ("au", {"au": date(2020, 1, 1)}),
        ("au", {"au": date(2090, 1, 1)}),
    ],
)
def test_what_is_refused_says_where(
    agent: Agent, directrice: Agent, dossier: Dossier, champ: str, champs: dict[str, Any]
) -> None:
    with pytest.raises(RegleViolee) as erreur:
        restreint(directrice, dossier, agent, **champs)
    assert erreur.value.champ == champ


def test_who_is_named_reads_dossiers_here(structure: Structure, directrice: Agent, dossier: Dossier) -> None:
    dpd, ailleurs = fabriques.agent(structure, Profil.DPD), fabriques.agent(fabriques.structure())
    for nommes in ((), (dpd,), (ailleurs,)):
        with pytest.raises(RegleViolee) as erreur:
            restreint(directrice, dossier, *nommes)
        assert erreur.value.champ == "agents"


def test_one_at_a_time_then_changed_then_lifted(
    structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier
) -> None:
    restriction = restreint(directrice, dossier, agent)
    with pytest.raises(RegleViolee, match="déjà restreint"):
        restreint(directrice, dossier, agent)
    au = restriction.au + timedelta(days=1)
    modifiee = modifier_restriction(
        directrice, restriction, agents=[agent.pk, directrice.pk], motif="protection", au=au, precision=" menaces "
    )
    assert (modifiee.agents, modifiee.precision) == (sorted([agent.pk, directrice.pk]), "menaces")
    assert dossier_visible(agent=directrice, structure=structure, numero=dossier.numero)
    with pytest.raises(NonHabilite):
        lever(agent, restriction)
    lever(directrice, restriction)
    lever(directrice, restriction)
    assert not restrictions(structure=structure).exists()
    with pytest.raises(RegleViolee, match="levée"):
        modifier_restriction(directrice, restriction, agents=[agent.pk], motif="proche", au=au)
    faits = Fait.objects.filter(genre__startswith="restriction.").order_by("id").values_list("genre", flat=True)
    assert list(faits) == ["restriction.posee", "restriction.modifiee", "restriction.levee"]


def test_another_young_person_s_dossier_is_as_it_was(
    structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier
) -> None:
    autre = fabriques.dossier(structure)
    restreint(directrice, dossier, agent)
    assert dossier_visible(agent=directrice, structure=structure, numero=autre.numero) == autre


def test_an_attempt_is_closed_with_its_arrival(
    structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier
) -> None:
    """What was tried to reach somebody tells of them: those of a restricted dossier are closed in PostgreSQL."""
    arrivee = Arrivee.objects.create(
        structure=structure, dossier=dossier, source="liste", cle="1", nom="A", prenom="B", naissance=date(2008, 1, 2),
        depuis=date(2026, 1, 2),
    )  # fmt: skip
    Tentative.objects.create(arrivee=arrivee, structure=structure, agent=agent, le=timezone.now(), issue="joint")
    restreint(directrice, dossier, agent)
    for qui, combien in ((agent, 1), (directrice, 0), (fabriques.agent(structure), 0), (None, 1)):
        with perimetre(structure.pk, agent_id=qui.pk if qui else None), connection.cursor() as curseur:
            curseur.execute("SELECT count(*) FROM arrivees_tentative")
            assert curseur.fetchone()[0] == combien, qui
