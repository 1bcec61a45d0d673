"""Statements of the hot paths, planned once per connection instead of at each call.

Django binds its parameters on the client, so that PostgreSQL plans every statement again; under row-level
security planning costs more than running a look-up by key.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


def lire(requete: str, parametres: Sequence[object]) -> tuple[Any, ...] | None:
    """The first row that a prepared statement gives, in the current transaction; None without one.

    `requete` is a constant of the code: its text names the prepared statement.
    """
    connection.ensure_connection()
    brute = connection.connection
    seuil, brute.prepare_threshold = brute.prepare_threshold, 0  # Django's None would forbid it
    try:
        with psycopg.Cursor(brute) as curseur:
            ligne: tuple[Any, ...] | None = curseur.execute(requete, parametres, prepare=True).fetchone()
    finally:
        brute.prepare_threshold = seuil
    return ligne
