"""Declared, examined, undone; absences and their reasons; how the plan went; who is under the hours of the contract."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Fait
from imilo.parcours.activites import selectors, services
from imilo.parcours.activites.models import Absence, ActiviteDeclaree, EtatDeclaration
from imilo.parcours.activites.services import AbsenceSaisie, ActiviteSaisie, SuiviSaisi
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.contrats.models import ActionPrevue, Amenagement, ContratEngagement
from imilo.parcours.contrats.services import reprendre_les_activites, suspendre_contrat
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.socle.erreurs import NonHabilite, RegleViolee, VersionPerimee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]
LUNDI = date(2026, 6, 15)
MAINTENANT = datetime(2026, 6, 19, 16, tzinfo=UTC)  # Friday, 18:00 in Paris
SAISIE = ActiviteSaisie(jour=date(2026, 6, 18), minutes=120, categorie="recherche", intitule="Trois candidatures")


@pytest.fixture
def horloge(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clock, that a test may set."""

    def regler(instant: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: instant)

    regler(MAINTENANT)
    return regler


@pytest.fixture
def dossier(horloge: Any, structure: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(structure, agent)


@pytest.fixture
def contrat(horloge: Any, dossier: Dossier, directrice: Agent) -> ContratEngagement:
    """Fifteen hours a week from Monday 1 June 2026, signed on that day."""
    horloge(datetime(2026, 6, 1, 8, tzinfo=UTC))
    signe = parcours_cej.signer(directrice, parcours_cej.preparer(directrice, dossier))
    horloge(MAINTENANT)
    return signe


def declarer(dossier: Dossier, agent: Agent | None = None, **champs: Any) -> ActiviteDeclaree:
    return services.declarer_activite(agent, dossier, saisie=replace(SAISIE, **champs))


def examiner(agent: Agent, *activites: ActiviteDeclaree, accepter: bool = True, motif: str = "") -> Any:
    return services.examiner(
        agent,
        structure=activites[0].structure,
        versions={a.pk: a.version for a in activites},
        accepter=accepter,
        motif=motif,
    )


def refusee(champ: str | None, service: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(RegleViolee) as erreur:
        service(*args, **kwargs)
    assert erreur.value.champ == champ
    return erreur.value.message


# --- declarations ---------------------------------------------------------------------------------


def test_what_a_young_person_declares_waits_and_what_a_counsellor_writes_counts(dossier: Dossier, agent: Agent) -> None:
    du_jeune = declarer(dossier)
    assert (du_jeune.etat, du_jeune.par_le_jeune, du_jeune.agent) == (EtatDeclaration.DECLAREE, True, None)
    fait = Fait.objects.get(genre="activite.declaree")
    assert (fait.agent_id, fait.acteur) == (None, f"jeune:{dossier.jeune_id}")
    vue = declarer(dossier, agent, intitule="Visite d'un salon")
    assert (vue.etat, vue.examine_par) == (EtatDeclaration.ACCEPTEE, agent)
    (semaine,) = selectors.semaines(dossiers=[dossier.pk], du=LUNDI, au=LUNDI)[dossier.pk]
    assert (semaine.fait, semaine.a_confirmer) == (120, 120)


@pytest.mark.parametrize(
    ("champs", "champ", "dit"),
    [
        ({"jour": date(2026, 6, 20)}, "jour", "une fois faite"),
        ({"jour": date(2026, 4, 19)}, "jour", "dans les 60 jours"),
        ({"jour": date(2026, 6, 19), "heure": time(17, 30)}, "heure", "pas encore finie"),
        ({"minutes": 0}, "minutes", "5"),
        ({"minutes": 800}, "minutes", "720"),
        ({"categorie": "sieste"}, "categorie", ""),
        ({"intitule": "  "}, "intitule", ""),
        ({"intitule": "a\0b"}, "intitule", "caractère"),
    ],
)
def test_a_declaration_is_of_something_done_lately(
    dossier: Dossier, champs: dict[str, Any], champ: str, dit: str
) -> None:
    assert dit in refusee(champ, declarer, dossier, **champs)
    assert not ActiviteDeclaree.objects.exists()


def test_today_until_now_and_sixty_days_ago_are_accepted(dossier: Dossier) -> None:
    declarer(dossier, jour=date(2026, 6, 19), heure=time(16), minutes=120)
    declarer(dossier, jour=date(2026, 4, 20))
    assert ActiviteDeclaree.objects.count() == 2


def test_the_same_thing_told_twice_counts_once(dossier: Dossier, agent: Agent) -> None:
    premiere = declarer(dossier)
    assert "déjà déclarée" in refusee("intitule", declarer, dossier, intitule=" trois CANDIDATURES ", minutes=60)
    declarer(dossier, heure=time(9))  # another moment of the day
    examiner(agent, premiere, accepter=False, motif="Ce n'était pas ce jour-là")
    declarer(dossier)  # refused, it may be told again


def test_an_action_of_another_dossier_is_no_choice(
    dossier: Dossier, contrat: ContratEngagement, structure: Structure
) -> None:
    action = ActionPrevue.objects.filter(contrat=contrat).first()
    autre = fabriques.dossier(structure)
    assert refusee("action", declarer, autre, action=action)
    assert declarer(dossier, action=action).action == action


def test_nothing_is_declared_after_the_end_of_the_accompaniment(dossier: Dossier) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(statut=Statut.FIN, fin_le=date(2026, 6, 17))
    dossier.refresh_from_db()
    assert "a pris fin le 17/06/2026" in refusee("jour", declarer, dossier)


def test_many_are_accepted_at_once_and_given_back_at_once(dossier: Dossier, agent: Agent) -> None:
    trois = [declarer(dossier, intitule=f"Démarche {n}") for n in range(3)]
    examen = examiner(agent, *trois)
    assert (examen.faites, examen.laissees) == (3, 0)
    assert Fait.objects.get(genre="activite.acceptee").identifiants["nombre"] == 3
    assert services.annuler_examen(agent, structure=dossier.structure, lot=examen.lot) == 3
    for a in ActiviteDeclaree.objects.all():
        assert (a.etat, a.examine_par, a.examine_le, a.lot) == (EtatDeclaration.DECLAREE, None, None, None)
    refusee(None, services.annuler_examen, agent, structure=dossier.structure, lot=examen.lot)


def test_one_of_them_is_given_back_alone(dossier: Dossier, agent: Agent) -> None:
    deux = [declarer(dossier, intitule=f"Démarche {n}") for n in range(2)]
    lot = examiner(agent, *deux).lot
    assert services.annuler_examen(agent, structure=dossier.structure, lot=lot, seule=deux[0].pk) == 1
    etats = list(ActiviteDeclaree.objects.order_by("pk").values_list("etat", flat=True))
    assert etats == [EtatDeclaration.DECLAREE, EtatDeclaration.ACCEPTEE]


def test_a_refusal_says_why(dossier: Dossier, agent: Agent) -> None:
    activite = declarer(dossier)
    refusee("motif", examiner, agent, activite, accepter=False, motif="  ")
    examiner(agent, activite, accepter=False, motif="Rien ne le montre")
    activite.refresh_from_db()
    assert (activite.etat, activite.motif_refus) == (EtatDeclaration.REFUSEE, "Rien ne le montre")


def test_what_somebody_else_examined_meanwhile_is_left(dossier: Dossier, agent: Agent, structure: Structure) -> None:
    une, autre = declarer(dossier), declarer(dossier, intitule="Autre chose")
    collegue = fabriques.agent(structure)
    examiner(collegue, une, accepter=False, motif="Doublon d'un atelier")
    examen = examiner(agent, une, autre)
    assert (examen.faites, examen.laissees) == (1, 1)
    une.refresh_from_db()
    assert une.etat == EtatDeclaration.REFUSEE
    refusee(None, examiner, agent, une, autre)


def test_another_profile_or_another_structure_examines_nothing(
    dossier: Dossier, structure: Structure, autre_structure: Structure
) -> None:
    activite = declarer(dossier)
    for profil in (Profil.ACCUEIL, Profil.RGC, Profil.GESTIONNAIRE):
        with pytest.raises(NonHabilite):
            examiner(fabriques.agent(structure, profil), activite)
    ailleurs = fabriques.agent(autre_structure)
    with perimetre(autre_structure.pk), pytest.raises(RegleViolee):
        services.examiner(ailleurs, structure=autre_structure, versions={activite.pk: 1}, accepter=True)
    with perimetre(autre_structure.pk), pytest.raises(RegleViolee):
        services.annuler_examen(ailleurs, structure=autre_structure, lot=uuid4())


# --- absences -------------------------------------------------------------------------------------


def absent(dossier: Dossier, agent: Agent, jour: date) -> RendezVous:
    debut = datetime.combine(jour, time(10), tzinfo=dossier.structure.zone)
    commun = {"dossier": dossier, "structure_id": dossier.structure_id, "agent": agent, "modalite": "INDIVIDUEL"}
    return RendezVous.objects.create(**commun, debut=debut, statut="absent")


def test_an_absence_has_its_reason_and_may_be_judged_later(dossier: Dossier, agent: Agent) -> None:
    rdv = absent(dossier, agent, LUNDI)
    saisie = AbsenceSaisie(du=LUNDI, au=LUNDI, motif="maladie", rendez_vous=rdv)
    absence = services.noter_absence(agent, dossier, saisie=saisie)
    assert absence.reconnue is None
    jugee = services.modifier_absence(agent, absence, version=1, saisie=replace(saisie, reconnue=True))
    assert (jugee.reconnue, jugee.version) == (True, 2)
    with pytest.raises(VersionPerimee):
        services.modifier_absence(agent, absence, version=1, saisie=saisie)
    assert "déjà notée" in refusee("rendez_vous", services.noter_absence, agent, dossier, saisie=saisie)
    assert list(Fait.objects.order_by("pk").values_list("genre", flat=True)) == ["absence.notee", "absence.modifiee"]


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"au": LUNDI - timedelta(days=1)}, "au"),
        ({"du": date(2024, 1, 1)}, "du"),
        ({"au": date(2028, 1, 1)}, "au"),
        ({"motif": "aucun", "reconnue": True}, "motif"),
        ({"motif": "vacances"}, "motif"),
    ],
)
def test_an_absence_that_can_t_be(dossier: Dossier, agent: Agent, champs: dict[str, Any], champ: str) -> None:
    saisie = replace(AbsenceSaisie(du=LUNDI, au=LUNDI, motif="maladie"), **champs)
    refusee(champ, services.noter_absence, agent, dossier, saisie=saisie)


