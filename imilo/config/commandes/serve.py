"""`imilo serve`: the whole application in one command."""

from __future__ import annotations

from typing import Annotated

import typer

from imilo.config.commandes.sortie import explique


@explique
def serve(
    port: Annotated[int, typer.Option("--port", envvar="IMILO_PORT", min=1, max=65535)] = 8000,
    hote: Annotated[str, typer.Option("--hote", envvar="IMILO_HOTE", help="Adresse d'écoute.")] = "127.0.0.1",
    migrer: Annotated[
        bool, typer.Option("--migrer/--sans-migrer", envvar="IMILO_MIGRER", help="Mettre la base à jour au départ.")
    ] = True,
    demonstration: Annotated[
        bool,
        typer.Option("--demo/--sans-demo", envvar="IMILO_DEMO", help="Charger la démonstration si la base est vide."),
    ] = True,
) -> None:
    """Lancer I-MILO : base de données, serveur et tâches de fond. Ctrl-C arrête tout."""
    from imilo.config.superviseur import Superviseur

    raise typer.Exit(Superviseur(port=port, hote=hote, migrer=migrer, demonstration=demonstration).vivre())
