"""Decisions: to JSON and back, and taken again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from imilo.droit import baremes, cej, decision
from imilo.droit.decision import Decision
from imilo.droit.erreurs import DecisionIllisible, RegleInconnue
from imilo.droit.registre import regle, regles, trouver
from imilo.droit.ressources import Ressource

GARDEES = sorted((Path(__file__).parent / "decisions").glob("*.json"))


@pytest.fixture
def rendue() -> Decision[cej.ResultatAllocation]:
    faits = cej.FaitsAllocation(
        date(2003, 5, 20), "non_imposable", False, "2025-06", (Ressource("salaire", Decimal("600.00")),)
    )
    return cej.allocation(faits, date(2025, 7, 3))


@pytest.fixture
def forfait_corrige(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pretend that the amount of April 2025 was entered wrong, and is now mended."""
    nom = "cej.forfait.majeur_non_imposable"
    tous = dict(baremes.parametres())
    *avant, derniere = tous[nom].valeurs
    tous[nom] = replace(tous[nom], valeurs=(*avant, replace(derniere, valeur=Decimal("570.00"))))
    monkeypatch.setattr(baremes, "parametres", lambda: tous)
    baremes.bareme.cache_clear()
    yield
    baremes.bareme.cache_clear()


def test_le_json_est_lisible_par_un_autre(rendue: Decision[Any]) -> None:
    ecrite = json.loads(json.dumps(decision.vers_json(rendue)))
    assert ecrite["resultat"] == {"montant": "414.06", "forfait": "561.68", "due": True}
    assert ecrite["faits"]["ressources"] == [{"nature": "salaire", "montant": "600.00"}]
    assert ecrite["faits"]["date_naissance"] == "2003-05-20"
    assert (ecrite["regle"], ecrite["version"], ecrite["le"]) == ("cej.allocation", "1", "2025-07-03")
    assert [b["a_compter_du"] for b in ecrite["baremes"] if b["nom"] == "smic.horaire_brut"] == ["2024-11-01"]


def test_l_ordre_des_cles_ne_compte_pas(rendue: Decision[Any]) -> None:
    """A jsonb column gives keys back in its own order."""
    melangee = dict(reversed(decision.vers_json(rendue).items()))
    melangee["faits"] = dict(reversed(melangee["faits"].items()))
    assert decision.depuis_json(melangee) == rendue
    assert decision.texte_canonique(decision.depuis_json(melangee)) == decision.texte_canonique(rendue)


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("le", "03/07/2025"),
        ("le", "2025-07-03T00:00:00"),
        ("resultat", {"montant": 414.06, "forfait": "561.68", "due": True}),
        ("resultat", {"montant": "414,06", "forfait": "561.68", "due": True}),
        ("resultat", {"montant": "414.06", "forfait": "561.68", "due": 1}),
        ("resultat", {"montant": "414.06", "forfait": "561.68"}),
        ("resultat", {"montant": "414.06", "forfait": "561.68", "due": True, "bonus": "1.00"}),
        ("faits", {"date_naissance": "2003-05-20"}),
        ("articles", "R. 5131-20"),
        ("motifs", [{"code": "x", "phrase": "y", "article": "z", "satisfait": "oui"}]),
        ("etapes", [{"libelle": "x", "formule": "y", "valeur": "beaucoup"}]),
        ("regle", ["cej.allocation"]),
    ],
)
def test_une_decision_alteree_est_illisible(rendue: Decision[Any], champ: str, valeur: object) -> None:
    with pytest.raises(DecisionIllisible):
        decision.depuis_json({**decision.vers_json(rendue), champ: valeur})


def test_des_faits_refuses_par_la_regle_sont_illisibles(rendue: Decision[Any]) -> None:
    ecrite = decision.vers_json(rendue)
    ecrite["faits"]["ressources"] = [{"nature": "loterie", "montant": "1.00"}]
    with pytest.raises(DecisionIllisible, match="loterie"):
        decision.depuis_json(ecrite)


@pytest.mark.parametrize("texte", ["", "{", "[]", "null", '"cej"'])
def test_un_texte_qui_n_est_pas_une_decision(texte: str) -> None:
    with pytest.raises(DecisionIllisible):
        decision.depuis_json(texte)


