"""The resources of a month: sums as people write them, and every error in the summary."""

from __future__ import annotations

import html
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from imilo.droit.ressources import NATURES
from imilo.web.allocation.formulaires import FormulaireRessource, FormulairesRessources, FormulaireVersion


@pytest.mark.parametrize(
    ("texte", "montant"),
    [
        ("600 €", "600"),
        ("600€", "600"),
        ("1 234,50", "1234.50"),
        ("1\u202f234,50\u00a0€", "1234.50"),
        ("1\u00a0234,50", "1234.50"),
        (" 612.5 ", "612.5"),
        ("0", "0"),
    ],
)
def test_un_montant_se_lit_comme_il_s_ecrit(texte: str, montant: str) -> None:
    form = FormulaireRessource({"nature": NATURES[0].code, "montant": texte})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["montant"] == Decimal(montant)


@pytest.mark.parametrize("texte", ["€ 600 $", "six cents", "6€00", "NaN", "-5 €", "1,234"])
def test_ce_qui_n_est_pas_un_montant_est_refuse(texte: str) -> None:
    form = FormulaireRessource({"nature": NATURES[0].code, "montant": texte})
    assert "montant" in form.errors


def test_le_resume_dit_aussi_les_erreurs_des_lignes() -> None:
    lignes = FormulairesRessources(
        {
            "r-TOTAL_FORMS": "2",
            "r-INITIAL_FORMS": "0",
            "r-0-nature": NATURES[0].code,
            "r-0-montant": "beaucoup",
            "r-1-nature": "",
            "r-1-montant": "12",
        },
        prefix="r",
    )
    form = FormulaireVersion({"version": "1"})
    assert form.is_valid()
    assert not lignes.is_valid()
    page = html.unescape(render_to_string("web/composants/erreurs.html", {"form": form, "jeu": lignes}))
    lu = " ".join(page.split())
    assert 'role="alert"' in lu
    assert "2 points sont à corriger" in lu
    assert '<a href="#id_r-0-montant">Ligne 1, Montant reçu (€)</a> : Écrivez un nombre' in lu
    assert '<a href="#id_r-1-nature">Ligne 2, Nature</a> : Dites ce que c\'est.' in lu


def test_sans_erreur_il_n_y_a_pas_de_resume() -> None:
    form = FormulaireVersion({"version": "1"})
    assert render_to_string("web/composants/erreurs.html", {"form": form}).strip() == ""
