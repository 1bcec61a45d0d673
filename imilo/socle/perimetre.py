"""The perimeter of a transaction: which structure's rows PostgreSQL lets through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

TOUTES = "*"  # honoured by the policies of imilo_lots only


def _poser(valeur: str) -> None:
    with connection.cursor() as curseur:
        curseur.execute("SELECT set_config('imilo.structure', %s, true)", [valeur])


@contextmanager
def perimetre(structure_id: int | str | None) -> Iterator[None]:
    """Open a transaction whose raw SQL sees the rows of one structure (`None`: of none; `"*"`: batches).

    Nested, it gives the outer perimeter back when it leaves.
    """
    with transaction.atomic():
        with connection.cursor() as curseur:
            curseur.execute("SELECT current_setting('imilo.structure', true)")
            avant = curseur.fetchone()[0] or ""
        _poser("" if structure_id is None else str(structure_id))
        try:
            yield
        finally:
            # After an error the transaction may be aborted; its rollback restores the setting anyway.
            if not connection.needs_rollback and not connection.closed_in_transaction:
                try:
                    _poser(avant)
                except Exception:  # the connection is in a failed transaction: rolling back undoes the setting
                    transaction.set_rollback(True)
