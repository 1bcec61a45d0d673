"""What a killed worker was doing is done again, and its lock doesn't stay behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import DjangoApp

from imilo.config.reprise import reprendre
from imilo.socle.postgres_roles import Urls

Connexion = psycopg.Connection[tuple[object, ...]]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def en_cours(base_proprietaire: Connexion) -> Callable[[int], None]:
    """A sealing that a worker, silent for so many seconds, had begun."""

    def _en_cours(silence: int) -> None:
        base_proprietaire.execute(
            "WITH w AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 s') "
            "RETURNING id) "
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, worker_id) "
            "SELECT 'default', 'journal_sceller', 'journal_sceller', 'journal_sceller', 'doing', id FROM w",
            [silence],
        )

    return _en_cours


def reprendre_en_tant_que_lots(urls: Urls) -> int:
    async def _reprendre() -> int:
        application = DjangoApp(connector=PsycopgConnector(conninfo=urls.lots, min_size=1, max_size=1))
        async with application.open_async():
            return await reprendre(application.job_manager)

    # A browser test of the same worker leaves its event loop running in the main thread.
    with ThreadPoolExecutor(1) as fil:
        return fil.submit(asyncio.run, _reprendre()).result()


def etats(base: Connexion) -> list[object]:
    return [e for (e,) in base.execute("SELECT status FROM procrastinate_jobs ORDER BY id")]


def test_la_tache_d_un_travailleur_mort_est_reprise(
    en_cours: Callable[[int], None], urls_base: Urls, base_proprietaire: Connexion
) -> None:
    en_cours(90)
    assert reprendre_en_tant_que_lots(urls_base) == 1
    assert etats(base_proprietaire) == ["todo"]


def test_la_tache_d_un_travailleur_vivant_est_laissee(
    en_cours: Callable[[int], None], urls_base: Urls, base_proprietaire: Connexion
) -> None:
    en_cours(5)
    assert reprendre_en_tant_que_lots(urls_base) == 0
    assert etats(base_proprietaire) == ["doing"]


def test_la_suivante_attendait_deja(
    en_cours: Callable[[int], None], urls_base: Urls, base_proprietaire: Connexion
) -> None:
    en_cours(90)
    base_proprietaire.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock) "
        "VALUES ('default', 'journal_sceller', 'journal_sceller', 'journal_sceller')"
    )
    assert reprendre_en_tant_que_lots(urls_base) == 1
    assert etats(base_proprietaire) == ["failed", "todo"]
