"""The random share of controls: the same draw for everybody, the same chance for each."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.droit.controle import FaitsControleAleatoire, aleatoire
from imilo.droit.erreurs import FaitInvalide

LE = date(2026, 1, 15)
TEXTES = st.text(min_size=1, max_size=12).filter(str.strip)
PARTS = st.integers(0, 100).map(lambda centiemes: Decimal(centiemes) / 100)
TIRAGES = st.builds(
    FaitsControleAleatoire,
    mois=st.sampled_from(["2025-01", "2025-12", "2026-01"]),
    structure=TEXTES,
    graine=TEXTES,
    part=PARTS,
    dossiers=st.lists(TEXTES, unique=True, max_size=30).map(tuple),
)


def _tirage(**changes: Any) -> FaitsControleAleatoire:
    faits = FaitsControleAleatoire("2025-09", "ML", "s", Decimal("0.10"), tuple(f"D{n:03d}" for n in range(100)))
    return replace(faits, **changes)


def _retenus(**changes: Any) -> tuple[str, ...]:
    return aleatoire(_tirage(**changes), LE).resultat["retenus"]


@given(TIRAGES)
def test_une_part_au_moins_et_a_un_dossier_pres(faits: FaitsControleAleatoire) -> None:
    resultat = aleatoire(faits, LE).resultat
    exact = faits.part * len(faits.dossiers)
    assert exact <= resultat["nombre"] < exact + 1
    assert resultat["nombre"] == len(resultat["retenus"]) == len(set(resultat["retenus"]))
    assert set(resultat["retenus"]) <= set(faits.dossiers)
    assert resultat["effectif"] == len(faits.dossiers)
    assert (resultat["nombre"] > 0) == (bool(faits.dossiers) and faits.part > 0)


@given(TIRAGES, st.randoms(use_true_random=False))
def test_l_ordre_de_la_liste_ne_change_rien(faits: FaitsControleAleatoire, hasard: Any) -> None:
    melanges = list(faits.dossiers)
    hasard.shuffle(melanges)
    melangee = replace(faits, dossiers=tuple(melanges))
    assert aleatoire(melangee, LE).resultat == aleatoire(faits, LE).resultat


@given(TIRAGES, TEXTES)
def test_un_dossier_de_plus_n_en_chasse_qu_un_et_garde_l_ordre(faits: FaitsControleAleatoire, nouveau: str) -> None:
    if nouveau in faits.dossiers:
        return
    avant = aleatoire(faits, LE).resultat["retenus"]
    apres = aleatoire(replace(faits, dossiers=(*faits.dossiers, nouveau)), LE).resultat["retenus"]
    assert len(set(avant) - set(apres)) <= 1
    anciens = [dossier for dossier in apres if dossier != nouveau]
    communs = [dossier for dossier in avant if dossier in anciens]
    assert anciens[: len(communs)] == communs


@given(TIRAGES)
def test_une_part_plus_grande_garde_ceux_d_une_plus_petite(faits: FaitsControleAleatoire) -> None:
    tous = aleatoire(replace(faits, part=Decimal(1)), LE).resultat["retenus"]
    retenus = aleatoire(faits, LE).resultat["retenus"]
    assert tous[: len(retenus)] == retenus
    assert sorted(tous) == sorted(faits.dossiers)


def test_le_rang_se_recalcule_avec_n_importe_quel_outil() -> None:
    def empreinte(dossier: str) -> str:
        return hashlib.sha256(f'["2025-09","ML","s","{dossier}"]'.encode()).hexdigest()

    assert _retenus() == tuple(sorted(_tirage().dossiers, key=empreinte)[:10])


@pytest.mark.parametrize("change", [{"mois": "2025-10"}, {"structure": "ML2"}, {"graine": "t"}])
def test_le_mois_la_structure_et_la_graine_changent_le_tirage(change: dict[str, str]) -> None:
    assert _retenus(**change) != _retenus()


def test_des_mots_mis_bout_a_bout_ne_se_confondent_pas() -> None:
    """« ML » and « s1 » isn't « MLs » and « 1 »."""
    assert _retenus(structure="ML", graine="s1") != _retenus(structure="MLs", graine="1")


def test_chaque_dossier_a_les_memes_chances() -> None:
    """Half of 40 dossiers, 400 draws: each comes out 200 times, give or take five standard deviations (10)."""
    dossiers = _tirage().dossiers[:40]
    sorties = dict.fromkeys(dossiers, 0)
    for graine in range(400):
        for dossier in _retenus(graine=str(graine), part=Decimal("0.50"), dossiers=dossiers):
            sorties[dossier] += 1
    assert sum(sorties.values()) == 8_000
    assert all(150 < nombre < 250 for nombre in sorties.values())
    # chi-square on 39 degrees of freedom; without replacement each variance is 100; 99.9 % under 73
    assert sum((nombre - 200) ** 2 / 100 for nombre in sorties.values()) * 39 / 40 < 73


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("mois", 202509),
        ("structure", 75),
        ("graine", None),
        ("part", 1),
        ("part", Decimal("NaN")),
        ("dossiers", (1, 2)),
        ("dossiers", "D001"),
    ],
)
def test_un_tirage_mal_ecrit(champ: str, valeur: object) -> None:
    with pytest.raises(FaitInvalide) as refus:
        _tirage(**{champ: valeur})
    assert refus.value.champ == champ
