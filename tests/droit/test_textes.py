"""Articles and rules: each rule is described, cites what is listed, and refuses the days before it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from imilo.droit import textes
from imilo.droit.baremes import parametres
from imilo.droit.erreurs import HorsPeriode, RegleInconnue
from imilo.droit.registre import Regle, regles
from tests.droit.exemples_yaml import Exemple, exemples

DECIDES = [exemple for exemple in exemples() if "resultat" in exemple.brut]


@pytest.mark.parametrize("regle", regles(), ids=repr)
def test_chaque_regle_est_decrite(regle: Regle[Any, Any]) -> None:
    assert regle.fiche.question.endswith("?")
    assert regle.fiche.articles
    assert set(regle.fiche.articles) <= set(textes.articles())
    if regle.fiche.depuis < max(textes.articles()[article] for article in regle.fiche.articles):
        assert regle.fiche.pourquoi.endswith("."), "say why it knows days before the version of its articles"


@pytest.mark.parametrize("regle", regles(), ids=repr)
def test_la_veille_de_son_premier_jour_une_regle_refuse(regle: Regle[Any, Any]) -> None:
    with pytest.raises(HorsPeriode) as refus:
        regle(None, regle.fiche.depuis - timedelta(days=1))
    assert (refus.value.nom, refus.value.premiere) == (regle.nom, regle.fiche.depuis)


def test_aucune_fiche_sans_regle() -> None:
    assert set(textes.lire("regles.yaml")) == {regle.nom for regle in regles()}
    with pytest.raises(RegleInconnue):
        textes.fiche("cej.rien")


@pytest.mark.parametrize("exemple", DECIDES, ids=lambda exemple: exemple.nom)
def test_chaque_decision_cite_un_article_en_vigueur_ce_jour(exemple: Exemple) -> None:
    from imilo.droit.registre import trouver

    rendue = trouver(exemple.brut["regle"])(exemple.faits(), exemple.le, lectures=exemple.lectures())
    cites = {textes.article_principal(article) for article in rendue.articles}
    assert cites <= set(textes.articles())
    assert any(textes.articles()[article] <= exemple.le for article in cites)


def test_les_articles_des_baremes_sont_listes() -> None:
    for bareme in parametres().values():
        assert textes.article_principal(bareme.article) in textes.articles(), bareme.nom
