"""What keeps the application from starting, told to the person who typed the command (no Django here)."""

from __future__ import annotations


class Empechement(Exception):
    """Something must be done by hand before starting. Both sentences say what to do, never only what failed."""

    def __init__(self, francais: str, anglais: str) -> None:
        super().__init__(f"{francais}\n{anglais}")
        self.francais = francais
        self.anglais = anglais