def test_un_champ_manquant_est_nomme(rendue: Decision[Any]) -> None:
    ecrite = decision.vers_json(rendue)
    del ecrite["motifs"]
    with pytest.raises(DecisionIllisible, match=r": \['motifs'\]"):
        decision.depuis_json(ecrite)


def test_un_champ_de_trop_est_nomme(rendue: Decision[Any]) -> None:
    with pytest.raises(DecisionIllisible, match=r": \['cadeau'\]"):
        decision.depuis_json({**decision.vers_json(rendue), "cadeau": 1})


@pytest.mark.parametrize(("nom", "version"), [("cej.cadeau", "1"), ("cej.allocation", "0")])
def test_une_regle_inconnue(rendue: Decision[Any], nom: str, version: str) -> None:
    with pytest.raises(RegleInconnue, match=nom):
        decision.depuis_json({**decision.vers_json(rendue), "regle": nom, "version": version})


def test_un_rejeu_identique(rendue: Decision[Any]) -> None:
    rejeu = decision.rejouer(decision.depuis_json(decision.texte_canonique(rendue)))
    assert rejeu.identique
    assert rejeu.ecarts == ()
    assert rejeu.decision == rendue


def test_un_rejeu_dit_ce_qui_differe(rendue: Decision[Any]) -> None:
    falsifiee = replace(rendue, resultat={**rendue.resultat, "montant": Decimal("514.06")})
    ecarts = decision.rejouer(falsifiee).ecarts
    assert ecarts == (decision.Ecart("resultat.montant", "514.06", "414.06"),)


def test_un_rejeu_apres_correction_d_un_bareme(rendue: Decision[Any], forfait_corrige: None) -> None:
    ecarts = {ecart.champ: (ecart.avant, ecart.apres) for ecart in decision.rejouer(rendue).ecarts}
    assert not decision.rejouer(rendue).meme_resultat
    assert ecarts["resultat.forfait"] == ("561.68", "570.00")
    # 570 − 300 × 570 / 1141,44 = 570 − 149,81 = 420,19
    assert ecarts["resultat.montant"] == ("414.06", "420.19")
    assert any(champ.startswith("baremes.") for champ in ecarts)


def test_un_rejeu_dit_ce_qui_manque_et_ce_qui_s_ajoute(rendue: Decision[Any]) -> None:
    rejeu = decision.rejouer(replace(rendue, motifs=rendue.motifs[:-1]))
    ecarts = rejeu.ecarts
    assert rejeu.meme_resultat
    assert not rejeu.identique
    assert [ecart.avant for ecart in ecarts] == [None]
    assert [ecart.champ for ecart in ecarts] == [f"motifs.{len(rendue.motifs) - 1}"]


def test_une_decision_ne_change_plus(rendue: Decision[Any]) -> None:
    with pytest.raises(FrozenInstanceError):
        rendue.version = "2"  # type: ignore[misc]  # what the test is about


def test_un_motif_absent(rendue: Decision[Any]) -> None:
    assert rendue.motif("foyer_fiscal").satisfait is True
    with pytest.raises(KeyError):
        rendue.motif("absent")


@pytest.mark.parametrize("chemin", GARDEES, ids=lambda chemin: chemin.stem)
def test_une_decision_gardee_se_rejoue_a_l_identique(chemin: Path) -> None:
    """Decisions written by an earlier day of the project.

    If one of them no longer replays, the rule changed: keep the older body under its version, and give the new one
    the next version. A corrected scale is the one good reason to write the file anew.
    """
    texte = chemin.read_text(encoding="utf-8")
    assert decision.rejouer(decision.depuis_json(texte)).ecarts == ()


def test_chaque_regle_a_une_decision_gardee() -> None:
    gardees = {(brut["regle"], brut["version"]) for brut in (json.loads(c.read_text("utf-8")) for c in GARDEES)}
    assert gardees == {(regle.nom, regle.version) for regle in regles()}


def test_le_registre_refuse_deux_fois_la_meme_version() -> None:
    with pytest.raises(ValueError, match=r"cej\.allocation"):
        regle("cej.allocation", version="1")(lambda faits, le, redaction: {})


def test_le_registre_donne_la_derniere_version() -> None:
    assert trouver("cej.allocation") is cej.allocation
    assert repr(cej.allocation) == "<Regle cej.allocation version 1>"
    assert cej.allocation.__doc__ is not None
    with pytest.raises(RegleInconnue):
        trouver("cej.cadeau")