def test_what_comes_before_the_contract_doesn_t_count(
    dossier: Dossier, agent: Agent, contrat: ContratEngagement
) -> None:
    """The contract begins on 1 June 2026: Sunday 31 May isn't part of it, whoever tells it."""
    for qui in (None, agent):
        assert "Le contrat commence le 01/06/2026" in refusee("jour", declarer, dossier, qui, jour=date(2026, 5, 31))
    assert declarer(dossier, agent, jour=date(2026, 6, 1)).pk


def test_the_same_days_are_one_absence(dossier: Dossier, agent: Agent) -> None:
    """25 and 26 November twice: the second one is refused; one may still be corrected, and follow another."""
    saisie = AbsenceSaisie(du=LUNDI, au=LUNDI + timedelta(days=1), motif="maladie")
    absence = services.noter_absence(agent, dossier, saisie=saisie)
    for decalage in (0, 1):
        encore = replace(saisie, du=LUNDI + timedelta(days=decalage), au=LUNDI + timedelta(days=2))
        dit = refusee("du", services.noter_absence, agent, dossier, saisie=encore)
        assert f"déjà notée du {LUNDI:%d/%m/%Y}" in dit
    suivante = replace(saisie, du=LUNDI + timedelta(days=2), au=LUNDI + timedelta(days=2))
    autre = services.noter_absence(agent, dossier, saisie=suivante)
    refusee("du", services.modifier_absence, agent, autre, version=1, saisie=saisie)
    assert services.modifier_absence(agent, absence, version=1, saisie=replace(saisie, reconnue=True)).reconnue


