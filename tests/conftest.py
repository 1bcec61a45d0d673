"""Fixtures shared by all tests.

Database (see tests/amorce.py): `db` and `transactional_db` of pytest-django, unchanged in use.
- Django's connection is the role **imilo_app**, as in production: row-level security holds, and outside
  a perimeter the tables bound to a dossier show nothing. Open one with `imilo.socle.perimetre.perimetre`.
- Each xdist worker has its own clone of the migrated database.
- `django_db(transaction=True)` (live server, several connections): afterwards every table is emptied but
  those that migrations fill (code lists, content types…).
- `base_proprietaire`: a psycopg connection (autocommit) of the superuser on the same database, for raw
  assertions: it sees every row. It sees what is committed: use it with `transaction=True`, or for the
  catalogue.
- `urls_base`: the URLs of the three roles on this database (`.app`, `.proprietaire`, `.lots`), also in
  the environment (DATABASE_URL, DATABASE_OWNER_URL, DATABASE_BATCH_URL) for subprocesses.

Browser: `page`, `context`… of pytest-playwright run the machine's Chromium when there is one.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.test.testcases import TransactionTestCase
from hypothesis import HealthCheck, settings
from psycopg import sql

from imilo.socle.postgres_roles import Urls, avec
from imilo.socle.urls_base import VARIABLES, Role
from tests import amorce

# On a busy machine a slow example says nothing about the code.
settings.register_profile("imilo", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("imilo")

Connexion = psycopg.Connection[tuple[Any, ...]]
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def pytest_collection_finish() -> None:
    """What is loaded now lives as long as the run: the collector needn't walk it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


# Deleted row by row: TRUNCATE makes new files for each table and each of its indexes, some thousands for each test.
REMPLIES = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
AND pg_relation_size(oid) > 0 AND NOT quote_ident(relname) = ANY(%s)
"""
REPRENDRE_LES_NUMEROS = """
SELECT setval(s.seqrelid, s.seqstart, false)
FROM pg_sequence s JOIN pg_depend d ON d.objid = s.seqrelid AND d.deptype IN ('a', 'i')
JOIN pg_class t ON t.oid = d.refobjid
WHERE pg_sequence_last_value(s.seqrelid) IS NOT NULL AND NOT quote_ident(t.relname) = ANY(%s)
"""


@pytest.fixture(scope="session")
def _base_admin() -> str:
    """The superuser's URL on this worker's own database."""
    return amorce.cloner(f"essais_{os.environ.get('PYTEST_XDIST_WORKER', 'seul')}")


@pytest.fixture(scope="session")
def urls_base(_base_admin: str) -> Urls:
    roles = json.loads((amorce.home() / "postgres.json").read_text())
    hote, nom = str(psycopg.conninfo.conninfo_to_dict(_base_admin)["host"]), _base_admin
    base = str(psycopg.conninfo.conninfo_to_dict(nom)["dbname"])
    return Urls(**{r.value: avec(roles[r.value], host=hote, dbname=base) for r in Role})


@pytest.fixture(scope="session")
def django_db_setup(
    _base_admin: str,
    urls_base: Urls,
    django_test_environment: None,
    django_db_blocker: Any,  # pytest-django types it privately
) -> Iterator[None]:
    """Point Django's connection at this worker's database, as imilo_app (replaces pytest-django's own)."""
    for role in Role:
        os.environ[VARIABLES[role]] = urls_base.pour(role)
    champs = psycopg.conninfo.conninfo_to_dict(urls_base.app)
    reglages = connections["default"].settings_dict
    reglages.update(
        NAME=champs["dbname"], USER=champs["user"], PASSWORD=champs["password"], HOST=champs["host"], PORT=""
    )
    reglages["OPTIONS"].pop("host", None)
    reglages["TEST"]["NAME"] = champs["dbname"]
    with psycopg.connect(_base_admin, autocommit=True) as admin:
        _flush_par_le_proprietaire(admin)
        yield
        with django_db_blocker.unblock():
            connections.close_all()


@pytest.fixture
def base_proprietaire(_base_admin: str, django_db_setup: None) -> Iterator[Connexion]:
    """A superuser's connection on this test's database: raw assertions, every row (committed ones)."""
    with psycopg.connect(_base_admin, autocommit=True) as connexion:
        yield connexion


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's Chromium, without the network it would use by itself; root can't have its sandbox.

    Best its headless shell: the same engine without the browser around it, for two thirds of the processor.
    """
    options = ["--disable-background-networking", "--disable-component-update", "--disable-gpu"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    systeme = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    choix = {"executable_path": systeme} if systeme else {}
    return {**browser_type_launch_args, **choix, "args": [*browser_type_launch_args.get("args", []), *options]}


def _flush_par_le_proprietaire(admin: Connexion) -> None:
    """Replace Django's flush, which the running role may not do: it owns nothing."""
    gardees = json.loads((amorce.home() / "tables.json").read_text())
    # No trigger fires: append-only tables refuse TRUNCATE to everybody else.
    admin.execute("SET session_replication_role = replica")
    admin.execute("SET lock_timeout = '10s'")

    def vider(self: TransactionTestCase) -> None:
        try:
            tables = admin.execute(REMPLIES, [gardees]).fetchall()
            admin.execute(sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(sql.Identifier(t[0])) for t in tables))
            admin.execute(REPRENDRE_LES_NUMEROS, [gardees])
        except psycopg.errors.LockNotAvailable as erreur:
            raise AssertionError(f"a test left a transaction open: {_sessions(admin)}") from erreur

    remplacer: Callable[..., None] = vider
    TransactionTestCase._fixture_teardown = remplacer  # type: ignore[attr-defined]  # see above


def _sessions(admin: Connexion) -> list[tuple[Any, ...]]:
    return admin.execute(
        "SELECT pid, usename, state, left(query, 200) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    ).fetchall()
