"""The measure of the allowances compares the same work, and its goal can be missed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench import __main__ as commande
from bench import buts, droit

MESURE = droit.Mesure(200_000, 130_000, 0.01, 5.0, 0.03, 500.0, 3.0)


def test_the_goal_can_be_met_and_missed() -> None:
    assert buts.juger_droit(MESURE).atteint
    assert buts.juger_droit(replace(MESURE, rapport=100.0)).atteint
    assert not buts.juger_droit(replace(MESURE, rapport=99.9)).atteint


def test_other_amounts_are_not_a_measure() -> None:
    droit._verifier(np.array([100, 0]), [np.array([1.02, 0.0], np.float32)])
    with pytest.raises(RuntimeError, match=r"0\.03 €"):
        droit._verifier(np.array([100, 0]), [np.array([1.0, 0.0]), np.array([1.0, 0.03])])


def test_a_small_run_gives_both_times_and_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole command on 300 people: it raises if the amounts differ, and keeps every figure."""
    monkeypatch.setattr(droit, "TOURS", 1)
    monkeypatch.setattr(droit, "TOURS_LONGS", 1)
    monkeypatch.setattr(droit.mesurer, "__defaults__", (300,))
    monkeypatch.setattr(commande, "RESULTATS", tmp_path / "resultats")
    monkeypatch.setattr(commande.base, "RACINE", tmp_path)
    assert commande.principal(["droit"]) in (0, 1)
    (fichier,) = (tmp_path / "resultats").iterdir()
    ecrits = json.loads(fichier.read_text())
    assert ecrits["droit"]["lignes"] == 300
    assert ecrits["droit"]["openfisca_s"] > 0
    assert ecrits["droit"]["openfisca_tranche_donnee_s"] > 0
    assert ecrits["droit"]["colonnes_s"] > 0
    assert [but["atteint"] for but in ecrits["buts"]] == [ecrits["droit"]["rapport"] >= buts.OPENFISCA]


def test_a_part_that_does_not_exist_is_refused() -> None:
    assert commande.principal(["doit"]) == 2
