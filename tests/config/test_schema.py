"""A database of another version: older is migrated or refused, newer is refused; both with a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db.migrations.loader import MigrationLoader

from imilo.config import schema
from imilo.socle.demarrage import Empechement

pytestmark = pytest.mark.django_db


@pytest.fixture
def migrations(
    base_proprietaire: psycopg.Connection[tuple[object, ...]],
) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The rows of django_migrations, put back afterwards."""
    base_proprietaire.execute("CREATE TEMP TABLE avant AS SELECT * FROM django_migrations")
    yield base_proprietaire
    base_proprietaire.execute("DELETE FROM django_migrations")
    base_proprietaire.execute("INSERT INTO django_migrations OVERRIDING SYSTEM VALUE SELECT * FROM avant")


def test_base_a_jour() -> None:
    assert schema.etat() == schema.Etat(en_attente=(), inconnues=())
    assert schema.migrer(permis=False) == 0


def test_base_plus_recente(migrations: psycopg.Connection[tuple[object, ...]]) -> None:
    migrations.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('dossiers', '9999_du_futur', now())")
    with pytest.raises(Empechement, match=r"plus récente.*dossiers\.9999_du_futur"):
        schema.migrer()


def test_migration_d_une_application_etrangere_ignoree(migrations: psycopg.Connection[tuple[object, ...]]) -> None:
    migrations.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('ailleurs', '0001_x', now())")
    assert schema.etat().inconnues == ()


def test_base_plus_ancienne_sans_permission(migrations: psycopg.Connection[tuple[object, ...]]) -> None:
    derniere = MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes("dossiers")[0]
    migrations.execute("DELETE FROM django_migrations WHERE (app, name) = (%s, %s)", derniere)
    assert schema.etat().en_attente == (".".join(derniere),)
    with pytest.raises(Empechement, match="imilo migrate"):
        schema.migrer(permis=False)


def test_rien_encore_dans_la_base() -> None:
    assert schema.vide()
