"""The same saved model on DuckDB and on Apache Spark (a cluster of this machine): same pairs, same probabilities."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.rapprochement_listes import tirer
from imilo.jeunes.rapprochement import modele
from imilo.jeunes.rapprochement.atelier import Atelier
from imilo.jeunes.rapprochement.moteur_spark import Spark
from imilo.jeunes.rapprochement.moteurs import DuckDB
from imilo.socle.demarrage import Empechement

BASE, LISTE = 1_500, 400


@pytest.fixture(scope="module")
def atelier() -> Iterator[Atelier]:
    base, liste = tirer(BASE, LISTE, graine=5)
    with Atelier() as ouvert:
        ouvert.prendre_liste(p.cellules() for p in liste)
        ouvert.prendre_base(p.cellules() for p in base)
        ouvert.apparier(modele.avec_prealable(modele.lire(), modele.prealable(BASE)))
        yield ouvert


def test_spark_gives_the_same_pairs_and_probabilities(atelier: Atelier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")  # for a minute's work
    lu = modele.avec_prealable(modele.lire(), modele.prealable(BASE))
    par_duckdb = {(p.ligne, p.autre): p for p in DuckDB().paires(atelier.connexion, lu)}
    par_spark = {(p.ligne, p.autre): p for p in Spark().paires(atelier.connexion, lu)}
    assert len(par_duckdb) > LISTE / 2
    assert par_spark.keys() == par_duckdb.keys()
    for cle, une in par_duckdb.items():
        autre = par_spark[cle]
        assert autre.probabilite == pytest.approx(une.probabilite, abs=1e-6)
        assert autre.poids == pytest.approx(une.poids, abs=1e-6)
        assert autre.niveaux == une.niveaux
        assert autre.prenom_rare == pytest.approx(une.prenom_rare, abs=1e-6)


def test_without_java_the_engine_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("JAVA_HOME", "/nulle-part")
    with pytest.raises(Empechement, match="apt install default-jre-headless"):
        Spark()
