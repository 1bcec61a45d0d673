"""`imilo listes`: the drop folder of the lists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imilo.config.commandes.sortie import explique, repondre
from imilo.socle.demarrage import Empechement

app = typer.Typer(help="Relever les listes déposées dans un dossier.", no_args_is_help=True)


@app.callback()
def groupe() -> None:
    """Relever les listes déposées dans un dossier."""


@app.command("relever")
@explique
def relever(
    depot: Annotated[
        Path | None,
        typer.Option("--depot", file_okay=False, help="Le dossier ; sans lui, celui de IMILO_DEPOT_LISTES."),
    ] = None,
    *,
    en_json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
) -> None:
    """Charger les listes entières du dossier de dépôt, comme toutes les cinq minutes (docs/formats/depot.md)."""
    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    with base_disponible():
        django(Role.LOTS)
        from django.conf import settings

        from imilo.echanges.connecteurs.listes.depot import Occupe
        from imilo.echanges.connecteurs.listes.depot import relever as relever_le_depot

        dossier = depot or (Path(settings.DEPOT_LISTES) if settings.DEPOT_LISTES else None)
        if dossier is None:
            raise Empechement(
                "Aucun dossier de dépôt : donnez IMILO_DEPOT_LISTES, ou --depot DOSSIER.",
                "No drop folder: set IMILO_DEPOT_LISTES, or give --depot FOLDER.",
            )
        try:
            bilan = relever_le_depot(dossier)
        except Occupe:
            raise Empechement(
                "Ce dossier est déjà en cours de relève. Réessayez dans quelques minutes.",
                "This folder is being emptied already. Try again in a few minutes.",
            ) from None
        except OSError as erreur:
            raise Empechement(
                f"Le dossier {dossier} ne peut pas être lu ou écrit : {erreur.strerror}.",
                f"The folder {dossier} can't be read or written: {erreur.strerror}.",
            ) from erreur
    repondre(bilan.donnees(), en_json=en_json, texte=str(bilan).replace("[", r"\["))
    if not all(releve.lu for releve in bilan.releves):
        raise typer.Exit(1)
