"""The readings: what each one changes, and what a decision keeps of it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.droit import cej, contrat_engagement, decision, delais, lectures
from imilo.droit.delais import Calendrier
from imilo.droit.erreurs import HorsPeriode, LectureInconnue
from imilo.droit.lectures import LectureAppliquee, Lectures
from tests.droit.exemples_yaml import exemples


def _calendrier(**choix: str) -> Calendrier:
    return Calendrier(Lectures.choisir({f"delais.{nom}": choisi for nom, choisi in choix.items()}))


@pytest.mark.parametrize(
    ("choix", "attendu"),
    [
        ({}, date(2026, 2, 15)),  # a Sunday
        ({"jour_de_depart": "compte"}, date(2026, 2, 14)),
        ({"mois": "civils"}, date(2026, 2, 28)),  # a Saturday
        ({"report": "jour_ouvrable_suivant"}, date(2026, 2, 16)),
        ({"mois": "civils", "report": "jour_ouvrable_suivant"}, date(2026, 3, 2)),
    ],
)
def test_un_mois_apres_le_15_janvier_2026(choix: dict[str, str], attendu: date) -> None:
    assert _calendrier(**choix).terme(date(2026, 1, 15), 1) == attendu
    faits = contrat_engagement.FaitsDelaiSignature(date(2026, 1, 15))
    lues = Lectures.choisir({f"delais.{nom}": choisi for nom, choisi in choix.items()})
    rendue = contrat_engagement.delai_signature(faits, date(2026, 1, 20), lectures=lues)
    assert rendue.resultat["limite"] == attendu
    assert {(lue.question, lue.choix) for lue in rendue.lectures} == {
        (f"delais.{question}", lues.sur(f"delais.{question}")) for question in ("jour_de_depart", "mois", "report")
    }
    assert decision.rejouer(decision.depuis_json(decision.vers_json(rendue))).identique


@pytest.mark.parametrize(
    ("choix", "attendu"),
    [({}, date(2026, 1, 25)), ({"jour_de_depart": "compte"}, date(2026, 1, 24))],
)
def test_dix_jours_apres_le_15_janvier_2026(choix: dict[str, str], attendu: date) -> None:
    assert _calendrier(**choix).terme_en_jours(date(2026, 1, 15), 10) == attendu


@pytest.mark.parametrize(
    ("choix", "attendu"),
    [
        ({}, date(2026, 1, 14)),
        ({"duree": "meme_quantieme"}, date(2026, 1, 15)),
        ({"mois": "civils"}, date(2026, 1, 31)),
    ],
)
def test_douze_mois_a_partir_du_15_janvier_2025(choix: dict[str, str], attendu: date) -> None:
    lues = Lectures.choisir({f"delais.{nom}": choisi for nom, choisi in choix.items()})
    rendue = cej.duree(cej.FaitsDuree(date(2025, 1, 15)), date(2025, 1, 15), lectures=lues)
    assert rendue.resultat["dernier_jour_possible"] == attendu


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [
        (date(2025, 4, 19), date(2025, 4, 22)),  # Saturday before Easter: Monday is a holiday
        (date(2026, 5, 14), date(2026, 5, 15)),  # Ascension
        (date(2026, 12, 25), date(2026, 12, 28)),  # Christmas, a Friday
        (date(2027, 1, 1), date(2027, 1, 4)),  # a Friday, across the year's end
        (date(2026, 7, 13), date(2026, 7, 13)),
    ],
)
def test_le_premier_jour_ouvrable(jour: date, attendu: date) -> None:
    assert delais.ouvrable(jour) == attendu


def test_onze_jours_feries_par_an_et_rien_au_dela_de_la_table() -> None:
    assert all(len(delais.feries(annee)) >= 10 for annee in range(2017, 2061))  # 1 and 8 May may fall on Ascension
    assert len(delais.feries(2026)) == 11
    with pytest.raises(HorsPeriode):
        delais.feries(2061)


@given(st.dates(date(2017, 1, 1), date(2059, 1, 1)), st.integers(1, 24), st.sampled_from(sorted(lectures.questions())))
def test_aucune_lecture_ne_fait_finir_un_delai_avant_son_depart(depart: date, mois: int, question: str) -> None:
    for choix in lectures.question(question).choix:
        calendrier = Calendrier(Lectures.choisir({question: choix}))
        fins = (calendrier.terme(depart, mois), calendrier.dernier_jour(depart, mois))
        assert all(fin > depart for fin in fins)


def test_une_lecture_qui_n_existe_pas_est_refusee() -> None:
    with pytest.raises(LectureInconnue):
        Lectures.choisir({"delais.duree": "au_hasard"})
    with pytest.raises(LectureInconnue):
        Lectures.choisir({"delais.siecle": "veille"})


def test_une_decision_d_avant_les_lectures_se_rejoue() -> None:
    rendue = cej.duree(cej.FaitsDuree(date(2025, 1, 15)), date(2025, 1, 15))
    assert LectureAppliquee("delais.duree", "veille") in rendue.lectures
    ancienne = decision.vers_json(rendue)
    del ancienne["lectures"]
    assert decision.rejouer(decision.depuis_json(ancienne)).identique


@pytest.mark.parametrize("nom", sorted(lectures.questions()))
def test_chaque_question_est_complete(nom: str) -> None:
    question = lectures.question(nom)
    assert question.question.endswith("?")
    assert question.defaut in question.choix
    assert len(question.choix) > 1
    assert question.pourquoi.endswith(".")
    assert all(texte.endswith(".") for texte in question.choix.values())


def test_chaque_lecture_a_un_exemple() -> None:
    """Beside the default, which the other examples hold."""
    essayees = {paire for exemple in exemples() for paire in exemple.brut.get("lectures", {}).items()}
    autres = {(nom, choix) for nom, q in lectures.questions().items() for choix in q.choix if choix != q.defaut}
    assert autres - essayees == set()
