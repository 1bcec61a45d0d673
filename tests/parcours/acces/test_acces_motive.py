"""Motivated access: who, why, for how long, what it lets read, and that it never lets write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Consultation, Fait
from imilo.journal.services import consulter
from imilo.parcours.acces import selectors
from imilo.parcours.acces.models import AccesMotive, MotifAcces
from imilo.parcours.acces.reglages import reglage
from imilo.parcours.acces.services import Designation, clore_acces, ouvrir_acces
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.perimetre import lecture_seule, perimetre
from tests import fabriques

pytestmark = pytest.mark.django_db


@pytest.fixture
def ailleurs(autre_structure: Structure) -> Dossier:
    """A dossier that another structure holds."""
    with perimetre(autre_structure.pk):
        return fabriques.dossier(
            autre_structure, jeune_nom_naissance="Lointain", jeune_prenom="Alix", jeune_naissance=date(2004, 5, 1)
        )


@pytest.fixture
def chez(structure: Structure, agent: Agent) -> Iterator[Structure]:
    """The agent's own perimeter, as a request opens it."""
    with perimetre(structure.pk, agent_id=agent.pk):
        yield structure


def designation(dossier: Dossier, **champs: Any) -> Designation:
    return Designation(**{
        "structure_id": dossier.structure_id,
        "nom_naissance": "Lointain",
        "prenom": "Alix",
        "naissance": date(2004, 5, 1),
        **champs,
    })  # fmt: skip


def ouvrir(agent: Agent, chez: Structure, dossier: Dossier, **champs: Any) -> AccesMotive:
    options: dict[str, Any] = {"motif": MotifAcces.SE_PRESENTE.value, **champs}
    return ouvrir_acces(agent, origine=chez, designation=designation(dossier), **options)


def test_it_opens_for_forty_eight_hours_and_writes_one_fact(agent: Agent, chez: Structure, ailleurs: Dossier) -> None:
    acces = ouvrir(agent, chez, ailleurs)
    assert acces.expire_le - acces.ouvert_le == timedelta(hours=48)
    assert (acces.dossier_id, acces.structure_id) == (ailleurs.pk, ailleurs.structure_id)
    with perimetre(ailleurs.structure_id):
        (fait,) = Fait.objects.filter(genre="acces.ouvert")
    assert (fait.agent_id, fait.dossier_id, fait.structure_id) == (agent.pk, ailleurs.pk, ailleurs.structure_id)
    assert fait.identifiants == {"motif": "se_presente", "origine": chez.pk}


def test_the_delay_is_a_dated_setting() -> None:
    assert reglage("acces_motive_heures", le=date(2026, 11, 22)) == 48
    with pytest.raises(LookupError):
        reglage("acces_motive_heures", le=date(2020, 1, 1))


def test_asked_again_while_it_runs_it_is_the_same(agent: Agent, chez: Structure, ailleurs: Dossier) -> None:
    assert ouvrir(agent, chez, ailleurs).pk == ouvrir(agent, chez, ailleurs).pk
    with perimetre(ailleurs.structure_id):
        assert Fait.objects.filter(genre="acces.ouvert").count() == 1


@pytest.mark.parametrize("motif", ["", "curiosite", "transfert"])
def test_the_reason_is_of_the_list(agent: Agent, chez: Structure, ailleurs: Dossier, motif: str) -> None:
    with pytest.raises(RegleViolee) as erreur:
        ouvrir(agent, chez, ailleurs, motif=motif)
    assert erreur.value.champ == "motif"


def test_another_reason_is_said(agent: Agent, chez: Structure, ailleurs: Dossier) -> None:
    for precision in ("", "parce que"):
        with pytest.raises(RegleViolee) as erreur:
            ouvrir(agent, chez, ailleurs, motif="autre", precision=precision)
        assert erreur.value.champ == "precision"
    assert ouvrir(agent, chez, ailleurs, motif="autre", precision="Demande de sa mère, jointe").precision


