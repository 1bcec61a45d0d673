"""Appointments: taken, moved, cancelled, honoured; the clock of the structure; the act with the next one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Fait
from imilo.parcours.agenda import selectors, services
from imilo.parcours.agenda.horaires import bornes, instant
from imilo.parcours.agenda.models import RendezVous, StatutRendezVous
from imilo.parcours.agenda.services import Creneau
from imilo.parcours.dossiers.models import Acte, Dossier, Statut
from imilo.socle.erreurs import RegleViolee, VersionPerimee
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]
PARIS = ZoneInfo("Europe/Paris")
FUSEAUX = ("Europe/Paris", "Indian/Reunion", "America/Miquelon", "Pacific/Noumea")
MAINTENANT = datetime(2026, 6, 15, 10, tzinfo=UTC)  # noon in Paris
ACTE: dict[str, Any] = {
    "le": date(2026, 6, 15), "heure": None, "duree": 30, "type": "ACCOMPAGNEMENT", "modalite": "INDIVIDUEL",
    "theme": "EMPLOI", "compte_rendu": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def midi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MAINTENANT)


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(structure, agent)


def creneau(avec: Agent, jour: date = date(2026, 6, 16), heure: time = time(9, 30), **champs: Any) -> Creneau:
    return Creneau(avec=avec, jour=jour, heure=heure, modalite="INDIVIDUEL", **champs)


def test_an_appointment_is_an_instant_of_the_structure_s_clock(agent: Agent, dossier: Dossier) -> None:
    rdv = services.prendre_rendez_vous(agent, dossier, creneau=creneau(agent))
    assert rdv.debut == datetime(2026, 6, 16, 7, 30, tzinfo=UTC)
    fait = Fait.objects.get(dossier_id=dossier.pk)
    assert (fait.genre, fait.identifiants) == ("rendez_vous.pris", {"avec": agent.pk})


def test_the_same_hour_in_reunion_is_another_instant(agent: Agent) -> None:
    reunion = fabriques.structure(fuseau="Indian/Reunion")
    fabriques.affectation(agent, reunion, principale=False)
    with perimetre(reunion.pk):
        rdv = services.prendre_rendez_vous(agent, fabriques.dossier(reunion), creneau=creneau(agent))
    assert rdv.debut == datetime(2026, 6, 16, 5, 30, tzinfo=UTC)


def test_an_hour_that_clocks_skip_is_refused_and_one_shown_twice_is_the_first() -> None:
    """29 March 2026: 02:00 becomes 03:00 in Paris. 25 October 2026: 03:00 becomes 02:00."""
    with pytest.raises(RegleViolee, match="02:30"):
        instant(date(2026, 3, 29), time(2, 30), PARIS)
    assert instant(date(2026, 10, 25), time(2, 30), PARIS) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    debut, fin = bornes(date(2026, 3, 29), PARIS)
    assert fin - debut == timedelta(hours=23)


@given(
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    st.times(),
    st.sampled_from(FUSEAUX),
)
def test_what_is_typed_is_what_is_shown(jour: date, heure: time, fuseau: str) -> None:
    zone = ZoneInfo(fuseau)
    try:
        resultat = instant(jour, heure, zone)
    except RegleViolee:
        return  # skipped by the clocks
    assert resultat.astimezone(zone).replace(tzinfo=None, fold=0) == datetime.combine(jour, heure.replace(fold=0))


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"jour": date(2026, 6, 14)}, "jour"),
        ({"jour": date(2026, 6, 15), "heure": time(11, 59)}, "heure"),
        ({"jour": date(2028, 7, 1)}, "jour"),
        ({"duree": 4}, "duree"),
        ({"duree": 721}, "duree"),
        ({"objet": "x" * 201}, "objet"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(agent: Agent, dossier: Dossier, champs: dict[str, Any], champ: str) -> None:
    with pytest.raises(RegleViolee) as refus:
        services.prendre_rendez_vous(agent, dossier, creneau=creneau(agent, **champs))
    assert refus.value.champ == champ
    assert not RendezVous.objects.exists()


def test_only_who_receives_in_this_structure_can_be_chosen(
    agent: Agent, dossier: Dossier, structure: Structure, autre_structure: Structure
) -> None:
    for avec in (fabriques.agent(autre_structure), fabriques.agent(structure, Profil.SUPPORT), fabriques.agent()):
        with pytest.raises(RegleViolee) as refus:
            services.prendre_rendez_vous(agent, dossier, creneau=creneau(avec))
        assert refus.value.champ == "avec"


def test_an_occupied_hour_asks_before_it_is_taken_twice(agent: Agent, dossier: Dossier, structure: Structure) -> None:
    services.prendre_rendez_vous(agent, dossier, creneau=creneau(agent, duree=30))
    autre = fabriques.dossier(structure)
    with pytest.raises(RegleViolee) as refus:
        services.prendre_rendez_vous(agent, autre, creneau=creneau(agent, heure=time(9, 45)))
    assert refus.value.champ == "malgre_chevauchement"
    services.prendre_rendez_vous(agent, autre, creneau=creneau(agent, heure=time(10, 0)))  # it ends as this begins
    services.prendre_rendez_vous(agent, autre, creneau=creneau(agent, heure=time(9, 45), malgre_chevauchement=True))
    services.prendre_rendez_vous(agent, autre, creneau=creneau(fabriques.agent(structure), heure=time(9, 45)))


def test_moving_keeps_the_former_one_and_plans_another(agent: Agent, dossier: Dossier) -> None:
    ancien = services.prendre_rendez_vous(agent, dossier, creneau=creneau(agent))
    # Within its own former time: it doesn't overlap with itself.
    nouveau = services.deplacer(agent, ancien, version=1, creneau=creneau(agent, heure=time(9, 45)))
    ancien.refresh_from_db()
    assert (ancien.statut, nouveau.statut) == (StatutRendezVous.REPORTE, StatutRendezVous.PLANIFIE)
    fait = Fait.objects.get(genre="rendez_vous.modifie")
    assert fait.identifiants == {"ancien": ancien.pk, "avec": agent.pk}
    with pytest.raises(VersionPerimee):
        services.annuler(agent, ancien, version=1)


def test_a_move_that_is_refused_moves_nothing(agent: Agent, dossier: Dossier) -> None:
    rdv = services.prendre_rendez_vous(agent, dossier, creneau=creneau(agent))
    with pytest.raises(RegleViolee):
        services.deplacer(agent, rdv, version=1, creneau=creneau(agent, jour=date(2020, 1, 1)))
    rdv.refresh_from_db()
    assert (rdv.statut, rdv.version) == (StatutRendezVous.PLANIFIE, 1)


def test_a_cancelled_one_stays_so(agent: Agent, dossier: Dossier) -> None:
    rdv = services.prendre_rendez_vous(agent, dossier, creneau=creneau(agent))
    annule = services.annuler(agent, rdv, version=1)
    with pytest.raises(RegleViolee, match="annulé"):
        services.annuler(agent, annule, version=2)
    assert selectors.prochain(dossier=dossier, depuis=MAINTENANT) is None


def test_presence_is_noted_from_the_day_on_and_can_be_corrected(agent: Agent, dossier: Dossier) -> None:
    demain = services.prendre_rendez_vous(agent, dossier, creneau=creneau(agent))
    with pytest.raises(RegleViolee, match="à partir du jour"):
        services.noter_presence(agent, demain, version=1, present=True)
    ce_soir = services.prendre_rendez_vous(
        agent, dossier, creneau=creneau(agent, jour=date(2026, 6, 15), heure=time(17))
    )
    note = services.noter_presence(agent, ce_soir, version=1, present=False)
    services.noter_presence(agent, note, version=2, present=True)
    genres = Fait.objects.filter(objet_id=ce_soir.pk).order_by("id").values_list("genre", flat=True)
    assert list(genres) == ["rendez_vous.pris", "rendez_vous.manque", "rendez_vous.honore"]


def test_an_ended_dossier_takes_no_appointment(agent: Agent, structure: Structure) -> None:
    clos = fabriques.dossier(structure, statut=Statut.FIN, fin_le=date(2026, 1, 1), fin_motif="AGE")
    with pytest.raises(RegleViolee, match="réactivez"):
        services.prendre_rendez_vous(agent, clos, creneau=creneau(agent))


def test_the_act_and_the_next_appointment_are_saved_together_with_one_fact(agent: Agent, dossier: Dossier) -> None:
    ce_matin = RendezVous.objects.create(
        dossier=dossier, structure_id=dossier.structure_id, agent=agent, modalite="INDIVIDUEL",
        debut=MAINTENANT - timedelta(hours=1),
    )  # fmt: skip
    acte = services.saisir_entretien(agent, dossier, rendez_vous=ce_matin, prochain_rendez_vous=creneau(agent), **ACTE)
    ce_matin.refresh_from_db()
    assert ce_matin.statut == StatutRendezVous.PRESENT
    suivant = selectors.prochain(dossier=dossier, depuis=MAINTENANT)
    assert suivant is not None
    fait = Fait.objects.get(dossier_id=dossier.pk)
    assert (fait.genre, fait.objet_id) == ("acte.saisi", acte.pk)
    assert fait.identifiants == {"honore": ce_matin.pk, "rendez_vous": suivant.pk}


def test_a_next_appointment_that_is_refused_saves_no_act(agent: Agent, dossier: Dossier) -> None:
    with pytest.raises(RegleViolee) as refus:
        services.saisir_entretien(agent, dossier, prochain_rendez_vous=creneau(agent, jour=date(2026, 6, 1)), **ACTE)
    assert refus.value.champ == "rdv-jour"
    assert not Acte.objects.exists()
    assert not RendezVous.objects.exists()


def test_the_day_is_the_structure_s_and_nobody_else_s(
    agent: Agent, dossier: Dossier, structure: Structure, autre_structure: Structure
) -> None:
    """An appointment at 00:15 in Paris on the 16th is at 22:15 UTC on the 15th: it belongs to the 16th."""
    rdv = services.prendre_rendez_vous(agent, dossier, creneau=creneau(agent, heure=time(0, 15)))
    collegue = fabriques.agent(structure)
    services.prendre_rendez_vous(agent, dossier, creneau=creneau(collegue))
    le_16 = selectors.rendez_vous_du_jour(agent=agent, structure=structure, jour=date(2026, 6, 16))
    assert list(le_16) == [rdv]
    assert not selectors.rendez_vous_du_jour(agent=agent, structure=structure, jour=date(2026, 6, 15))
    with perimetre(autre_structure.pk):
        assert not RendezVous.objects.exists()
        assert not selectors.rendez_vous_du_jour(agent=agent, structure=structure, jour=date(2026, 6, 16))
