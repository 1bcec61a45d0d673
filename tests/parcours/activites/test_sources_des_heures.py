"""Each source of hours that the settings name counts; each code of the lists is either counted or known not to be."""

from __future__ import annotations

from datetime import date

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.activites import selectors
from imilo.parcours.activites.models import Mesure
from imilo.parcours.activites.reglages import reglages
from imilo.parcours.dossiers.models import Categorie, Dossier
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from tests import fabriques
from tests.parcours.activites.journees import LUNDI, MAINTENANT, MERCREDI, acte, minutes, situation, snp

REGLAGES = reglages()
JEUDI = date(2026, 6, 18)
# What asks no time of the young person, or no activity: written here too, so that a new code has to be thought about.
MODALITES_SANS_HEURES = {"MESSAGERIE", "COURRIEL", "COURRIER", "ADMINISTRATIF"}
SITUATIONS_SANS_HEURES = {Categorie.SCOLARITE, Categorie.DEMANDEUR}


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent)


@pytest.mark.django_db
def test_no_code_of_the_lists_is_forgotten() -> None:
    modalites = {code for code, _ in codes(Liste.MODALITE_ACTE, MERCREDI)}
    assert modalites == set(REGLAGES.modalites_comptees) | MODALITES_SANS_HEURES
    assert not set(REGLAGES.modalites_comptees) & MODALITES_SANS_HEURES
    assert set(Categorie.values) == set(REGLAGES.situations_comptees) | SITUATIONS_SANS_HEURES
    assert not set(REGLAGES.situations_comptees) & SITUATIONS_SANS_HEURES
    assert set(REGLAGES.snp_heures) == set(Mesure.values)
    types = {code for code, _ in codes(Liste.TYPE_ACTE, MERCREDI)}
    assert set(REGLAGES.types_non_comptes) < types


@pytest.mark.django_db
@pytest.mark.parametrize("heure", [None, "09:00"])
@pytest.mark.parametrize("modalite", REGLAGES.modalites_comptees)
def test_each_way_of_meeting_counts(dossier: Dossier, agent: Agent, modalite: str, heure: str | None) -> None:
    """An interview, a call, the attendance at a workshop or at a collective information, of an hour and a half."""
    present = acte(dossier, agent, MERCREDI, heure, 90, modalite=modalite)
    assert minutes(dossier) == (90, 0, 0)
    (ligne,) = selectors.lignes(dossiers=[dossier.pk], du=LUNDI, au=JEUDI, maintenant=MAINTENANT)
    assert (ligne.source, ligne.cle, ligne.comptees, ligne.etat) == ("acte", present.pk, 90, "fait")


@pytest.mark.django_db
@pytest.mark.parametrize("modalite", sorted(MODALITES_SANS_HEURES))
def test_a_letter_or_paperwork_counts_nothing(dossier: Dossier, agent: Agent, modalite: str) -> None:
    acte(dossier, agent, MERCREDI, None, 90, modalite=modalite)
    assert minutes(dossier) == (0, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("type_acte", REGLAGES.types_non_comptes)
def test_a_call_to_somebody_who_isn_t_there_counts_nothing(dossier: Dossier, agent: Agent, type_acte: str) -> None:
    acte(dossier, agent, MERCREDI, "09:00", 90, type=type_acte)
    assert minutes(dossier) == (0, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("categorie", REGLAGES.situations_comptees)
def test_each_situation_that_is_activity_counts(dossier: Dossier, categorie: str) -> None:
    """A job, an apprenticeship, a training, an immersion, a PMSMP, a volunteer's contract of 24 hours a week, on
    Wednesday and Thursday: two fifths, 9 h 36."""
    posee = situation(dossier, categorie, MERCREDI, JEUDI, "24")
    assert minutes(dossier) == (576, 0, 0)
    lues = selectors.lignes(dossiers=[dossier.pk], du=LUNDI, au=JEUDI, maintenant=MAINTENANT)
    assert [(x.source, x.cle, x.jour, x.comptees) for x in lues] == [
        ("situation", posee.pk, MERCREDI, 288),
        ("situation", posee.pk, JEUDI, 288),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("categorie", sorted(SITUATIONS_SANS_HEURES))
def test_school_and_looking_for_work_count_nothing(dossier: Dossier, categorie: str) -> None:
    situation(dossier, categorie, MERCREDI, JEUDI, "24")
    assert minutes(dossier) == (0, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(("mesure", "heures"), sorted(REGLAGES.snp_heures.items()))
def test_each_situation_of_the_operator_counts(dossier: Dossier, agent: Agent, mesure: str, heures: int) -> None:
    snp(dossier, agent, MERCREDI, mesure, 60 * heures)
    assert minutes(dossier) == (60 * heures, 0, 0)
