"""One exchange at a time for a structure: a lock of the database, gone with the process that held it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

VERROU = 0x1D05A  # the class of our advisory locks on the exchanges of a structure


@contextmanager
def seul(structure_id: int) -> Iterator[bool]:
    """True while no other process exchanges for this structure; False at once when one does."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_try_advisory_lock(%s, %s)", [VERROU, structure_id])
        obtenu = bool(curseur.fetchone()[0])
    try:
        yield obtenu
    finally:
        if obtenu and not connection.needs_rollback:
            with connection.cursor() as curseur:
                curseur.execute("SELECT pg_advisory_unlock(%s, %s)", [VERROU, structure_id])
