"""Background tasks that a killed worker left unfinished are started again.

A task that was running keeps its lock: without this, the journal would never be sealed again after one
`kill -9`. So a task must bear being run twice; one that mustn't (a message to a person) notes in the
database, in the same transaction as its decision to send, that it has begun.
"""

from __future__ import annotations

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

journal = logging.getLogger(__name__)
SANS_NOUVELLES = 60.0  # seconds without a sign of life of the worker that ran the task


@app.periodic(cron="* * * * *")
@app.task(name="reprendre_les_taches", queueing_lock="reprendre_les_taches", pass_context=True)
async def reprendre_les_taches(contexte: JobContext, timestamp: int) -> None:
    """Each minute, put back in the queue the tasks of workers that are gone."""
    await reprendre(contexte.app.job_manager)


async def reprendre(taches: JobManager, *, sans_nouvelles: float = SANS_NOUVELLES) -> int:
    """Queue again the tasks of workers silent for `sans_nouvelles` seconds; return how many."""
    nombre = 0
    for tache in await taches.get_stalled_jobs(seconds_since_heartbeat=sans_nouvelles):
        try:
            await taches.retry_job(tache)
        except UniqueViolation:  # the same is already queued, behind the lock: giving that back is enough
            await taches.finish_job(tache, status=Status.FAILED, delete_job=False)
        journal.warning("Tâche reprise après l'arrêt de son travailleur : %s", tache.task_name)
        nombre += 1
    return nombre
