"""Scoring of the pairs worth a look. What is to be scored is prepared by DuckDB; who scores is DuckDB or Spark."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from imilo.jeunes.rapprochement.comparaisons import COMPARAISONS
from imilo.jeunes.rapprochement.modele import BASE, LISTE
from imilo.jeunes.rapprochement.sql import compter

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

CANDIDATS = "candidats"
POIDS_MINIMAL = -3.0
"""Weight (log2 of the odds) under which a pair isn't kept: one chance in nine."""
FREQUENCES = ("nom", "prenom")
"""Columns whose frequencies the model reads."""
GAMMAS = tuple(f"gamma_{c.nom}" for c in COMPARAISONS)


@dataclass(frozen=True)
class Paire:
    """A scored pair: places in the list and in the base, weight (log2 of the odds), levels in their order.

    `prenom_rare` is how many records of both lists bear the rarer of the two first names, `une_lettre` whether these
    are a letter from each other, however short.
    """

    ligne: int
    autre: int
    poids: float
    probabilite: float
    niveaux: tuple[int, ...]
    prenom_rare: float
    une_lettre: bool = False


class Moteur(Protocol):
    """An engine: scores the pairs of two prepared tables of a DuckDB database with one model.

    Beside the tables stand the pairs to score (`tri`), and the frequencies of names in both lists, whole even where the
    base is prepared in part.
    """

    def paires(self, connexion: duckdb.DuckDBPyConnection, modele: dict[str, Any]) -> Iterator[Paire]: ...


def sql_des_paires(candidats: str) -> str:
    """The pairs of `tri`, as Splink names records. Read alike by DuckDB and Spark."""
    return f"""
        SELECT '0' AS match_key, '{LISTE}-__-' || CAST(ligne AS VARCHAR(20)) AS join_key_l,
            '{BASE}-__-' || CAST(autre AS VARCHAR(20)) AS join_key_r
        FROM {candidats}
    """


def effectif(connexion: duckdb.DuckDBPyConnection) -> int:
    """Records of both lists, were they prepared or not."""
    return sum(compter(connexion, f"{cote}_lue") for cote in (LISTE, BASE))


@contextmanager
def splink_discret() -> Iterator[None]:
    """Splink speaks to whoever develops a model: here nobody reads it."""
    journal = logging.getLogger("splink")
    avant = journal.level
    journal.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        journal.setLevel(avant)


def sql_des_predites(table: str, lignes: int) -> str:
    """What a `Paire` holds, from a table of predictions; `lignes` counts the records of both lists."""
    return (
        f"SELECT unique_id_l, unique_id_r, match_weight, match_probability, {', '.join(GAMMAS)}, "
        f"{lignes} * least(coalesce(tf_prenom_l, 0), coalesce(tf_prenom_r, 0)) AS prenom_rare, "
        "coalesce(levenshtein(prenom_l, prenom_r) <= 1, false) AS une_lettre "
        f"FROM {table} ORDER BY unique_id_l, match_weight DESC, unique_id_r"
    )


def lire_paires(tableau: pa.Table) -> Iterator[Paire]:
    """Pairs of a table made by `sql_des_predites`, in its order."""
    for lot in tableau.to_batches():
        colonnes = [c.to_pylist() for c in lot.columns]
        for ligne, autre, poids, probabilite, *niveaux, rare, lettre in zip(*colonnes, strict=True):
            yield Paire(int(ligne), int(autre), poids, probabilite, tuple(niveaux), rare, lettre)


class DuckDB:
    """The engine of one machine."""

    def paires(self, connexion: duckdb.DuckDBPyConnection, modele: dict[str, Any]) -> Iterator[Paire]:
        from splink import DuckDBAPI, Linker

        with splink_discret():
            api = DuckDBAPI(connexion)
            tables = [api.register(n, dataset_display_name=n) for n in (LISTE, BASE)]
            linker = Linker(tables, modele, log_level=None, validate_settings=False)
            for nom in FREQUENCES:
                linker.table_management.register_term_frequency_lookup(api.register(f"frequences_{nom}"), nom)
            connexion.execute(f"CREATE OR REPLACE TABLE paires AS {sql_des_paires(CANDIDATS)}")
            linker.table_management.register_blocked_pairs_for_predict(api.register("paires"))
            predites = linker.inference.predict(threshold_match_weight=POIDS_MINIMAL, warning_mode="never")
            tableau = connexion.execute(sql_des_predites(predites.physical_name, effectif(connexion))).to_arrow_table()
        yield from lire_paires(tableau)
