"""The perimeter of a transaction: which structure's rows PostgreSQL lets through, and to which agent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction

TOUTES = "*"  # honoured by the policies of imilo_lots only
_POSER = """
SELECT current_setting('imilo.structure', true), current_setting('imilo.agent', true),
       current_setting('imilo.dossier', true),
       set_config('imilo.structure', %s, true),
       set_config('imilo.agent', coalesce(%s, current_setting('imilo.agent', true), ''), true),
       set_config('imilo.dossier', coalesce(%s, current_setting('imilo.dossier', true), ''), true)
"""


def _poser(structure: str, agent: str | None, dossier: str | None) -> tuple[str, str, str]:
    """Set the perimeter until the end of the transaction (None: unchanged); returns what it was."""
    with connection.cursor() as curseur:
        curseur.execute(_POSER, [structure, agent, dossier])
        avant = curseur.fetchone()
        return str(avant[0] or ""), str(avant[1] or ""), str(avant[2] or "")


@contextmanager
def perimetre(
    structure_id: int | str | None, *, agent_id: int | None = None, dossier_id: int | None = None
) -> Iterator[None]:
    """Open a transaction whose raw SQL sees the rows of one structure (`None`: of none; `"*"`: batches).

    `agent_id` says for whom, until the end: dossiers restricted to others are then hidden too. Without anybody
    (a key of the API, a job) they aren't. `dossier_id` narrows it to one dossier, for the person herself or whoever
    stands for her: no agent is there any more, and the rows of every other dossier are hidden. Nested, it gives the
    outer perimeter back when it leaves, and keeps the outer agent and dossier unless it names one; outermost, the
    settings end with the transaction.
    """
    imbrique = connection.in_atomic_block
    with transaction.atomic():
        structure = "" if structure_id is None else str(structure_id)
        agent = None if agent_id is None else str(agent_id)
        avant = _poser(structure, agent, None) if dossier_id is None else _poser(structure, "", str(dossier_id))
        try:
            yield
        finally:
            # A transaction that failed can't be spoken to: its rollback gives the setting back.
            if imbrique and not connection.needs_rollback:
                try:
                    _poser(*avant)
                except DatabaseError:
                    transaction.set_rollback(True)


@contextmanager
def lecture_seule(structure_id: int, *, dossier_id: int | None = None) -> Iterator[None]:
    """The same perimeter for reading only: PostgreSQL refuses any write until it leaves, the journal's included.

    `dossier_id` narrows it to one dossier.

    Policies hold as everywhere. Refused writes raise `django.db.InternalError` and roll back to the entrance.
    """
    with perimetre(structure_id, dossier_id=dossier_id), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SET TRANSACTION READ ONLY")
        yield
