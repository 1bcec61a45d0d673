"""Bringing the database to the schema of this code, as the owner. Needs Django set up under that role."""

from __future__ import annotations

from dataclasses import dataclass

from imilo.socle.demarrage import Empechement

VERROU_MIGRATIONS = 0x1317110  # advisory lock: several machines may start at once


@dataclass(frozen=True)
class Etat:
    """Migrations to apply, and those that only a newer code knows ("app.name")."""

    en_attente: tuple[str, ...]
    inconnues: tuple[str, ...]


def etat() -> Etat:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executeur = MigrationExecutor(connection)
    chargeur = executeur.loader
    plan = executeur.migration_plan(chargeur.graph.leaf_nodes())
    connues = set(chargeur.disk_migrations) | {r for m in chargeur.disk_migrations.values() for r in m.replaces}
    apps = {app for app, _ in chargeur.disk_migrations}
    inconnues = [cle for cle in chargeur.applied_migrations if cle not in connues and cle[0] in apps]
    return Etat(
        en_attente=tuple(f"{m.app_label}.{m.name}" for m, _ in plan),
        inconnues=tuple(sorted(f"{app}.{nom}" for app, nom in inconnues)),
    )


def refuser_plus_recent(schema: Etat) -> None:
    if schema.inconnues:
        raise Empechement(
            f"La base a été faite par une version plus récente d'I-MILO (elle connaît {schema.inconnues[0]}, pas ce "
            "code). Mettez le code à jour (git pull), ou remettez la sauvegarde d'avant la mise à jour.",
            f"The database was made by a newer I-MILO (it knows {schema.inconnues[0]}, this code does not). Update the "
            "code (git pull), or restore the backup made before the update.",
        )


def migrer(*, permis: bool = True) -> int:
    """Apply what is pending; return how many migrations. `permis=False`: refuse with a sentence instead."""
    from django.core.management import call_command
    from django.db import connection

    schema = etat()
    refuser_plus_recent(schema)
    if not schema.en_attente:
        return 0
    if not permis:
        raise Empechement(
            f"La base est d'une version plus ancienne : {len(schema.en_attente)} migration(s) à appliquer. Faites une "
            "sauvegarde, puis lancez `imilo migrate`.",
            f"The database is older: {len(schema.en_attente)} migration(s) to apply. Make a backup, then run "
            "`imilo migrate`.",
        )
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_lock(%s)", [VERROU_MIGRATIONS])
        try:
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        finally:
            curseur.execute("SELECT pg_advisory_unlock(%s)", [VERROU_MIGRATIONS])
    return len(schema.en_attente)


def vide() -> bool:
    """Is there no structure yet? Then nobody has used this database."""
    from imilo.acteurs.models import Structure

    return not Structure.objects.exists()