def test_an_appointment_that_was_kept_or_another_day_s_is_no_absence(dossier: Dossier, agent: Agent) -> None:
    rdv = absent(dossier, agent, LUNDI)
    saisie = AbsenceSaisie(du=LUNDI, au=LUNDI, motif="transport", rendez_vous=rdv)
    mardi = LUNDI + timedelta(days=1)
    assert refusee("du", services.noter_absence, agent, dossier, saisie=replace(saisie, du=mardi, au=mardi))
    RendezVous.objects.filter(pk=rdv.pk).update(statut="present")
    rdv.refresh_from_db()
    refusee("rendez_vous", services.noter_absence, agent, dossier, saisie=saisie)


# --- the plan -------------------------------------------------------------------------------------


def test_an_action_is_done_by_somebody_on_a_day_and_something_shows_it(
    dossier: Dossier, agent: Agent, contrat: ContratEngagement
) -> None:
    _, plan = selectors.plan_suivi(dossier=dossier)
    action = plan[0].action
    assert plan[0].suivi is None
    saisie = SuiviSaisi(etat="faite", le=date(2026, 6, 10), par="jeune", preuve="CV remis")
    sans_preuve = replace(saisie, preuve=" ")
    refusee("preuve", services.suivre_action, agent, dossier, action, version=0, saisie=sans_preuve)
    suivi = services.suivre_action(agent, dossier, action, version=0, saisie=saisie)
    assert selectors.plan_suivi(dossier=dossier)[1][0].suivi == suivi
    with pytest.raises(VersionPerimee):
        services.suivre_action(agent, dossier, action, version=0, saisie=saisie)
    repris = services.suivre_action(agent, dossier, action, version=1, saisie=replace(sans_preuve, etat="pas_faite"))
    assert (repris.pk, repris.version, repris.etat) == (suivi.pk, 2, "pas_faite")


