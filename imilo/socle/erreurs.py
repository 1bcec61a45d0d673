"""Domain errors: what a service refuses, in words for the person in front of the screen."""

from __future__ import annotations


class RegleViolee(Exception):
    """A rule refuses this act. `message` is French and says what to change; `champ` names the form field."""

    def __init__(self, message: str, champ: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.champ = champ


class VersionPerimee(RegleViolee):
    """Somebody saved the same object in between: `version` is the stored one."""

    def __init__(self, message: str, version: int) -> None:
        super().__init__(message)
        self.version = version


class NonHabilite(Exception):
    """The agent's profile, perimeter or delegation doesn't allow this act."""
