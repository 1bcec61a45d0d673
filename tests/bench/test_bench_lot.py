"""The measure of a network's month: judged at its size, and its copies name every column."""

from __future__ import annotations

import pytest

from bench import buts
from bench.lot_allocations import MesureLot, _copier
from imilo.parcours.allocations.models import DecisionAllocation


@pytest.mark.parametrize(
    ("decisions", "secondes", "atteint"), [(20_000, 59.9, True), (20_000, 60.1, False), (10_000, 31.0, False)]
)
def test_le_but_se_juge_a_la_taille_mesuree(decisions: int, secondes: float, atteint: bool) -> None:
    (but,) = buts.juger_lot(MesureLot(decisions, 3, secondes, 40.0))
    assert but.atteint == atteint


def test_la_copie_d_une_decision_garde_toutes_ses_colonnes() -> None:
    requete = _copier(DecisionAllocation, 7, {"id": "c.decision_id"}, "cibles")
    for champ in DecisionAllocation._meta.concrete_fields:
        assert str(champ.column) in requete
    assert "c.decision_id" in requete
    assert "m.id = 7" in requete
    assert "m.montant" in requete