@pytest.mark.parametrize("profil", [p for p in Profil if p not in (Profil.CONSEILLER, Profil.DIRECTION)])
def test_others_than_counsellors_and_the_direction_may_not(
    structure: Structure, ailleurs: Dossier, profil: Profil
) -> None:
    qui = fabriques.agent(structure, profil)
    with perimetre(structure.pk, agent_id=qui.pk), pytest.raises(NonHabilite):
        ouvrir(qui, structure, ailleurs)


def test_who_must_be_named_whole(agent: Agent, chez: Structure, ailleurs: Dossier) -> None:
    """A part of what a line of the directory shows opens nothing."""
    for faux in ({"nom_naissance": "Lointaine"}, {"prenom": ""}, {"naissance": date(2004, 5, 2)}):
        with pytest.raises(RegleViolee):
            ouvrir_acces(agent, origine=chez, designation=designation(ailleurs, **faux), motif="urgence")


def test_one_s_own_structure_isn_t_elsewhere(agent: Agent, chez: Structure) -> None:
    ici = fabriques.dossier(chez, jeune_nom_naissance="Lointain", jeune_prenom="Alix")
    with pytest.raises(RegleViolee):
        ouvrir(agent, chez, ici)


def test_two_who_can_t_be_told_apart_are_left_to_the_telephone(
    agent: Agent, chez: Structure, ailleurs: Dossier
) -> None:
    with perimetre(ailleurs.structure_id):
        fabriques.dossier(ailleurs.structure, jeune_nom_naissance="Lointain", jeune_prenom="Alix")
    with pytest.raises(RegleViolee, match="appelez la structure"):
        ouvrir(agent, chez, ailleurs)


def test_only_its_agent_from_their_structure_while_it_runs(
    agent: Agent, chez: Structure, ailleurs: Dossier, autre_structure: Structure
) -> None:
    acces = ouvrir(agent, chez, ailleurs)

    def ouvert(qui: Agent, d_ou: Structure) -> bool:
        with perimetre(d_ou.pk, agent_id=qui.pk):
            return selectors.acces_ouvert(acces.pk) is not None

    assert ouvert(agent, chez)
    assert not ouvert(fabriques.agent(chez), chez)
    assert not ouvert(agent, autre_structure)
    with perimetre(ailleurs.structure_id):
        AccesMotive.objects.filter(pk=acces.pk).update(
            ouvert_le=timezone.now() - timedelta(hours=48), expire_le=timezone.now()
        )
    assert not ouvert(agent, chez)


def test_the_row_isn_t_seen_from_elsewhere(agent: Agent, chez: Structure, ailleurs: Dossier) -> None:
    """Row-level security is that of the holder: the opener's own perimeter doesn't show it, nor a third one."""
    ouvrir(agent, chez, ailleurs)
    assert not AccesMotive.objects.exists()
    with perimetre(fabriques.structure().pk):
        assert not AccesMotive.objects.exists()


def test_an_agent_s_own_are_listed_until_their_end(agent: Agent, chez: Structure, ailleurs: Dossier) -> None:
    acces = ouvrir(agent, chez, ailleurs)
    (mien,) = selectors.mes_acces()
    assert (mien.acces_id, mien.personne, mien.structure_nom) == (acces.pk, "Alix Lointain", ailleurs.structure.nom)
    with perimetre(chez.pk, agent_id=fabriques.agent(chez).pk):
        assert selectors.mes_acces() == []
    with perimetre(ailleurs.structure_id):
        clore_acces(agent, acces)
    assert selectors.mes_acces() == []


def test_reading_elsewhere_can_t_write(agent: Agent, chez: Structure, ailleurs: Dossier) -> None:
    """PostgreSQL refuses, whatever the code does; the agent's own perimeter is then as it was, and writes."""
    with lecture_seule(ailleurs.structure_id):
        assert Dossier.objects.get(pk=ailleurs.pk).numero == ailleurs.numero
    with pytest.raises(DatabaseError, match="read-only"), lecture_seule(ailleurs.structure_id):
        Dossier.objects.filter(pk=ailleurs.pk).update(telephone="+33600000000")
    with pytest.raises(DatabaseError, match="read-only"), lecture_seule(ailleurs.structure_id):
        consulter(agent, ailleurs)
    with pytest.raises(DatabaseError), lecture_seule(ailleurs.structure_id), connection.cursor() as curseur:
        curseur.execute("SET TRANSACTION READ WRITE")
    assert not Dossier.objects.filter(pk=ailleurs.pk).exists()
    assert fabriques.dossier(chez).pk
    with perimetre(ailleurs.structure_id):
        assert Dossier.objects.get(pk=ailleurs.pk).telephone == ""