@pytest.mark.parametrize("le", [date(2026, 6, 20), date(2026, 5, 31)])
def test_an_action_is_done_during_the_contract_and_not_tomorrow(
    dossier: Dossier, agent: Agent, contrat: ContratEngagement, le: date
) -> None:
    action = selectors.plan_suivi(dossier=dossier)[1][0].action
    saisie = SuiviSaisi(etat="faite", le=le, par="jeune", preuve="CV remis")
    refusee("le", services.suivre_action, agent, dossier, action, version=0, saisie=saisie)


# --- under the hours of the contract --------------------------------------------------------------


def sous(dossier: Dossier, le: date = date(2026, 6, 19)) -> list[selectors.SousLaDuree]:
    return selectors.sous_la_duree(dossiers=Dossier.objects.filter(pk=dossier.pk), le=le)


def test_two_whole_weeks_under_the_hours_are_told(dossier: Dossier, agent: Agent, contrat: ContratEngagement) -> None:
    """1-7 and 8-14 June are over on the 19th: 0 h of 15 h, then 2 h of 15 h."""
    declarer(dossier, agent, jour=date(2026, 6, 10))
    (une,) = sous(dossier)
    assert [(s.lundi.day, s.fait, s.demande) for s in une.semaines] == [(1, 0, 900), (8, 120, 900)]
    assert une.manque == 900 + 780


def test_one_week_with_its_hours_is_enough_to_tell_nothing(
    dossier: Dossier, agent: Agent, contrat: ContratEngagement
) -> None:
    declarer(dossier, agent, jour=date(2026, 6, 10), minutes=720)
    declarer(dossier, agent, jour=date(2026, 6, 11), minutes=180)
    assert sous(dossier) == []


