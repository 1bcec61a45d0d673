"""The ledger of hours: each source counts, nothing counts twice, weeks follow the clock of the structure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.activites import selectors
from imilo.parcours.activites.models import SituationNonProfessionnelle
from imilo.parcours.dossiers.models import Categorie, Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours.activites.journees import (
    LUNDI,
    MAINTENANT,
    MERCREDI,
    acte,
    declaration,
    minutes,
    rdv,
    semaine,
    situation,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(structure, agent)


def test_a_week_without_anything_is_a_week_of_zeros(dossier: Dossier) -> None:
    assert minutes(dossier) == (0, 0, 0)


@pytest.mark.parametrize(
    ("statut", "heure", "attendu"),
    [
        ("present", "09:00", (60, 0, 0)),
        ("planifie", "09:00", (0, 60, 0)),  # past, nobody said whether they came
        ("absent", "09:00", (0, 0, 0)),
        ("annule", "09:00", (0, 0, 0)),
        ("reporte", "09:00", (0, 0, 0)),
    ],
)
def test_an_appointment_counts_by_what_became_of_it(
    dossier: Dossier, agent: Agent, statut: str, heure: str, attendu: tuple[int, int, int]
) -> None:
    rdv(dossier, agent, MERCREDI, heure, statut=statut)
    assert minutes(dossier) == attendu


def test_an_appointment_to_come_is_planned(dossier: Dossier, agent: Agent) -> None:
    rdv(dossier, agent, date(2026, 6, 20), "09:00", statut="planifie")
    assert minutes(dossier) == (0, 0, 60)


def test_overlapping_hours_are_counted_once(dossier: Dossier, agent: Agent) -> None:
    """9:00-10:00 kept, its act 9:15-10:00, a workshop declared 9:30-11:00: two hours, not three and a quarter."""
    rdv(dossier, agent, MERCREDI, "09:00")
    acte(dossier, agent, MERCREDI, "09:15", 45)
    declaration(dossier, agent, MERCREDI, "09:30", 90)
    assert minutes(dossier) == (120, 0, 0)


def test_what_is_done_is_taken_out_of_what_is_to_confirm_and_of_what_is_planned(dossier: Dossier, agent: Agent) -> None:
    """Done 9-10, to confirm 9:30-10:30, planned 10-12 seen from 9 o'clock: 60, 30 and 90 minutes."""
    rdv(dossier, agent, MERCREDI, "09:00")
    declaration(dossier, agent, MERCREDI, "09:30", 60, etat="declaree")
    rdv(dossier, agent, MERCREDI, "10:00", 120, statut="planifie")
    matin = datetime(2026, 6, 17, 7, tzinfo=UTC)
    assert minutes(dossier, maintenant=matin) == (60, 30, 90)


def test_an_act_without_its_hour_is_the_account_of_the_appointment_of_the_day(dossier: Dossier, agent: Agent) -> None:
    rdv(dossier, agent, MERCREDI, "09:00", 60)
    acte(dossier, agent, MERCREDI, None, 60)
    assert minutes(dossier) == (60, 0, 0)
    acte(dossier, agent, MERCREDI, None, 20)  # a second meeting with the same agent: 80 - 60
    assert minutes(dossier) == (80, 0, 0)


def test_an_act_of_another_agent_is_another_meeting(dossier: Dossier, agent: Agent, structure: Structure) -> None:
    rdv(dossier, agent, MERCREDI, "09:00", 60)
    acte(dossier, fabriques.agent(structure), MERCREDI, None, 30)
    assert minutes(dossier) == (90, 0, 0)


@pytest.mark.parametrize("champs", [{"modalite": "COURRIEL"}, {"modalite": "ADMINISTRATIF"}, {"type": "RELANCE"}])
@pytest.mark.parametrize("heure", [None, "10:00"])
def test_what_asks_nothing_of_the_young_person_gives_no_hours(
    dossier: Dossier, agent: Agent, champs: dict[str, str], heure: str | None
) -> None:
    acte(dossier, agent, MERCREDI, heure, **champs)
    assert minutes(dossier) == (0, 0, 0)


