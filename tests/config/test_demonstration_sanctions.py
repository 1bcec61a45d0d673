"""The sanctions of the demonstration: each state is there."""

from __future__ import annotations

from datetime import date

import pytest

from imilo.parcours.sanctions.etats import Etat
from tests.demonstration import Demonstration, base_demontree


@pytest.fixture(scope="module")
def base() -> Demonstration:
    return base_demontree()


def test_each_state_is_shown(base: Demonstration) -> None:
    etats = {etat for (etat,) in base.lire("SELECT DISTINCT etat FROM sanctions_procedure")}
    assert etats == set(Etat.values)


def test_some_answer_some_wait_for_a_decision_and_one_is_late(base: Demonstration) -> None:
    limites: list[tuple[date, date]] = base.lire(
        "SELECT limite_observations, limite_decision FROM sanctions_procedure WHERE etat = 'notifiee'"
    )
    assert any(base.jour <= reponse for reponse, _ in limites)
    assert any(reponse < base.jour <= decision for reponse, decision in limites)
    assert any(decision < base.jour for _, decision in limites)


def test_both_structures_have_something_to_show(base: Demonstration) -> None:
    for table in ("procedure", "procedureevent", "messagepartenaire", "messagepartenaireevent", "tiragecontrole"):
        nombre = base.valeur(f"SELECT count(DISTINCT structure_id) FROM sanctions_{table}")
        assert nombre == 2, table
    assert base.valeur("SELECT count(*) FROM sanctions_controlealeatoireevent") == 2
