"""The kind of personal link of this room."""

from __future__ import annotations

from datetime import timedelta

from imilo.parcours.liens.genres import GenreDeLien, declarer


def declarer_liens() -> None:
    """Called once, when the web is ready."""
    declarer(GenreDeLien("activite", "Déclarer ce que vous avez fait", vue="jeune_activite", duree=timedelta(days=60)))
