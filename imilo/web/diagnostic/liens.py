"""The kind of personal link of this room."""

from __future__ import annotations

from imilo.parcours.liens.genres import GenreDeLien, declarer


def declarer_liens() -> None:
    """Called once, when the web is ready."""
    declarer(GenreDeLien("diagnostic", "Lire votre diagnostic", vue="jeune_diagnostic", objet="diagnostics.Diagnostic"))
