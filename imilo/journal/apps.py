from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def preparer_apres_migration(*, using: str, plan: Any = (), **_: Any) -> None:
    """Each `migrate` makes the partitions of the coming months: an installation asleep for long starts whole."""
    from imilo.journal.partitions import preparer_si_possible

    preparer_si_possible(using)


class Journal(AppConfig):
    name = "imilo.journal"
    label = "journal"

    def ready(self) -> None:
        post_migrate.connect(preparer_apres_migration, sender=self)
