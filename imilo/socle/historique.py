"""Field-by-field history: what a row was before each change, kept by database triggers.

An event holds the former values and the context of the change (agent, address of the page), so that nothing
is written twice when a row is made, and whoever changes a row, by whatever path, leaves its trace.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import pghistory
from django.db import models

M = TypeVar("M", bound=type[models.Model])


def historiser(*exclure: str) -> Callable[[M], M]:
    """Class decorator: keep the former row on update and delete; `exclure` names derived fields."""
    suivi = pghistory.track(
        pghistory.UpdateEvent("avant_modification", row=pghistory.Old),
        pghistory.DeleteEvent("avant_suppression"),
        exclude=["modifie_le", *exclure],
    )
    return cast(Callable[[M], M], suivi)