def test_what_waits_to_be_confirmed_isn_t_done(dossier: Dossier, contrat: ContratEngagement) -> None:
    declarer(dossier, jour=date(2026, 6, 10), minutes=720)
    declarer(dossier, jour=date(2026, 6, 11), minutes=720)
    (une,) = sous(dossier)
    assert une.semaines[1].a_confirmer == 1440


def test_a_week_that_the_contract_doesn_t_wholly_cover_asks_for_nothing(
    dossier: Dossier, contrat: ContratEngagement
) -> None:
    """On the 14th, the two weeks that are over begin on 25 May, before the contract, and on 1 June."""
    assert sous(dossier, le=date(2026, 6, 14)) == []
    assert sous(dossier, le=date(2026, 6, 15)) != []


def test_recognised_absences_lower_what_the_week_asks(
    dossier: Dossier, agent: Agent, contrat: ContratEngagement
) -> None:
    """Monday to Wednesday out of 15 hours: two fifths are left, six hours. The Saturday takes nothing out."""
    saisie = AbsenceSaisie(du=date(2026, 6, 6), au=date(2026, 6, 10), motif="maladie")
    absence = services.noter_absence(agent, dossier, saisie=saisie)
    assert sous(dossier)[0].semaines[1].demande == 900
    services.modifier_absence(agent, absence, version=1, saisie=replace(saisie, reconnue=True))
    premiere, seconde = sous(dossier)[0].semaines
    assert (premiere.excuses, premiere.demande, seconde.excuses, seconde.demande) == (0, 900, 3, 360)
    rdv = absent(dossier, agent, date(2026, 6, 10))
    autre = AbsenceSaisie(du=date(2026, 6, 10), au=date(2026, 6, 14), motif="famille", reconnue=True, rendez_vous=rdv)
    services.noter_absence(agent, dossier, saisie=autre)  # Wednesday is counted once; nothing is asked any more
    assert sous(dossier) == []
    assert Absence.objects.count() == 2


def test_a_suspended_contract_asks_for_no_hours(dossier: Dossier, agent: Agent, contrat: ContratEngagement) -> None:
    """What both sides set aside isn't due: a fifth for each working day; open, then ended."""
    lundis = [date(2026, 6, 1), date(2026, 6, 8), date(2026, 6, 15)]
    suspension = suspendre_contrat(agent, contrat, version=contrat.version, debut=date(2026, 6, 4), motif="naissance")

    def demandes() -> list[int | None]:
        (suite,) = selectors.semaines(dossiers=[dossier.pk], du=lundis[0], au=lundis[-1]).values()
        return [s.demande for s in suite]

    # 15 h = 900 min a week; Thursday 4 and Friday 5 out: 900 x 3/5 = 540; then nothing
    assert demandes() == [540, 0, 0]
    assert selectors.sous_la_duree(dossiers=Dossier.objects.filter(pk=dossier.pk), le=lundis[-1]) == []
    reprendre_les_activites(agent, suspension, version=1, fin=date(2026, 6, 9))
    # Monday 8 and Tuesday 9 out: 540 again; then the whole week
    assert demandes() == [540, 540, 900]
    absence = AbsenceSaisie(du=date(2026, 6, 9), au=date(2026, 6, 10), motif="maladie", reconnue=True)
    services.noter_absence(agent, dossier, saisie=absence)
    assert demandes() == [540, 360, 900]  # Tuesday is out once


def test_a_contract_without_hours_asks_for_none(dossier: Dossier, horloge: Any, directrice: Agent) -> None:
    horloge(datetime(2026, 6, 1, 8, tzinfo=UTC))
    sans = parcours_cej.preparer(directrice, dossier, heures_hebdo=Decimal(0), amenagement=Amenagement.SANTE)
    parcours_cej.signer(directrice, sans)
    horloge(MAINTENANT)
    assert sous(dossier) == []
