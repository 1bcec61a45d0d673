"""What tests can count on: the running role, a clone each, a flush that keeps the code lists."""

from __future__ import annotations

import json
import os
import socket

import httpx
import psycopg
import pytest
from django.db import connection, connections

from imilo.acteurs.models import Structure
from imilo.referentiels.models import Commune
from imilo.socle.postgres_roles import Urls
from imilo.socle.urls_base import Role
from tests import amorce, fabriques


@pytest.mark.django_db
def test_django_est_le_role_qui_tourne() -> None:
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT current_user, current_database(), rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert curseur.fetchone() == (
            "imilo_app",
            f"essais_{os.environ.get('PYTEST_XDIST_WORKER', 'seul')}",
            False,
            False,
        )


@pytest.mark.django_db
def test_chaque_role_entre(urls_base: Urls) -> None:
    for role, nom in ((Role.APP, "imilo_app"), (Role.LOTS, "imilo_lots"), (Role.PROPRIETAIRE, "imilo_proprietaire")):
        with psycopg.connect(urls_base.pour(role)) as connexion:
            assert connexion.execute("SELECT current_user").fetchone() == (nom,)


@pytest.mark.parametrize("fois", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_chaque_test_trouve_une_base_vide(fois: int, base_proprietaire: psycopg.Connection[tuple[object, ...]]) -> None:
    assert Structure.objects.count() == 0
    communes = Commune.objects.count()
    assert communes > 30_000
    fabriques.structure()
    assert base_proprietaire.execute("SELECT count(*) FROM acteurs_structure").fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_le_journal_aussi_est_vide(base_proprietaire: psycopg.Connection[tuple[object, ...]]) -> None:
    tables = base_proprietaire.execute(
        "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
        "AND pg_relation_size(oid) > 0 AND NOT quote_ident(relname) = ANY(%s)",
        [json.loads((amorce.home() / "tables.json").read_text())],
    ).fetchall()
    pleines = [t for (t,) in tables if base_proprietaire.execute(f"SELECT 1 FROM {t} LIMIT 1").fetchone()]
    assert pleines == []


def test_aucun_reseau() -> None:
    assert not connections["default"].in_atomic_block
    with pytest.raises(Exception, match=r"198\.51\.100\.7"):
        socket.create_connection(("198.51.100.7", 80), timeout=1)
    with pytest.raises(Exception, match=r"198\.51\.100\.7"):
        httpx.get("http://198.51.100.7/", timeout=1, trust_env=False)


def test_les_tests_n_ont_pas_le_dossier_du_developpeur() -> None:
    assert amorce.home() != amorce.RACINE / ".imilo"
    assert amorce.home().name.startswith(amorce.PREFIXE)
