"""The months are made ahead, and a month that was forgotten loses nothing."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError

from imilo.journal.genres import Registre
from imilo.journal.lots import Inscrite, inscrire_en_lot
from imilo.journal.partitions import hors_des_mois, preparer, preparer_mois_a_venir
from imilo.journal.verification import Verification
from imilo.socle.perimetre import perimetre
from tests.journal.aides import Connexion, S, sceller

pytestmark = pytest.mark.usefixtures("comme_lots")


def partitions(base: Connexion, table: str = "journal_fait") -> set[str]:
    lignes = base.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [table])
    return {str(nom) for (nom,) in lignes.fetchall()}


def dans(base: Connexion, partition: str) -> int:
    ligne = base.execute(f"SELECT count(*) FROM {partition}").fetchone()
    assert ligne is not None
    return int(ligne[0])


@pytest.fixture
def mars_1999(base_proprietaire: Connexion) -> object:
    """A month without partition, before and after."""
    yield
    for registre in Registre:
        base_proprietaire.execute(f"DROP TABLE IF EXISTS {registre.table}_1999_03")


def test_le_mois_present_et_les_suivants_sont_la(base_proprietaire: Connexion) -> None:
    preparer_mois_a_venir()
    aujourd_hui = datetime.now(UTC).date()
    for avance in range(4):
        mois = aujourd_hui.month - 1 + avance
        nom = f"_{aujourd_hui.year + mois // 12}_{mois % 12 + 1:02d}"
        for registre in Registre:
            assert registre.table + nom in partitions(base_proprietaire, registre.table)
    assert preparer_mois_a_venir().creees == 0


@pytest.mark.usefixtures("mars_1999")
def test_un_mois_oublie_est_range_et_se_verifie(base_proprietaire: Connexion, caplog: pytest.LogCaptureFixture) -> None:
    le = datetime(1999, 3, 31, 23, 59, 59, tzinfo=UTC)
    with perimetre("*"):
        inscrire_en_lot(Registre.FAIT, [Inscrite(le, S, None, "acte.saisi"), Inscrite(le, None, None, "acte.saisi")])
    sceller()
    assert dans(base_proprietaire, "journal_fait_defaut") == 2
    assert hors_des_mois() == 2
    assert "hors des mois préparés" in caplog.text
    preparation = preparer(date(1999, 3, 15), date(1999, 3, 15))
    assert (preparation.creees, preparation.deplaces) == (2, 2)
    assert "partition par défaut" in caplog.text
    assert (dans(base_proprietaire, "journal_fait_defaut"), dans(base_proprietaire, "journal_fait_1999_03")) == (0, 2)
    assert list(Verification().anomalies()) == []
    assert hors_des_mois() == 0
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        assert preparer(date(1999, 3, 1), date(1999, 3, 31)).deplaces == 0
    assert not caplog.text


@pytest.mark.usefixtures("mars_1999")
def test_une_partition_neuve_est_fermee(base_proprietaire: Connexion) -> None:
    """Policies of the whole aren't applied to a part read by its own name: no role may."""
    preparer(date(1999, 3, 1), date(1999, 3, 1))
    droits = base_proprietaire.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relname LIKE 'journal\\_%%' AND c.relispartition AND c.relkind = 'r' "
        "AND (has_table_privilege('imilo_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') "
        "OR has_any_column_privilege('imilo_app', c.oid, 'SELECT, INSERT, UPDATE') "
        "OR has_table_privilege('imilo_lots', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') "
        "OR has_any_column_privilege('imilo_lots', c.oid, 'SELECT, INSERT, UPDATE') "
        "OR NOT c.relrowsecurity OR NOT c.relforcerowsecurity)"
    ).fetchall()
    assert droits == []
    assert "journal_fait_1999_03" in partitions(base_proprietaire)


def test_une_periode_impossible_est_refusee() -> None:
    with pytest.raises(DatabaseError, match="période impossible"):
        preparer(date(2026, 2, 1), date(2026, 1, 1))
    with pytest.raises(DatabaseError, match="période impossible"):
        preparer(date(1900, 1, 1), date(2026, 1, 1))
