"""What has no hour is counted once: a situation and what was told of the same day don't add up blindly."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.activites import selectors
from imilo.parcours.activites.reglages import reglages
from imilo.parcours.activites.selectors import LigneHeures
from imilo.parcours.contrats.models import CategorieAction
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
    snp,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]
DIMANCHE = LUNDI + timedelta(days=6)
SAMEDI = LUNDI + timedelta(days=5)


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(structure, agent)


def lignes(dossier: Dossier) -> list[LigneHeures]:
    return selectors.lignes(dossiers=[dossier.pk], du=LUNDI, au=DIMANCHE, maintenant=MAINTENANT)


def poser(dossier: Dossier, agent: Agent, quoi: tuple[Any, ...], jour: date = MERCREDI) -> None:
    """One source on a day: ("rdv", hour, minutes), ("acte", …), ("declaration", hour, minutes, type) or ("snp", …)."""
    genre, *reste = quoi
    if genre == "rdv":
        rdv(dossier, agent, jour, *reste)
    elif genre == "acte":
        acte(dossier, agent, jour, *reste)
    elif genre == "snp":
        snp(dossier, agent, jour, *reste)
    else:
        heure, duree, categorie = reste
        declaration(dossier, agent, jour, heure, duree, categorie=categorie)


@pytest.mark.parametrize(
    ("heures", "autres", "attendu"),
    [
        # A training of 35 hours is 7 a day: 420 minutes, a full day.
        ("35", [("rdv", "10:00", 60)], 420),  # within the working day: during the training
        ("35", [("rdv", "19:30", 60)], 480),  # after it
        ("35", [("rdv", "18:30", 60)], 450),  # half within, half after
        ("35", [("acte", None, 60)], 420),  # no hour: nothing shows that it was apart
        ("35", [("snp", "FORMATION", 180)], 420),  # the training itself, told by the operator
        ("35", [("snp", "SANTE", 120)], 420),  # the day is already full
        ("35", [("declaration", None, 420, "formation")], 420),
        ("35", [("declaration", None, 480, "formation")], 480),  # the longest of the day
        ("35", [("declaration", "20:00", 120, "recherche")], 540),  # its hour shows that it was apart
        ("35", [("rdv", "10:00", 60), ("snp", "FORMATION", 180), ("declaration", None, 420, "formation")], 420),
        # The day of the auditor, its declaration of another nature: with the appointment, eight hours without the
        # training.
        ("35", [("rdv", "10:00", 60), ("snp", "FORMATION", 180), ("declaration", None, 420, "recherche")], 480),
        # A training of 15 hours is 3 a day: four hours of room in a full one.
        ("15", [("rdv", "10:00", 60)], 240),
        ("15", [("snp", "FORMATION", 180)], 180),
        ("15", [("snp", "SANTE", 120)], 300),
        ("15", [("rdv", "10:00", 60), ("snp", "SANTE", 120), ("declaration", None, 120, "recherche")], 420),
        ("15", [("declaration", "09:00", 180, "formation")], 180),
        ("15", [("declaration", "09:00", 180, "formation"), ("declaration", "14:00", 180, "formation")], 360),
        ("15", [("declaration", "09:00", 180, "formation"), ("rdv", "10:00", 60)], 180),  # the same moment
        ("15", [("declaration", None, 180, "formation"), ("rdv", "10:00", 60)], 240),
        # Never less than what is certain without it: nine hours of the clock and a job of one.
        ("5", [("rdv", "09:00", 300), ("acte", "14:00", 240)], 540),
        # Without a situation, what somebody looked at adds up.
        (None, [("rdv", "10:00", 60), ("snp", "FORMATION", 180), ("declaration", None, 420, "formation")], 660),
    ],
)
def test_what_happens_on_a_day_of_training(
    dossier: Dossier, agent: Agent, heures: str | None, autres: list[tuple[Any, ...]], attendu: int
) -> None:
    if heures:
        situation(dossier, Categorie.FORMATION, MERCREDI, MERCREDI, heures)
    for quoi in autres:
        poser(dossier, agent, quoi)
    assert minutes(dossier) == (attendu, 0, 0)


def test_a_week_of_training_isn_t_forty_six_hours(dossier: Dossier, agent: Agent) -> None:
    situation(dossier, Categorie.FORMATION, date(2026, 6, 1), None, "35")
    poser(dossier, agent, ("rdv", "10:00", 60))
    poser(dossier, agent, ("snp", "FORMATION", 180))
    poser(dossier, agent, ("declaration", None, 420, "formation"))
    assert minutes(dossier) == (35 * 60, 0, 0)


def test_the_week_end_adds_up(dossier: Dossier, agent: Agent) -> None:
    situation(dossier, Categorie.FORMATION, date(2026, 6, 1), None, "35")
    tard = MAINTENANT + timedelta(days=7)
    declaration(dossier, agent, SAMEDI, None, 120, categorie="formation")
    assert minutes(dossier, maintenant=tard) == (37 * 60, 0, 0)


def test_another_person_s_training_holds_nothing(dossier: Dossier, agent: Agent, structure: Structure) -> None:
    situation(fabriques.dossier(structure, agent), Categorie.FORMATION, MERCREDI, MERCREDI, "35")
    snp(dossier, agent, MERCREDI, "FORMATION", 180)
    assert minutes(dossier) == (180, 0, 0)


def test_past_its_planned_end_a_training_waits_for_what_it_would_add(dossier: Dossier, agent: Agent) -> None:
    """Fourteen hours on Monday and Tuesday. On Wednesday an hour kept and three told of it are done; of the seven hours
    of the training, three are left to confirm."""
    situation(dossier, Categorie.FORMATION, LUNDI, None, "35", fin_prevue=date(2026, 6, 16))
    poser(dossier, agent, ("rdv", "10:00", 60))
    poser(dossier, agent, ("snp", "FORMATION", 180))
    mercredi_soir = MAINTENANT - timedelta(days=2)
    assert minutes(dossier, maintenant=mercredi_soir) == (14 * 60 + 240, 180, 0)


def test_a_line_that_isn_t_counted_says_in_which_it_already_is(dossier: Dossier, agent: Agent) -> None:
    situation(dossier, Categorie.FORMATION, MERCREDI, MERCREDI, "35")
    poser(dossier, agent, ("rdv", "18:30", 60))
    poser(dossier, agent, ("acte", "18:45", 45))
    poser(dossier, agent, ("snp", "FORMATION", 180))
    lues = {ligne.source: ligne for ligne in lignes(dossier)}
    assert {source: ligne.comptees for source, ligne in lues.items()} == {
        "situation": 420, "rendez_vous": 30, "acte": 0, "snp": 0,
    }  # fmt: skip
    dans = {source: ligne.dans and ligne.dans.source for source, ligne in lues.items()}
    assert dans == {"situation": None, "rendez_vous": "situation", "acte": "rendez_vous", "snp": "situation"}


def test_an_act_is_already_counted_in_its_appointment(dossier: Dossier, agent: Agent) -> None:
    rdv(dossier, agent, MERCREDI, "09:00", 60)
    acte(dossier, agent, MERCREDI, None, 80)
    un, deux = lignes(dossier)
    assert (un.source, un.comptees, un.dans) == ("rendez_vous", 60, None)
    assert (deux.source, deux.comptees, deux.dans and deux.dans.source) == ("acte", 20, "rendez_vous")


def _au_hasard(hasard: random.Random, dossier: Dossier, agents: list[Agent]) -> None:
    """A week of anything: situations, acts, appointments, declarations, situations of the operator."""
    for categorie in hasard.sample(reglages().situations_comptees, hasard.randint(0, 2)):
        debut = LUNDI + timedelta(days=hasard.randint(-3, 4))
        fin_prevue = hasard.choice([None, debut + timedelta(days=1)])
        situation(dossier, categorie, debut, None, hasard.choice(["5", "15", "20", "35"]), fin_prevue=fin_prevue)
    for _ in range(hasard.randint(0, 12)):
        jour = LUNDI + timedelta(days=hasard.choice([0, 0, 1, 2, 5]))
        agent = hasard.choice(agents)
        heure = hasard.choice([None, "08:00", "10:00", "10:30", "18:30", "20:00", "23:30"])
        duree = hasard.choice([15, 45, 60, 180, 420])
        genre = hasard.choice(["rdv", "acte", "declaration", "snp"])
        if genre == "rdv":
            rdv(dossier, agent, jour, heure or "09:00", duree, statut=hasard.choice(["present", "planifie", "absent"]))
        elif genre == "acte":
            acte(dossier, agent, jour, heure, duree)
        elif genre == "declaration":
            etat, categorie = hasard.choice(["declaree", "acceptee", "refusee"]), hasard.choice(CategorieAction.values)
            declaration(dossier, agent, jour, heure, duree, etat=etat, categorie=categorie)
        else:
            snp(dossier, agent, jour, hasard.choice(list(reglages().snp_heures)), duree)


@pytest.mark.parametrize("graine", range(4))
def test_a_week_is_the_sum_of_what_its_lines_count_for(structure: Structure, agent: Agent, graine: int) -> None:
    """Drawn at random, forty weeks: the query of the weeks and the lines say the same, and never more than the sources
    hold, nor less than the longest of each day."""
    hasard = random.Random(graine)
    agents = [agent, fabriques.agent(structure)]
    dossiers = [fabriques.dossier(structure, agent) for _ in range(40)]
    for dossier in dossiers:
        _au_hasard(hasard, dossier, agents)
    for dossier in dossiers:
        lues, une = lignes(dossier), semaine(dossier)
        par_etat: dict[str, int] = defaultdict(int)
        par_jour: dict[date, list[LigneHeures]] = defaultdict(list)
        for ligne in lues:
            par_etat[ligne.etat] += ligne.comptees
            par_jour[ligne.jour].append(ligne)
            assert 0 <= ligne.comptees <= ligne.minutes
            assert (ligne.dans is not None) == (ligne.comptees < ligne.minutes)
        assert (une.fait, une.a_confirmer, une.prevu) == (
            par_etat["fait"], par_etat["a_confirmer"], par_etat["prevu"],
        ), lues  # fmt: skip
        assert une.fait + une.a_confirmer + une.prevu <= sum(ligne.minutes for ligne in lues)
        for du_jour in par_jour.values():
            assert sum(x.comptees for x in du_jour) >= max(x.minutes for x in du_jour)


def test_each_counted_situation_says_what_tells_the_same() -> None:
    """A category added to the settings can't be forgotten here, nor a word that exists nowhere be written."""
    categories = {categorie for _, categorie in reglages().memes}
    codes = {code for code, _ in reglages().memes}
    assert categories == set(reglages().situations_comptees)
    assert codes <= {f"snp:{m}" for m in reglages().snp_heures} | {f"declaration:{c}" for c in CategorieAction.values}


def test_another_structure_s_lines_are_not_read(dossier: Dossier, agent: Agent, autre_structure: Structure) -> None:
    rdv(dossier, agent, MERCREDI, "09:00")
    with perimetre(autre_structure.pk):
        assert lignes(dossier) == []
