"""The status of a dossier and its référent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Fait
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.dossiers import chronologie
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.dossiers.services.referents import changer_referent
from imilo.parcours.dossiers.services.statut import TRANSITIONS, changer_statut
from imilo.socle.erreurs import RegleViolee, VersionPerimee
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]
HIER = date(2026, 6, 14)


@pytest.fixture(autouse=True)
def midi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 6, 15, 10, tzinfo=UTC))


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(structure, agent)


@pytest.mark.parametrize("avant", Statut.values)
@pytest.mark.parametrize("apres", Statut.values)
def test_each_change_is_permitted_or_refused_as_the_table_says(
    agent: Agent, structure: Structure, avant: str, apres: str
) -> None:
    fin: dict[str, Any] = {"fin_le": HIER, "fin_motif": "AGE"} if avant == Statut.FIN else {}
    dossier = fabriques.dossier(structure, statut=avant, **fin)
    if apres in TRANSITIONS[avant]:
        change = changer_statut(agent, dossier, version=1, statut=apres, fin_le=HIER, motif="AGE")
        assert (change.statut, change.version) == (apres, 2)
        assert (change.fin_le, change.fin_motif) == ((HIER, "AGE") if apres == Statut.FIN else (None, ""))
    else:
        with pytest.raises(RegleViolee):
            changer_statut(agent, dossier, version=1, statut=apres, fin_le=HIER, motif="AGE")


@pytest.mark.parametrize(
    ("statut", "genre"), [(Statut.EN_VEILLE, "dossier.mis_en_veille"), (Statut.FIN, "dossier.clos")]
)
def test_each_change_is_one_fact(agent: Agent, dossier: Dossier, statut: str, genre: str) -> None:
    changer_statut(agent, dossier, version=1, statut=statut, fin_le=HIER, motif="AGE")
    assert Fait.objects.get(dossier_id=dossier.pk).genre == genre


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"fin_le": None, "motif": "AGE"}, "fin_le"),
        ({"fin_le": date(2026, 6, 16), "motif": "AGE"}, "fin_le"),  # tomorrow
        ({"fin_le": date(2025, 1, 5), "motif": "AGE"}, "fin_le"),  # before the first reception
        ({"fin_le": HIER, "motif": ""}, "motif"),
        ({"fin_le": HIER, "motif": "ENVIE"}, "motif"),
    ],
)
def test_an_end_needs_its_day_and_its_motive(
    agent: Agent, dossier: Dossier, champs: dict[str, Any], champ: str
) -> None:
    with pytest.raises(RegleViolee) as refus:
        changer_statut(agent, dossier, version=1, statut=Statut.FIN, **champs)
    assert refus.value.champ == champ


def test_a_planned_appointment_holds_the_end_back(agent: Agent, dossier: Dossier) -> None:
    RendezVous.objects.create(
        dossier=dossier, structure_id=dossier.structure_id, agent=agent, debut=timezone.now() + timedelta(days=1),
        modalite="INDIVIDUEL",
    )  # fmt: skip
    with pytest.raises(RegleViolee, match="16/06/2026 à 12:00"):
        changer_statut(agent, dossier, version=1, statut=Statut.FIN, fin_le=HIER, motif="AGE")
    changer_statut(agent, dossier, version=1, statut=Statut.EN_VEILLE)


def test_the_second_to_save_is_told(agent: Agent, dossier: Dossier) -> None:
    changer_statut(agent, dossier, version=1, statut=Statut.EN_VEILLE)
    with pytest.raises(VersionPerimee):
        changer_statut(agent, dossier, version=1, statut=Statut.FIN, fin_le=HIER, motif="AGE")


def test_a_new_referent_answers_from_that_day(agent: Agent, dossier: Dossier, structure: Structure) -> None:
    nouveau = fabriques.agent(structure)
    change = changer_referent(agent, dossier, version=1, referent=nouveau, le=HIER)
    assert (change.referent, change.referent_depuis) == (nouveau, HIER)
    fait = Fait.objects.get(dossier_id=dossier.pk)
    assert (fait.genre, fait.identifiants) == ("dossier.referent_change", {"avant": agent.pk, "apres": nouveau.pk})


def test_only_who_accompanies_in_this_structure_can_be_referent(
    agent: Agent, dossier: Dossier, structure: Structure, autre_structure: Structure
) -> None:
    refuses = [
        fabriques.agent(autre_structure),
        fabriques.agent(structure, Profil.ACCUEIL),
        fabriques.agent(structure, Profil.DPD),
        fabriques.agent(),
        fabriques.agent(structure, is_active=False),
        agent,  # already
    ]
    for refuse in refuses:
        with pytest.raises(RegleViolee) as refus:
            changer_referent(agent, dossier, version=1, referent=refuse, le=HIER)
        assert refus.value.champ == "referent"


def test_the_timeline_tells_changes_of_status_and_referent(
    agent: Agent, dossier: Dossier, structure: Structure
) -> None:
    nouveau = fabriques.agent(structure, nom="Diallo", prenom="Awa")
    changer_statut(agent, dossier, version=1, statut=Statut.EN_VEILLE)
    change = changer_referent(agent, dossier, version=2, referent=nouveau, le=HIER)
    titres = [e.titre for e in chronologie.entrees(change, genre="dossier")]
    assert titres[:2] == ["Référent : Awa Diallo", "Dossier : En veille"] or set(titres) >= {
        "Référent : Awa Diallo",
        "Dossier : En veille",
        "Premier accueil",
    }
