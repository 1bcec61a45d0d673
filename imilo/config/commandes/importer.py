"""`imilo importer`: bring in files of the outside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from imilo.config.commandes.sortie import erreurs, explique, repondre

app = typer.Typer(help="Importer des fichiers.", no_args_is_help=True)


@app.callback()
def groupe() -> None:
    """Importer des fichiers."""


@app.command("structures")
@explique
def structures(
    fichier: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Le référentiel des structures (CSV).")],
    complement: Annotated[
        Path | None,
        typer.Option("--complement", exists=True, dir_okay=False, help="SIRET, sites et communes desservies (CSV)."),
    ] = None,
    en_json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
) -> None:
    """Importer le référentiel des structures ; importer deux fois ne change rien."""
    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    colonnes = (TextColumn("Import des structures"), BarColumn(), TaskProgressColumn())
    with base_disponible(), Progress(*colonnes, console=erreurs, transient=True, disable=en_json) as progression:
        django(Role.LOTS)
        from imilo.acteurs.imports import FichierIllisible, importer_structures

        total = fichier.stat().st_size + (complement.stat().st_size if complement else 0)
        tache = progression.add_task("", total=total)
        try:
            bilan = importer_structures(
                fichier, complement=complement, avancer=lambda octets: progression.update(tache, completed=octets)
            )
        except FichierIllisible as erreur:
            erreurs.print(str(erreur), style="bold red", markup=False)
            raise typer.Exit(1) from None
    repondre(bilan.donnees(), en_json=en_json, texte=str(bilan).replace("[", r"\["))
