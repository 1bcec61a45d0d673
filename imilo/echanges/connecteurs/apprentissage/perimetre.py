"""The perimeter of a call by a CFA: the apprentices of its establishment, and of those that it answers for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def perimetre_du_cfa(organisme_id: int) -> Iterator[None]:
    """Open a transaction whose policies let through what this establishment may read and write.

    The setting is the transaction's own; nested in another, it is taken back when it leaves.
    """
    imbrique = connection.in_atomic_block
    with transaction.atomic():
        _poser(str(organisme_id))
        try:
            yield
        finally:
            if imbrique and not connection.needs_rollback:
                _poser("")


def _poser(valeur: str) -> None:
    with connection.cursor() as curseur:
        curseur.execute("SELECT set_config('imilo.organisme', %s, true)", [valeur])
