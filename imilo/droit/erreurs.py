"""What the law's functions raise. Every message is French, ready to be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class ErreurDroit(Exception):
    """Base of the errors of `imilo.droit`; `message` is French."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class FaitInvalide(ErreurDroit):
    """A fact that no rule can use; `champ` is the name of the field of the facts."""

    def __init__(self, champ: str, message: str) -> None:
        super().__init__(message)
        self.champ = champ

    def __reduce__(self) -> tuple[type[FaitInvalide], tuple[str, str]]:
        # The default pickling would call the class with the message alone.
        return type(self), (self.champ, self.message)


class HorsPeriode(ErreurDroit):
    """The scale or the rule `nom` isn't known on the day `le`: it starts on `premiere`."""

    def __init__(self, nom: str, le: date, premiere: date) -> None:
        super().__init__(
            f"« {nom} » n'est connu qu'à partir du {premiere:%d/%m/%Y} : rien ne peut être dit au {le:%d/%m/%Y}."
        )
        self.nom, self.le, self.premiere = nom, le, premiere

    def __reduce__(self) -> tuple[type[HorsPeriode], tuple[str, date, date]]:
        return type(self), (self.nom, self.le, self.premiere)


class BaremeInconnu(ErreurDroit):
    """No scale has this name: a mistake of the programmer."""


class BaremeMalForme(ErreurDroit):
    """A packaged scale breaks the form described in `baremes/__init__.py`."""


class RegleInconnue(ErreurDroit):
    """No rule has this name and version: the decision comes from elsewhere."""


class LectureInconnue(ErreurDroit):
    """No open question, or no answer to it, has this name: a mistake in the settings."""


class DecisionIllisible(ErreurDroit):
    """The JSON given isn't a decision that this rule could have written."""
