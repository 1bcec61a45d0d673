"""The model: the declared comparisons with their probabilities, as Splink reads it, kept in JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from imilo.jeunes.rapprochement.comparaisons import COMPARAISONS, Comparaison, Niveau

FRANCAIS = Path(__file__).with_name("modele_francais.json")
LISTE, BASE = "a_liste", "b_base"  # Splink puts the lesser name on the left


class ModeleIllisible(Exception):
    """The saved model isn't one of this version. The message is French."""


def declare() -> dict[str, Any]:
    """The settings before any training."""
    return {
        "link_type": "link_only",
        "unique_id_column_name": "unique_id",
        "comparisons": [_comparaison(c) for c in COMPARAISONS],
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }


def _comparaison(comparaison: Comparaison) -> dict[str, Any]:
    inconnu = {"sql_condition": comparaison.inconnu, "label_for_charts": "inconnu", "is_null_level": True}
    return {
        "output_column_name": comparaison.nom,
        "comparison_description": comparaison.nom,
        "comparison_levels": [inconnu, *(_niveau(n) for n in comparaison.niveaux)],
    }


def _niveau(niveau: Niveau) -> dict[str, Any]:
    ecrit: dict[str, Any] = {
        "sql_condition": niveau.condition,
        "label_for_charts": niveau.code,
        "m_probability": niveau.m,
        "u_probability": niveau.u,
    }
    if niveau.frequence:
        ecrit |= {"tf_adjustment_column": niveau.frequence, "tf_adjustment_weight": 1.0, "tf_minimum_u_value": 1e-6}
    return ecrit


def lire(chemin: Path = FRANCAIS) -> dict[str, Any]:
    """A saved model. Raises `ModeleIllisible` when its comparisons aren't the declared ones."""
    try:
        modele: dict[str, Any] = json.loads(chemin.read_text(encoding="utf-8"))
        meme = _conditions(modele) == _conditions(declare())
    except (OSError, ValueError, KeyError, TypeError) as erreur:
        raise ModeleIllisible(f"{chemin.name} n'est pas un modèle de rapprochement.") from erreur
    if not meme:
        raise ModeleIllisible(
            f"{chemin.name} a été appris avec d'autres comparaisons que celles de cette version : apprenez-le "
            "de nouveau."
        )
    return modele


def _conditions(modele: dict[str, Any]) -> list[list[str]]:
    return [[n["sql_condition"] for n in c["comparison_levels"]] for c in modele["comparisons"]]


def ecrire(modele: dict[str, Any], chemin: Path) -> None:
    chemin.write_text(json.dumps(modele, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def avec_prealable(modele: dict[str, Any], probabilite: float) -> dict[str, Any]:
    """The model for lists of this size: how likely two records drawn at random are one person."""
    return {**modele, "probability_two_random_records_match": probabilite}


def prealable(base: int, connus: float = 0.5) -> float:
    """Probability that two records drawn at random are one person, when `connus` (0 to 1) of the list are known."""
    return min(0.5, connus / max(base, 1))


def courant() -> dict[str, Any]:
    """The model for French lists that comes with the program."""
    return lire() if FRANCAIS.exists() else declare()
