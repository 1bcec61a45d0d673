"""A read that a newer one of the same person makes useless is stopped in the database.

Who types a name sends a search every few letters; the browser forgets the former ones, PostgreSQL would still run
them. One at a time for each person in each worker: nobody who types waits behind their own letters, and nobody takes
the workers of the others.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from django.db import OperationalError, connection, transaction

_verrou = threading.Lock()
_en_cours: dict[tuple[str, int], Any] = {}  # the psycopg connection that each reads on, in this process


class Abandonnee(Exception):
    """A newer read took the place of this one: there is nothing to answer."""


@contextmanager
def la_derniere_seule(quoi: str, qui: int) -> Iterator[None]:
    """Run the reads of the block as the only `quoi` of `qui`: one that still runs elsewhere in this process stops.

    Raises `Abandonnee` when a newer one stopped this one; an open transaction is then rolled back at its end. Only
    reads: what was written in the block would be lost.
    """
    connection.ensure_connection()
    cle, sienne = (quoi, qui), connection.connection
    with _verrou:
        ancienne = _en_cours.get(cle)
        if ancienne is not None and ancienne is not sienne:
            # Under the lock: its thread can't have gone on to another statement, which would be stopped instead.
            with suppress(psycopg.Error):  # already over
                ancienne.cancel()
        _en_cours[cle] = sienne
    try:
        yield
    except OperationalError as erreur:
        if not isinstance(erreur.__cause__, psycopg.errors.QueryCanceled):
            raise
        if connection.in_atomic_block:
            transaction.set_rollback(True)
        raise Abandonnee from erreur
    finally:
        with _verrou:
            if _en_cours.get(cle) is sienne:
                del _en_cours[cle]