def test_a_job_is_shared_over_the_working_days_of_the_week(dossier: Dossier) -> None:
    """20 hours a week from Wednesday: three fifths, 12 hours; two fifths of them are still to come on that evening."""
    situation(dossier, Categorie.EMPLOI, MERCREDI, None, "20")
    assert minutes(dossier) == (12 * 60, 0, 0)
    mercredi_soir = datetime(2026, 6, 17, 18, tzinfo=UTC)
    assert minutes(dossier, maintenant=mercredi_soir) == (4 * 60, 0, 8 * 60)


def test_an_immersion_inside_a_training_does_not_add_up(dossier: Dossier) -> None:
    situation(dossier, Categorie.FORMATION, date(2026, 6, 1), date(2026, 7, 31), "30")
    situation(dossier, Categorie.IMMERSION, LUNDI, date(2026, 6, 19), "35")
    assert minutes(dossier) == (35 * 60, 0, 0)


def test_looking_for_work_or_a_situation_without_its_hours_counts_nothing(dossier: Dossier) -> None:
    situation(dossier, Categorie.DEMANDEUR, LUNDI, None, "35")
    situation(dossier, Categorie.FORMATION, LUNDI, None, None)
    assert minutes(dossier) == (0, 0, 0)


def test_past_its_planned_end_a_situation_is_to_be_confirmed(dossier: Dossier) -> None:
    situation(dossier, Categorie.FORMATION, date(2026, 6, 1), None, "30", fin_prevue=date(2026, 6, 16))
    assert minutes(dossier) == (12 * 60, 18 * 60, 0)


def test_a_declaration_counts_once_accepted(dossier: Dossier, agent: Agent) -> None:
    for etat, attendu in (("declaree", (0, 60, 0)), ("acceptee", (60, 60, 0)), ("refusee", (60, 60, 0))):
        declaration(dossier, agent, MERCREDI, None, etat=etat)
        assert minutes(dossier) == attendu


def test_a_situation_of_the_operator_counts_on_its_last_day(dossier: Dossier, agent: Agent) -> None:
    champs = {"dossier": dossier, "structure_id": dossier.structure_id, "agent": agent, "mesure": "SANTE"}
    SituationNonProfessionnelle.objects.create(**champs, debut=date(2026, 6, 11), fin=LUNDI, minutes=120)
    assert minutes(dossier) == (120, 0, 0)
    assert minutes(dossier, date(2026, 6, 8)) == (0, 0, 0)
    SituationNonProfessionnelle.objects.create(**champs, debut=date(2026, 6, 13), fin=LUNDI, minutes=60, par_jour=True)
    assert minutes(dossier, date(2026, 6, 8)) == (120, 0, 0)  # the Saturday and the Sunday
    assert minutes(dossier) == (180, 0, 0)


def test_each_line_has_its_source_and_is_there_once(dossier: Dossier, agent: Agent) -> None:
    sources = [
        ("rendez_vous", rdv(dossier, agent, MERCREDI, "09:00").pk),
        ("acte", acte(dossier, agent, MERCREDI, "14:00").pk),
        ("acte", acte(dossier, agent, MERCREDI, None).pk),
        ("declaration", declaration(dossier, agent, MERCREDI, "16:00").pk),
        ("declaration", declaration(dossier, agent, MERCREDI, None).pk),
        ("situation", situation(dossier, Categorie.EMPLOI, MERCREDI, MERCREDI, "35").pk),
    ]
    lignes = selectors.lignes(dossiers=[dossier.pk], du=LUNDI, au=date(2026, 6, 21), maintenant=MAINTENANT)
    assert sorted((ligne.source, ligne.cle) for ligne in lignes) == sorted(sources)
    assert {ligne.minutes for ligne in lignes} == {60, 7 * 60}
    assert {ligne.jour for ligne in lignes} == {MERCREDI}


