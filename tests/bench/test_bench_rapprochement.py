"""The measure of the linkage: its lists are what they say, and each of its goals can be missed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from bench import buts
from bench.rapprochement import Mesure, Passage
from bench.rapprochement_listes import CONNUS, tirer

TOUT = Passage(100, 60.0, 80.0, 900, 0.9995, 0.98, 0.999, 0)
MESURE = Mesure(1000, [replace(TOUT, lignes=25, secondes_processeur=50.0), TOUT], replace(TOUT, precision=0.99))


def test_the_same_seed_gives_the_same_lists() -> None:
    assert tirer(300, 100, graine=1) == tirer(300, 100, graine=1)
    assert tirer(300, 100, graine=1) != tirer(300, 100, graine=2)


def test_a_list_holds_known_and_new_persons_with_the_errors_of_lists() -> None:
    base, liste = tirer(4000, 2000)
    assert len(liste) == 2000
    assert len({p.qui for p in base}) == len(base) > 4000  # some twins beside those drawn
    connus = {p.qui for p in base}
    assert sum(p.qui in connus for p in liste) == pytest.approx(2000 * CONNUS, abs=1)
    cas = Counter(p.cas for p in liste)
    assert cas["nouveau"] > 700
    for attendu in ("a déménagé", "faute dans le nom", "jour et mois inversés", "jumeau", "nom d'usage"):
        assert cas[attendu] >= 10, attendu
    exactes = {(p.nom, p.prenom, p.naissance) for p in base}
    assert (
        0.5
        < sum((p.nom, p.prenom, p.naissance) in exactes for p in liste if p.qui in connus) / len(liste) / CONNUS
        < 0.9
    )


def test_every_goal_can_be_met() -> None:
    assert all(but.atteint for but in buts.juger_rapprochement(MESURE))


@pytest.mark.parametrize(
    ("champs", "rates"),
    [
        ({"precision": 0.9989}, 1),
        ({"rappel": 0.969}, 2),  # and less accurate than the reference
        ({"jumeaux_confondus": 1}, 1),
        ({"secondes_processeur": 201.0}, 2),  # no line, and slower
        ({"secondes_processeur": 81.0}, 1),
    ],
)
def test_each_goal_can_be_missed(champs: dict[str, float], rates: int) -> None:
    mesure = replace(MESURE, passages=[MESURE.passages[0], replace(TOUT, **champs)])
    assert sum(not but.atteint for but in buts.juger_rapprochement(mesure)) == rates
