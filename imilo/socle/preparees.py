"""Statements of the hot paths, planned once per connection instead of at each call.

Django binds its parameters on the client, so that PostgreSQL plans every statement again; under row-level
security planning costs more than running a look-up by key.
"""

from __future__ import annotations

import select
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


def lire(requete: str, parametres: Sequence[object]) -> tuple[Any, ...] | None:
    """The first row that a prepared statement gives, in the current transaction if there is one; None without a row.

    `requete` is a constant of the code: its text names the prepared statement. Raises Django's database errors.
    """
    if not connection.in_atomic_block and _raccrochee(connection.connection):
        connection.close()
    connection.ensure_connection()
    brute = connection.connection
    seuil, brute.prepare_threshold = brute.prepare_threshold, 0  # Django's None would forbid it
    try:
        with connection.wrap_database_errors, psycopg.Cursor(brute) as curseur:
            ligne: tuple[Any, ...] | None = curseur.execute(requete, parametres, prepare=True).fetchone()
    finally:
        brute.prepare_threshold = seuil
    return ligne


def _raccrochee(brute: psycopg.Connection[Any] | None) -> bool:
    """Whether the server hung up (it was restarted): nothing else is there to read on a connection at rest.

    Django asks with a `SELECT 1`, which is a second round trip.
    """
    if brute is None or brute.closed:
        return brute is not None
    veille = select.poll()
    veille.register(brute.fileno(), select.POLLIN)
    return bool(veille.poll(0))
