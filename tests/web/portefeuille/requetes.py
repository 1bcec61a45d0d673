"""Counting the queries of a page as they are in production."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

# The savepoint of the test and the perimeter given back: the one transaction of a real request has neither.
DE_TRANSACTION = ("SAVEPOINT", "RELEASE", "SELECT current_setting('imilo.structure'")


@contextmanager
def au_plus(combien: int) -> Iterator[None]:
    """Fail when the block makes more than `combien` queries, transactions and perimeters left aside."""
    with CaptureQueriesContext(connection) as capture:
        yield
    utiles = [q["sql"] for q in capture.captured_queries if not q["sql"].lstrip().startswith(DE_TRANSACTION)]
    assert len(utiles) <= combien, "\n".join(utiles)
