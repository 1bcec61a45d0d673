"""The clock of the demonstration: services act as if it were a given instant, so that histories have a past.

Only `django.utils.timezone.now` moves, in this process and for the time of a block: services read no other
clock. The journal's rows bear the same instant.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone

from imilo.journal.lots import datees

# A story writes, then yields the instant at which it goes on.
Histoire = Generator[datetime, None, None]


@contextmanager
def a_l_instant(instant: datetime) -> Iterator[None]:
    """Everything that services date meanwhile bears `instant` (aware)."""
    vraie = timezone.now

    def fausse() -> datetime:
        return instant

    timezone.now = fausse  # the one clock that models and services read
    try:
        with datees(instant):
            yield
    finally:
        timezone.now = vraie


def derouler(histoires: Iterable[tuple[datetime, Histoire]], *, limite: datetime) -> int:
    """Tell all stories in the order of time, each one from its instant to its end or to `limite`; how many steps.

    Steps of the same instant follow the order of the stories.
    """
    file = [(debut, rang, histoire) for rang, (debut, histoire) in enumerate(histoires)]
    heapq.heapify(file)
    pas = 0
    while file:
        instant, rang, histoire = heapq.heappop(file)
        if instant > limite:
            histoire.close()
            continue
        with a_l_instant(instant + timedelta(microseconds=rang)):
            suivant = next(histoire, None)
        pas += 1
        if suivant is not None:
            heapq.heappush(file, (max(suivant, instant), rang, histoire))
    return pas