def test_correcting_the_source_corrects_the_ledger(dossier: Dossier, agent: Agent) -> None:
    tenu = rdv(dossier, agent, MERCREDI, "09:00")
    assert minutes(dossier) == (60, 0, 0)
    tenu.statut = "absent"
    tenu.save()
    assert minutes(dossier) == (0, 0, 0)


def test_a_day_has_twenty_four_hours(dossier: Dossier, agent: Agent) -> None:
    for n in range(3):
        declaration(dossier, agent, MERCREDI, None, 720 - n)
    assert minutes(dossier) == (24 * 60, 0, 0)


@pytest.mark.parametrize("fuseau", ["Europe/Paris", "America/Cayenne", "Indian/Reunion"])
def test_a_week_runs_from_monday_to_sunday_on_the_structure_s_clock(agent: Agent, fuseau: str) -> None:
    """Sunday 23:00 to Monday 1:00: an hour in each week, wherever the structure is."""
    ailleurs = fabriques.structure(fuseau=fuseau)
    with perimetre(ailleurs.pk):
        dossier = fabriques.dossier(ailleurs, agent)
        rdv(dossier, agent, date(2026, 6, 21), "23:00", 120)
        tard = datetime(2026, 7, 1, tzinfo=UTC)
        assert minutes(dossier, LUNDI, tard) == (60, 0, 0)
        assert minutes(dossier, date(2026, 6, 22), tard) == (60, 0, 0)


@pytest.mark.parametrize(("nuit", "attendu"), [(date(2026, 3, 29), 120), (date(2026, 10, 25), 120)])
def test_a_change_of_clock_neither_adds_nor_takes_time(
    dossier: Dossier, agent: Agent, nuit: date, attendu: int
) -> None:
    """From 1:30 on, two hours last two hours, when clocks go to 3:00 at 2:00 as when they go back to 2:00 at 3:00."""
    rdv(dossier, agent, nuit, "01:30", 120)
    acte(dossier, agent, nuit, "01:30", 120)
    assert minutes(dossier, nuit, datetime(2026, 12, 1, tzinfo=UTC)) == (attendu, 0, 0)


def test_a_week_across_the_turn_of_the_year_is_one_week(dossier: Dossier, agent: Agent) -> None:
    """Thursday 31 December 2026 and Friday 1 January 2027 are of the week of Monday 28."""
    rdv(dossier, agent, date(2026, 12, 31), "09:00")
    rdv(dossier, agent, date(2027, 1, 1), "09:00")
    situation(dossier, Categorie.EMPLOI, date(2026, 12, 28), date(2027, 1, 1), "10")
    janvier = datetime(2027, 1, 4, tzinfo=UTC)
    assert semaine(dossier, date(2027, 1, 3), janvier).lundi == date(2026, 12, 28)
    assert minutes(dossier, date(2027, 1, 1), janvier) == (120 + 600, 0, 0)
    assert minutes(dossier, date(2027, 1, 4), janvier) == (0, 0, 0)


def test_another_structure_s_hours_are_not_read(dossier: Dossier, agent: Agent, autre_structure: Structure) -> None:
    with perimetre(autre_structure.pk):
        cache = fabriques.dossier(autre_structure)
        rdv(cache, agent, MERCREDI, "09:00")
        assert minutes(cache) == (60, 0, 0)
    assert minutes(cache) == (0, 0, 0)


def test_three_queries_whatever_the_number(structure: Structure, agent: Agent, django_assert_num_queries: Any) -> None:
    dossiers = [fabriques.dossier(structure, agent) for _ in range(5)]
    for d in dossiers:
        rdv(d, agent, MERCREDI, "09:00")
    with django_assert_num_queries(3):
        toutes = selectors.semaines(
            dossiers=[d.pk for d in dossiers], du=date(2026, 5, 1), au=MERCREDI, maintenant=MAINTENANT
        )
    assert all(len(suite) == 8 and suite[-1].fait == 60 for suite in toutes.values())
