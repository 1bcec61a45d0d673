"""Domain errors: what a service refuses, in words for the person in front of the screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class RegleViolee(Exception):
    """A rule refuses this act. `message` is French and says what to change; `champ` names the form field.

    `autres`: what else is to be changed, when a service looked at everything before it refused (`Controle`).
    """

    def __init__(self, message: str, champ: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.champ = champ
        self.autres: tuple[RegleViolee, ...] = ()

    @property
    def toutes(self) -> tuple[RegleViolee, ...]:
        return (self, *self.autres)


class Controle:
    """The checks of one form, told together: nobody corrects a page one error at a time.

    controle = Controle()
    with controle.point():
        verifier_les_dates(saisie)
    controle.conclure()
    """

    def __init__(self) -> None:
        self.refus: list[RegleViolee] = []

    @contextmanager
    def point(self) -> Iterator[None]:
        """Keep what these lines refuse. A page that is out of date isn't a point to correct: it goes through."""
        try:
            yield
        except VersionPerimee:
            raise
        except RegleViolee as refus:
            self.refus.extend(refus.toutes)

    def conclure(self) -> None:
        """Raises the first `RegleViolee` with the others, one for each field; nothing when no point was refused."""
        par_champ = {refus.champ or f"{rang}": refus for rang, refus in reversed([*enumerate(self.refus)])}
        retenus = [refus for refus in self.refus if refus in par_champ.values()]
        if retenus:
            retenus[0].autres = tuple(retenus[1:])
            raise retenus[0]


class VersionPerimee(RegleViolee):
    """Somebody saved the same object in between: `version` is the stored one."""

    def __init__(self, message: str, version: int) -> None:
        super().__init__(message)
        self.version = version


class NonHabilite(Exception):
    """The agent's profile, perimeter or delegation doesn't allow this act."""
