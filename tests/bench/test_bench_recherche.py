"""The measure of the search: errors are errors, people have the keys of the application, goals are judged."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import buts
from imilo.config.mesures.base_de_recherche import DOSSIERS_MAX
from imilo.config.mesures.population import Population, ligne_dossier, ligne_jeune
from imilo.config.mesures.recherche import FAUTES, fausser
from imilo.jeunes.cles import mots_de_recherche
from imilo.parcours.dossiers.models.dossier import NUMERO_MAX


@given(st.text("abcdefgh", min_size=1, max_size=12), st.sampled_from(FAUTES), st.integers(0, 1000))
def test_une_faute_change_le_mot_d_une_lettre(mot: str, faute: str, graine: int) -> None:
    faux = fausser(random.Random(graine), mot, faute)
    assert faux != mot
    assert abs(len(faux) - len(mot)) <= 1
    if len(faux) == len(mot):
        assert sum(a != b for a, b in zip(mot, faux, strict=True)) in (1, 2)


def test_les_personnes_inventees_ont_les_cles_de_l_application() -> None:
    personnes = list(Population("essai", familles=5000).personnes(3000))
    for p in personnes:
        assert list(p.mots) == mots_de_recherche(p.nom, p.usage, p.prenom, p.autres)
        assert ligne_jeune(p).count("\t") == 13
        assert ligne_dossier(p).count("\t") == 23
    assert len({p.rang for p in personnes}) == 3000
    assert sum(bool(p.usage) for p in personnes) > 50
    assert sum("-" in p.nom for p in personnes) > 50


def test_les_memes_personnes_pour_la_meme_graine() -> None:
    une, autre = (list(Population("essai", familles=2000).personnes(50)) for _ in range(2))
    assert une == autre


def test_un_numero_de_dossier_a_sept_chiffres() -> None:
    assert DOSSIERS_MAX == NUMERO_MAX


def mesure(**change: Any) -> dict[str, Any]:
    bonne: dict[str, Any] = {
        "dossiers": 2_000_000,
        "fautif_avec_annee": {"base_p95": 20.0, "rappel_sans_homonymes": 0.99},
        "rapport_p50": 100.0,
        "rapport_moyenne": 100.0,
    }
    return bonne | change


@pytest.mark.parametrize(
    ("change", "atteints"),
    [
        ({}, [True, True, True, True]),
        ({"fautif_avec_annee": {"base_p95": 20.1, "rappel_sans_homonymes": 0.99}}, [False, True, True, True]),
        ({"fautif_avec_annee": {"base_p95": 2, "rappel_sans_homonymes": 0.9899}}, [True, False, True, True]),
        ({"rapport_p50": 99.9}, [True, True, False, True]),
        ({"rapport_moyenne": 99.9}, [True, True, True, False]),
    ],
)
def test_les_buts(change: dict[str, Any], atteints: list[bool]) -> None:
    assert [but.atteint for but in buts.juger_recherche(mesure(**change))] == atteints
