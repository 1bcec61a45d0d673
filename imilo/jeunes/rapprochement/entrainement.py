"""Training without labels, on the lists at hand: chances among strangers by sampling, among one person by EM."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from imilo.jeunes.rapprochement import modele as modeles
from imilo.jeunes.rapprochement.comparaisons import COMPARAISONS
from imilo.jeunes.rapprochement.modele import BASE, LISTE
from imilo.jeunes.rapprochement.moteurs import splink_discret
from imilo.jeunes.rapprochement.sql import compter, premiere

if TYPE_CHECKING:
    import duckdb

GRAINE = 20261122
PAIRES_U, PAIRES_EM = 2e6, 5e5
ASSEZ = 200
"""Pairs under one rule from which it can train."""
# What pairs are taken under; a comparison is trained by the rules that don't read its columns.
REGLES = (
    ("naissance",),
    ("nom", "prenom"),
    ("telephone",),
    ("identifiant",),
    ("code_postal", "prenom"),
)
MINIMUM_M, MINIMUM_U = 2e-3, 1e-6
"""No level is so rare among pairs of one person that it may settle all by itself: lists never show every error."""


def entrainer(connexion: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The model of the two prepared tables. The same tables give the same model.

    A level that the lists never show, or a column that one of them hasn't, keeps its declared probabilities.
    """
    from splink import DuckDBAPI, Linker, block_on

    with splink_discret():
        api = DuckDBAPI(connexion)
        tables = [api.register(n, dataset_display_name=n) for n in (LISTE, BASE)]
        prealable = modeles.prealable(compter(connexion, BASE))
        depart = modeles.avec_prealable(modeles.declare(), prealable)
        linker = Linker(tables, depart, log_level=None, validate_settings=False)
        linker.training.estimate_u_using_random_sampling(max_pairs=PAIRES_U, seed=GRAINE, min_count_per_level=None)
        for colonnes in REGLES:
            if _assez(connexion, colonnes):
                linker.training.estimate_parameters_using_expectation_maximisation(
                    block_on(*colonnes), estimate_without_term_frequencies=True, max_pairs=PAIRES_EM
                )
        appris = linker.misc.save_model_to_json()
    return _completer(json.loads(json.dumps(appris)))


def _assez(connexion: duckdb.DuckDBPyConnection, colonnes: tuple[str, ...]) -> bool:
    condition = " AND ".join(f"l.{c} = r.{c}" for c in colonnes)
    (vu,) = premiere(
        connexion,
        f"SELECT count(*) FROM (SELECT 1 FROM {LISTE} l JOIN {BASE} r ON {condition} LIMIT {ASSEZ})",
    )
    return int(vu) >= ASSEZ


def _completer(appris: dict[str, Any]) -> dict[str, Any]:
    """The declared settings with what was learnt, rounded so that the order of the additions doesn't show."""
    modele = modeles.declare()
    par_nom = {c["output_column_name"]: c["comparison_levels"] for c in appris["comparisons"]}
    for comparaison, declaree in zip(COMPARAISONS, modele["comparisons"], strict=True):
        for niveau, su in zip(declaree["comparison_levels"], par_nom[comparaison.nom], strict=True):
            for parametre, minimum in (("m_probability", MINIMUM_M), ("u_probability", MINIMUM_U)):
                valeur = su.get(parametre)
                if parametre in niveau and isinstance(valeur, float):
                    niveau[parametre] = float(f"{max(valeur, minimum):.4g}")
    return modele
