"""The saved model: the declared comparisons, with probabilities that make sense."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from imilo.jeunes.rapprochement import modele
from imilo.jeunes.rapprochement.comparaisons import COMPARAISONS, Comparaison


def test_the_model_that_comes_with_the_program_is_of_this_version() -> None:
    assert modele.courant() == modele.lire(modele.FRANCAIS)


@pytest.mark.parametrize("comparaison", COMPARAISONS, ids=lambda c: c.nom)
def test_what_agrees_weighs_more_than_what_differs(comparaison: Comparaison) -> None:
    (lue,) = (c for c in modele.lire()["comparisons"] if c["output_column_name"] == comparaison.nom)
    poids = {n["label_for_charts"]: n["m_probability"] / n["u_probability"] for n in lue["comparison_levels"][1:]}
    assert list(poids) == [n.code for n in comparaison.niveaux]
    for niveau in comparaison.niveaux:
        if niveau.sens != "proche":
            assert (poids[niveau.code] < 1) == (niveau.sens == "ecart"), niveau.code
    assert poids["egal"] > poids["autre"] * 50


@pytest.mark.parametrize("contenu", ["", "[]", "{}", '{"comparisons": []}'])
def test_another_file_is_refused(tmp_path: Path, contenu: str) -> None:
    (tmp_path / "m.json").write_text(contenu)
    with pytest.raises(modele.ModeleIllisible):
        modele.lire(tmp_path / "m.json")


def test_a_model_of_other_comparisons_is_refused(tmp_path: Path) -> None:
    autre = modele.lire()
    autre["comparisons"][0]["comparison_levels"][1]["sql_condition"] = "1 = 1"
    (tmp_path / "m.json").write_text(json.dumps(autre))
    with pytest.raises(modele.ModeleIllisible, match="apprenez-le de nouveau"):
        modele.lire(tmp_path / "m.json")


@pytest.mark.parametrize(("base", "attendu"), [(0, 0.5), (1, 0.5), (1000, 0.0005), (10_000_000, 5e-8)])
def test_the_larger_the_base_the_less_likely_two_records_are_one_person(base: int, attendu: float) -> None:
    assert modele.prealable(base) == pytest.approx(attendu)
