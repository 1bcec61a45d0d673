"""The kinds of resources: every case of the three articles, once, and amounts as they are typed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from imilo.droit import porte, ressources
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.ressources import NATURES, TRAITEMENTS, Ressource


def test_chaque_cas_de_la_loi_a_sa_nature() -> None:
    articles = {nature.article for nature in NATURES}
    assert articles == {
        *(f"R. 5131-21 {n}°" for n in range(1, 4)),
        *(f"R. 5131-22 {n}°" for n in range(1, 8)),
        "R. 5131-24 I",
        "R. 5131-24 II",
        *(f"R. 5131-24 III {n}°" for n in range(1, 7)),
        "R. 5131-20 II",
    }


def test_l_article_dit_le_traitement() -> None:
    for nature in NATURES:
        debut = nature.article.split()[1]
        possibles = {
            "5131-21": {"deductible"},
            "5131-22": {"partielle"},
            "5131-24": {"non_cumulable", "cumulable"},
            "5131-20": {"cumulable"},
        }[debut]
        assert nature.traitement in possibles
        assert nature.traitement in TRAITEMENTS


def test_codes_et_libelles_sont_uniques() -> None:
    assert len({nature.code for nature in NATURES}) == len(NATURES)
    assert len({nature.libelle for nature in NATURES}) == len(NATURES)
    assert ressources.choix()[0] == ("salaire", "Salaire")
    assert len(ressources.choix()) == len(NATURES)


@pytest.mark.parametrize(("saisi", "garde"), [("600", "600.00"), ("6E2", "600.00"), ("0", "0.00"), ("-0", "0.00")])
def test_un_montant_garde_ses_deux_decimales(saisi: str, garde: str) -> None:
    assert str(Ressource("salaire", Decimal(saisi)).montant) == garde


@pytest.mark.parametrize(
    "montant",
    [
        Decimal("-0.01"),
        Decimal("0.001"),
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1e9"),
        Decimal("sNaN"),
        600,
        600.0,
        "600",
        None,
        True,
    ],
)
def test_un_montant_qui_n_en_est_pas_un_est_refuse(montant: object) -> None:
    with pytest.raises(FaitInvalide) as refus:
        Ressource("salaire", montant)  # type: ignore[arg-type]  # what an untyped caller may pass
    assert refus.value.champ == "montant"


@pytest.mark.parametrize("code", ["loterie", "", None, ["salaire"], "SALAIRE"])
def test_une_nature_hors_liste_est_refusee(code: object) -> None:
    with pytest.raises(FaitInvalide) as refus:
        Ressource(code, Decimal("1.00"))  # type: ignore[arg-type]  # what an untyped caller may pass
    assert refus.value.champ == "nature"


def test_les_codes_se_lisent_dans_le_refus_et_dans_la_description() -> None:
    with pytest.raises(FaitInvalide, match="contrat_unique_insertion") as refus:
        ressources.nature("loterie")
    assert all(code in refus.value.message for code, _ in ressources.choix())
    (decrite,) = [champ for champ in porte.champs(Ressource) if champ.nom == "nature"]
    assert decrite.choix == tuple(code for code, _ in ressources.choix())
