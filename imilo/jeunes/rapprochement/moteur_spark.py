"""The engine of many machines: the same prepared tables, the same pairs and the same model, scored by Apache Spark.

The functions that Spark hasn't (Jaro and Winkler's similarity) are computed by DuckDB inside its workers, so
that both engines give the same level to the same pair.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imilo.jeunes.rapprochement.modele import BASE, LISTE
from imilo.jeunes.rapprochement.moteurs import (
    CANDIDATS,
    FREQUENCES,
    POIDS_MINIMAL,
    Paire,
    effectif,
    lire_paires,
    splink_discret,
    sql_des_paires,
    sql_des_predites,
)
from imilo.socle.demarrage import Empechement

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from pyspark.sql import SparkSession

TABLES = (LISTE, BASE, CANDIDATS, *(f"frequences_{nom}" for nom in FREQUENCES))
MEMOIRE = "2g"


class Spark:
    """Scores on a Spark cluster. `maitre` is its address; one of this machine's own by default.

    Raises `Empechement` without a Java runtime, or without the package pyspark.
    """

    def __init__(self, maitre: str = "local[2]", *, memoire: str = MEMOIRE) -> None:
        _verifier_java()
        self._maitre, self._memoire = maitre, memoire

    def paires(self, connexion: duckdb.DuckDBPyConnection, modele: dict[str, Any]) -> Iterator[Paire]:
        dossier = Path(tempfile.mkdtemp(prefix="imilo-spark-"))
        try:
            for table in TABLES:
                connexion.execute(f"COPY {table} TO '{dossier / table}.parquet' (FORMAT parquet)")
            yield from lire_paires(self._predire(dossier, modele, effectif(connexion)))
        finally:
            shutil.rmtree(dossier, ignore_errors=True)

    def _predire(self, dossier: Path, modele: dict[str, Any], lignes: int) -> pa.Table:
        with warnings.catch_warnings(), splink_discret():
            warnings.simplefilter("ignore")
            session = self._session(dossier)
            try:
                return _predire(session, dossier, modele, lignes)
            finally:
                session.stop()

    def _session(self, dossier: Path) -> SparkSession:
        try:
            from pyspark.sql import SparkSession
        except ImportError as erreur:
            raise Empechement(
                "Le moteur Spark demande le paquet pyspark : installez imilo avec son option, « imilo[spark] ».",
                "The Spark engine needs the package pyspark: install imilo[spark].",
            ) from erreur
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        reglages = {
            "spark.driver.memory": self._memoire,
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.sql.shuffle.partitions": "4",
            "spark.default.parallelism": "4",
            "spark.sql.ansi.enabled": "false",
            # One comparison of names is more than the 64 KB of a Java method: interpreted, without trying first.
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            "spark.sql.execution.arrow.pyspark.enabled": "true",
            "spark.sql.warehouse.dir": str(dossier / "entrepot"),
            "spark.local.dir": str(dossier / "local"),
        }
        fabrique = SparkSession.builder.master(self._maitre).appName("imilo-rapprochement")
        for nom, valeur in reglages.items():
            fabrique = fabrique.config(nom, valeur)
        session = fabrique.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        session.sparkContext.setCheckpointDir(str(dossier / "etapes"))
        return session


def _verifier_java() -> None:
    if shutil.which("java") is None and not (Path(os.environ.get("JAVA_HOME", "/")) / "bin" / "java").exists():
        raise Empechement(
            "Le moteur Spark demande Java, qui n'est pas installé : « sudo apt install default-jre-headless », puis "
            "relancez. Le moteur duckdb, lui, n'en a pas besoin.",
            "The Spark engine needs a Java runtime: install default-jre-headless, or use the duckdb engine.",
        )


def _predire(session: SparkSession, dossier: Path, modele: dict[str, Any], lignes: int) -> pa.Table:
    from splink import Linker, SparkAPI

    _apprendre_jaro_winkler(session)
    for table in TABLES:
        session.read.parquet(f"{dossier / table}.parquet").createOrReplaceTempView(table)
    api: Any = SparkAPI(  # type: ignore[no-untyped-call]  # splink leaves this one untyped
        spark_session=session, break_lineage_method="parquet", register_udfs_automatically=False
    )
    linker = Linker(
        [api.register(nom, dataset_display_name=nom) for nom in (LISTE, BASE)],
        modele,
        log_level=None,
        validate_settings=False,
    )
    for nom in FREQUENCES:
        linker.table_management.register_term_frequency_lookup(api.register(f"frequences_{nom}"), nom)
    session.sql(sql_des_paires(CANDIDATS)).createOrReplaceTempView("paires")
    linker.table_management.register_blocked_pairs_for_predict(api.register("paires"))
    predites = linker.inference.predict(threshold_match_weight=POIDS_MINIMAL, warning_mode="never")
    return session.sql(sql_des_predites(predites.physical_name, lignes)).toArrow()


def _apprendre_jaro_winkler(session: SparkSession) -> None:
    from pyspark.sql.functions import arrow_udf  # type: ignore[attr-defined]  # its stubs forget this one
    from pyspark.sql.types import DoubleType

    @arrow_udf(DoubleType())
    def jaro_winkler_similarity(a, b):  # type: ignore[no-untyped-def]  # Spark reads the annotations as its own
        import duckdb
        import pyarrow as pa

        couples = pa.table({"a": a, "b": b})
        with duckdb.connect() as connexion:
            connexion.register("couples", couples)
            lus = connexion.execute("SELECT jaro_winkler_similarity(a, b) AS s FROM couples").to_arrow_table()
        return lus.column("s").combine_chunks()  # type: ignore[union-attr]  # the stubs of duckdb say less than it gives

    session.udf.register("jaro_winkler_similarity", jaro_winkler_similarity)
