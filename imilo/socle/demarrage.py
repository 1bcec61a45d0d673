"""What keeps the application from starting, told to the person who typed the command (no Django here)."""

from __future__ import annotations

from pathlib import Path

ESPACE_MINIMAL = 500 * 1024 * 1024  # bytes free before starting


class Empechement(Exception):
    """Something must be done by hand before starting. Both sentences say what to do, never only what failed."""

    def __init__(self, francais: str, anglais: str) -> None:
        super().__init__(f"{francais}\n{anglais}")
        self.francais = francais
        self.anglais = anglais


def disque_plein(dossier: Path) -> Empechement:
    """The sentence for a full disk, before or while the application runs."""
    mo = ESPACE_MINIMAL // 1024 // 1024
    return Empechement(
        f"Le disque qui porte {dossier} est plein. Libérez au moins {mo} Mo, ou choisissez un autre disque avec "
        "IMILO_HOME, puis relancez : rien de ce qui était enregistré n'est perdu.",
        f"The disk that holds {dossier} is full. Free at least {mo} MB, or choose another disk with IMILO_HOME, "
        "then start again: nothing that was saved is lost.",
    )
