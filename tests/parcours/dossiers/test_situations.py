"""Situations: states from dates, no two *Emploi* overlapping, the current one derived."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.journal.models import Fait
from imilo.parcours.dossiers.models import Categorie, Dossier, EtatSituation, Situation
from imilo.parcours.dossiers.selectors import suivi as selection
from imilo.parcours.dossiers.services.situations import (
    SituationSaisie,
    clore_situation,
    modifier_situation,
    saisir_situation,
)
from imilo.socle.erreurs import RegleViolee, VersionPerimee
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]
LE = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def midi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 6, 15, 10, tzinfo=UTC))


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(structure, agent)


def emploi(debut: date, fin: date | None = None, **champs: Any) -> SituationSaisie:
    return SituationSaisie("Emploi", debut, fin=fin, **champs)


def test_a_situation_is_one_row_and_one_fact(agent: Agent, dossier: Dossier) -> None:
    situation = saisir_situation(agent, dossier, saisie=emploi(date(2026, 1, 5), libelle="Boulangerie"))
    fait = Fait.objects.get(dossier_id=dossier.pk)
    assert (fait.genre, fait.objet_id) == ("situation.ajoutee", situation.pk)


@pytest.mark.parametrize(
    ("debut", "fin", "etat"),
    [
        (date(2026, 6, 16), None, EtatSituation.PREVU),
        (date(2026, 6, 15), None, EtatSituation.EN_COURS),
        (date(2026, 1, 1), date(2026, 6, 15), EtatSituation.EN_COURS),  # its last day is still within
        (date(2026, 1, 1), date(2026, 6, 14), EtatSituation.TERMINE),
    ],
)
def test_the_state_follows_from_the_dates(debut: date, fin: date | None, etat: EtatSituation) -> None:
    assert Situation(categorie="Emploi", debut=debut, fin=fin).etat(le=LE) == etat


@pytest.mark.parametrize(
    ("debut", "fin", "permis"),
    [
        (date(2026, 2, 1), date(2026, 2, 28), False),  # within
        (date(2025, 12, 1), date(2026, 1, 5), False),  # shares its first day
        (date(2026, 3, 31), None, False),  # shares its last day
        (date(2025, 1, 1), None, False),  # covers it, open
        (date(2025, 12, 1), date(2026, 1, 4), True),  # ends the day before
        (date(2026, 4, 1), None, True),  # begins the day after
    ],
)
def test_two_jobs_do_not_overlap(agent: Agent, dossier: Dossier, debut: date, fin: date | None, permis: bool) -> None:
    saisir_situation(agent, dossier, saisie=emploi(date(2026, 1, 5), date(2026, 3, 31)))
    if permis:
        saisir_situation(agent, dossier, saisie=emploi(debut, fin))
    else:
        with pytest.raises(RegleViolee, match="couvre déjà") as refus:
            saisir_situation(agent, dossier, saisie=emploi(debut, fin))
        assert refus.value.champ == "debut"
    assert Situation.objects.count() == 1 + int(permis)


def test_a_job_overlaps_freely_with_anything_else_and_with_another_person_s(
    agent: Agent, dossier: Dossier, structure: Structure
) -> None:
    saisir_situation(agent, dossier, saisie=emploi(date(2026, 1, 5)))
    saisir_situation(agent, dossier, saisie=SituationSaisie("Formation", date(2026, 1, 5)))
    saisir_situation(agent, fabriques.dossier(structure), saisie=emploi(date(2026, 1, 5)))
    assert Situation.objects.count() == 3


@pytest.mark.parametrize(
    ("saisie", "champ"),
    [
        (emploi(date(2026, 2, 2), date(2026, 2, 1)), "fin"),
        (emploi(date(2026, 2, 2), date(2026, 6, 16)), "fin"),  # tomorrow hasn't happened
        (emploi(date(2026, 2, 2), fin_prevue=date(2026, 2, 1)), "fin_prevue"),
        (emploi(date(1999, 1, 1)), "debut"),
        (SituationSaisie("Chômage", date(2026, 1, 1)), "categorie"),
        (emploi(date(2026, 1, 1), rome_exerce="K13"), "rome_exerce"),
        (emploi(date(2026, 1, 1), libelle="x" * 201), "libelle"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    agent: Agent, dossier: Dossier, saisie: SituationSaisie, champ: str
) -> None:
    with pytest.raises(RegleViolee) as refus:
        saisir_situation(agent, dossier, saisie=saisie)
    assert refus.value.champ == champ
    assert not Situation.objects.exists()


def test_the_current_one_is_the_first_running_in_the_order_of_priority(agent: Agent, dossier: Dossier) -> None:
    for categorie in reversed(Categorie.values):
        saisir_situation(agent, dossier, saisie=SituationSaisie(categorie, date(2026, 1, 5)))
        courante = selection.situation_courante(dossier=dossier, le=LE)
        assert courante is not None
        assert courante.categorie == categorie


def test_among_equals_the_latest_begun_is_current_and_the_ended_and_planned_are_not(
    agent: Agent, dossier: Dossier
) -> None:
    for saisie in (
        emploi(date(2025, 1, 1), date(2025, 6, 1)),
        SituationSaisie("Formation", date(2026, 1, 1), libelle="première"),
        SituationSaisie("Formation", date(2026, 5, 1), libelle="seconde"),
        emploi(date(2026, 7, 1)),
    ):
        saisir_situation(agent, dossier, saisie=saisie)
    courante = selection.situation_courante(dossier=dossier, le=LE)
    assert courante is not None
    assert courante.libelle == "seconde"
    assert selection.situation_courante(dossier=dossier, le=date(2024, 1, 1)) is None


def test_ending_is_a_fact_and_frees_the_days_after(agent: Agent, dossier: Dossier) -> None:
    situation = saisir_situation(agent, dossier, saisie=emploi(date(2026, 1, 5)))
    close = clore_situation(agent, situation, version=1, fin=date(2026, 5, 31))
    assert (close.fin, close.version) == (date(2026, 5, 31), 2)
    saisir_situation(agent, dossier, saisie=emploi(date(2026, 6, 1)))
    genres = Fait.objects.filter(dossier_id=dossier.pk).order_by("id").values_list("genre", flat=True)
    assert list(genres) == ["situation.ajoutee", "situation.terminee", "situation.ajoutee"]


@pytest.mark.parametrize("fin", [date(2026, 1, 4), date(2026, 6, 16)])
def test_an_end_before_the_start_or_to_come_is_refused(agent: Agent, dossier: Dossier, fin: date) -> None:
    situation = saisir_situation(agent, dossier, saisie=emploi(date(2026, 1, 5)))
    with pytest.raises(RegleViolee) as refus:
        clore_situation(agent, situation, version=1, fin=fin)
    assert refus.value.champ == "fin"


def test_a_change_that_would_overlap_is_refused_and_a_stale_one_told(agent: Agent, dossier: Dossier) -> None:
    saisir_situation(agent, dossier, saisie=emploi(date(2026, 1, 5), date(2026, 3, 31)))
    autre = saisir_situation(agent, dossier, saisie=emploi(date(2026, 4, 1)))
    with pytest.raises(RegleViolee, match="couvre déjà"):
        modifier_situation(agent, autre, version=1, saisie=emploi(date(2026, 3, 1)))
    modifiee = modifier_situation(agent, autre, version=1, saisie=emploi(date(2026, 4, 2), libelle="Garage"))
    assert (modifiee.libelle, modifiee.version) == ("Garage", 2)
    with pytest.raises(VersionPerimee):
        modifier_situation(agent, autre, version=1, saisie=emploi(date(2026, 5, 1)))
    change = selection.changements(modifiee, version=1)
    assert {e.champ for e in change.ecarts} == {"debut", "libelle"}
