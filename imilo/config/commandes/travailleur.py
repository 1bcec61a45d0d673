"""`imilo travailleur`: the background worker, started by `imilo serve` (or by hand on another machine)."""

from __future__ import annotations

from imilo.config.commandes.sortie import explique


@explique
def travailleur() -> None:
    """Exécuter les tâches de fond (avec le rôle des traitements par lots)."""
    import asyncio

    from imilo.config.base_de_donnees import django
    from imilo.socle.urls_base import Role

    django(Role.LOTS)
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    import imilo.config.travaux  # noqa: F401  # declares the tasks
    from imilo.config.reprise import reprendre

    connecteur = app.connector
    assert isinstance(connecteur, DjangoConnector)

    async def travailler() -> None:
        async with tache.open_async():
            await reprendre(tache.job_manager)
            await tache.run_worker_async(concurrency=2, shutdown_graceful_timeout=10)

    with app.replace_connector(connecteur.get_worker_connector()) as tache:
        asyncio.run(travailler())
