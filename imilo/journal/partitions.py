"""The months ahead: a partition for each, made before its first row."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection, connections
from django.db.models import Q

from imilo.journal.models import Consultation, Fait
from imilo.socle.perimetre import TOUTES, perimetre

journal = logging.getLogger(__name__)
AVANCE = timedelta(days=95)  # three months ahead: two missed months of upkeep harm nothing
ARRIERE = timedelta(days=31)


@dataclass(frozen=True)
class Preparation:
    """Partitions made, and rows that the default partition had caught for want of one."""

    creees: int
    deplaces: int


def preparer(du: date, au: date, *, using: str = "default") -> Preparation:
    """Make the partitions of the months from `du` to `au`, both included (owner or batches; idempotent)."""
    with connections[using].cursor() as curseur:
        curseur.execute("SELECT creees, deplaces FROM journal_preparer_partitions(%s, %s)", [du, au])
        creees, deplaces = curseur.fetchone()
    if deplaces:
        journal.warning(
            "Journal : %s lignes étaient dans la partition par défaut, faute de partition à leur mois ; elles sont "
            "rangées. Vérifiez que le travail « journal_partitions » passe.",
            deplaces,
        )
    return Preparation(creees, deplaces)


def preparer_mois_a_venir(*, using: str = "default") -> Preparation:
    """The current month and the three after it."""
    aujourd_hui = datetime.now(UTC).date()
    return preparer(aujourd_hui - ARRIERE, aujourd_hui + AVANCE, using=using)


_BORNES = """
SELECT min(to_date(right(c.relname, 7), 'YYYY_MM')), max(to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month')
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = %s::regclass AND c.relname ~ '_[0-9]{4}_[0-9]{2}$'
"""


def hors_des_mois() -> int:
    """How many rows are before the first prepared month or after the last (batches; reads the default partitions).

    Says so in the log: the clock of some machine is wrong, or upkeep has not run for months.
    """
    nombre = 0
    with perimetre(TOUTES), connection.cursor() as curseur:
        for modele in (Fait, Consultation):
            curseur.execute(_BORNES, [modele._meta.db_table])
            debut, fin = (datetime(d.year, d.month, 1, tzinfo=UTC) for d in curseur.fetchone())
            nombre += modele.objects.filter(Q(le__lt=debut) | Q(le__gte=fin)).count()
    if nombre:
        journal.warning(
            "Journal : %s lignes ont une date hors des mois préparés. L'horloge de la machine est-elle juste ?", nombre
        )
    return nombre


def preparer_si_possible(using: str) -> None:
    """After a migration; does nothing while the tables aren't there."""
    with connections[using].cursor() as curseur:
        curseur.execute("SELECT to_regprocedure('journal_preparer_partitions(date, date)') IS NOT NULL")
        if curseur.fetchone()[0]:
            preparer_mois_a_venir(using=using)
