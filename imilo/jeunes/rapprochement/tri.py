"""The pairs worth scoring: under one key at least, and of which no evidence still to be read makes the weight too low.

Most pairs under a weak key (one day and one postcode) are far from the weight that is kept, whatever the first names
and the ends of the address say. They are sorted out on what is read of every record, before the rest of it is prepared.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from imilo.jeunes.rapprochement.comparaisons import COMPARAISONS, Comparaison
from imilo.jeunes.rapprochement.modele import BASE, LISTE
from imilo.jeunes.rapprochement.moteurs import CANDIDATS, FREQUENCES, POIDS_MINIMAL

if TYPE_CHECKING:
    import duckdb

PLAFOND = 500
"""Records of the base that share one key, beyond which the key tells nothing: the others find the pair."""
LUES = (
    "nom", "nom_usage", "nom_mots", "usage_mots", "prenom", "naissance", "sexe", "lieu_naissance", "voie",
    "code_postal", "commune", "telephone", "telephone_2", "courriel", "nir", "ine", "identifiant",
)  # fmt: skip
"""Columns of the comparisons that are read for every record."""
_ARRONDI = 0.001  # a weight computed in another order is never further off


def choisir_les_paires(connexion: duckdb.DuckDBPyConnection, modele: dict[str, Any]) -> None:
    """Make the table of the candidates, `ligne` and `autre`, each pair once, from the keys and the tables read."""
    prealable = modele["probability_two_random_records_match"]
    meilleurs = (
        _au_mieux(c, lue["comparison_levels"]) for c, lue in zip(COMPARAISONS, modele["comparisons"], strict=True)
    )
    poids = " + ".join((_nombre(math.log2(prealable / (1 - prealable))), *meilleurs))
    lues = ", ".join(f"l.{c} AS {c}_l, r.{c} AS {c}_r" for c in LUES)
    communs = ", ".join(f"f_{nom}.tf_{nom}" for nom in FREQUENCES)
    noms = " ".join(f"LEFT JOIN frequences_{nom} f_{nom} ON f_{nom}.{nom} = l.{nom}" for nom in FREQUENCES)
    connexion.execute(
        f"""
        CREATE OR REPLACE TABLE {CANDIDATS} AS
        WITH utiles AS (SELECT cle FROM {BASE}_cles GROUP BY cle HAVING count(*) <= {PLAFOND}),
        paires AS (
            SELECT DISTINCT l.unique_id AS ligne, b.unique_id AS autre
            FROM {LISTE}_cles l JOIN utiles u ON u.cle = l.cle JOIN {BASE}_cles b ON b.cle = l.cle
        ),
        liste AS (SELECT l.*, {communs} FROM {LISTE}_lue l {noms})
        SELECT ligne, autre FROM (
            SELECT ligne, autre, {", ".join(f"tf_{nom}" for nom in FREQUENCES)}, {lues}
            FROM paires JOIN liste l ON l.unique_id = ligne JOIN {BASE}_lue r ON r.unique_id = autre
        )
        WHERE {poids} >= {_nombre(POIDS_MINIMAL - _ARRONDI)}
        """
    )


def _au_mieux(comparaison: Comparaison, appris: list[dict[str, Any]]) -> str:
    """SQL of the most that a comparison can weigh: the heaviest level that holds, or that can't be told yet."""
    cas = f"CASE WHEN {comparaison.inconnu} THEN 0e0"
    niveaux = zip(comparaison.niveaux, appris[1:], strict=True)
    for poids, niveau, su in sorted(((_poids(su), n, su) for n, su in niveaux), key=lambda p: -p[0]):
        if niveau.condition == "ELSE" or not _colonnes(niveau.condition) <= set(LUES):
            return f"({cas} ELSE {_nombre(poids)} END)"
        rarete = ""
        if niveau.frequence:
            commun = f"greatest(tf_{niveau.frequence}, {_nombre(su['tf_minimum_u_value'])})"
            rarete = f" + greatest(0e0, coalesce(log2({_nombre(su['u_probability'])} / {commun}), 0e0))"
        cas += f" WHEN {niveau.condition} THEN {_nombre(poids)}{rarete}"
    return f"({cas} END)"


def _poids(su: dict[str, Any]) -> float:
    return math.log2(su["m_probability"] / su["u_probability"])


def _nombre(valeur: float) -> str:
    """A floating number, in SQL: without its exponent it would be a decimal, slower to add."""
    return f"{valeur:.12e}"


def _colonnes(condition: str) -> set[str]:
    return set(re.findall(r"\b([a-z][a-z_0-9]*)_[lr]\b", condition))
