"""The law, asked with the readings of this server (`IMILO_LECTURES`): the one way to it outside `imilo.droit`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imilo.droit.decision import Decision
    from imilo.droit.registre import Regle

F = TypeVar("F")
R = TypeVar("R", bound="Mapping[str, object]")


def appliquer(regle: Regle[F, R], faits: F, le: date) -> Decision[R]:
    """Return the decision of `regle` on `faits` as of the day `le`. Raises `FaitInvalide`, `HorsPeriode`."""
    return regle(faits, le, lectures=settings.IMILO_LECTURES)