def test_reading_elsewhere_is_of_one_dossier(agent: Agent, chez: Structure, ailleurs: Dossier) -> None:
    """The database shows that dossier and no other of the structure: not by the filters of a page."""
    with perimetre(ailleurs.structure_id):
        autre = fabriques.dossier(ailleurs.structure)
    with lecture_seule(ailleurs.structure_id, dossier_id=ailleurs.pk):
        assert list(Dossier.objects.values_list("pk", flat=True)) == [ailleurs.pk]
    with lecture_seule(ailleurs.structure_id):
        assert set(Dossier.objects.values_list("pk", flat=True)) == {ailleurs.pk, autre.pk}


def test_closing_ends_it_once(agent: Agent, chez: Structure, ailleurs: Dossier) -> None:
    acces = ouvrir(agent, chez, ailleurs)
    with perimetre(ailleurs.structure_id):
        clos = clore_acces(agent, acces)
        assert clos.clos_par == agent
        assert clore_acces(fabriques.agent(ailleurs.structure), acces).clos_par == agent
        assert Fait.objects.filter(genre="acces.clos").count() == 1
    assert selectors.acces_ouvert(acces.pk) is None


def test_the_holder_s_list_counts_the_pages_read(agent: Agent, chez: Structure, ailleurs: Dossier) -> None:
    acces = ouvrir(agent, chez, ailleurs)
    with perimetre(ailleurs.structure_id):
        consulter(agent, ailleurs, "acces_motive", objet=acces)
        consulter(agent, ailleurs, "acces_motive", objet=acces)
        (ligne,) = selectors.acces_recus(structure=ailleurs.structure, recherche=selectors.Recherche())
        assert (vars(ligne)["pages"], ligne.agent, ligne.origine) == (2, agent, chez)
        assert Consultation.objects.filter(agent_id=agent.pk, dossier_id=ailleurs.pk).count() == 2

        def nombre(**champs: Any) -> int:
            recherche = selectors.Recherche(**champs)
            return selectors.acces_recus(structure=ailleurs.structure, recherche=recherche).count()

        jour = timezone.now().astimezone(ailleurs.structure.zone).date()
        assert nombre(motif="se_presente", origine=chez.pk, en_cours=True, du=jour, au=jour, numero=ailleurs.numero)
        assert not nombre(motif="urgence")
        assert not nombre(origine=ailleurs.structure_id)
        assert not nombre(au=jour - timedelta(days=1))
        assert not nombre(du=jour + timedelta(days=1))
        assert not nombre(numero=1)
        clore_acces(agent, acces)
        assert not nombre(en_cours=True)


def test_the_young_person_may_know_where_why_and_when_never_who(
    agent: Agent, chez: Structure, ailleurs: Dossier
) -> None:
    ouvrir(agent, chez, ailleurs)
    assert selectors.acces_motives(jeune_id=ailleurs.jeune_id) == []  # no dossier of theirs in this perimeter
    with perimetre(ailleurs.structure_id):
        (vu,) = selectors.acces_motives(jeune_id=ailleurs.jeune_id)
    assert (vu.structure, vu.origine) == (ailleurs.structure.nom, chez.nom)
    assert vu.pourquoi == MotifAcces.SE_PRESENTE.label
    assert vu.fin_le - vu.ouvert_le == timedelta(hours=48)
    assert str(agent) not in repr(vu)
    # A third structure that takes them on sees it as well: the person is one in the country.
    troisieme = fabriques.structure()
    with perimetre(troisieme.pk):
        fabriques.dossier(troisieme, jeune=ailleurs.jeune)
        assert len(selectors.acces_motives(jeune_id=ailleurs.jeune_id)) == 1
