"""The perimeter of a transaction: which structure's rows PostgreSQL lets through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction

TOUTES = "*"  # honoured by the policies of imilo_lots only


def _poser(valeur: str) -> str:
    """Set the perimeter until the end of the transaction; returns what it was."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT current_setting('imilo.structure', true), set_config('imilo.structure', %s, true)", [valeur]
        )
        return str(curseur.fetchone()[0] or "")


@contextmanager
def perimetre(structure_id: int | str | None) -> Iterator[None]:
    """Open a transaction whose raw SQL sees the rows of one structure (`None`: of none; `"*"`: batches).

    Nested, it gives the outer perimeter back when it leaves; outermost, the setting ends with the transaction.
    """
    imbrique = connection.in_atomic_block
    with transaction.atomic():
        avant = _poser("" if structure_id is None else str(structure_id))
        try:
            yield
        finally:
            # A transaction that failed can't be spoken to: its rollback gives the setting back.
            if imbrique and not connection.needs_rollback:
                try:
                    _poser(avant)
                except DatabaseError:
                    transaction.set_rollback(True)
