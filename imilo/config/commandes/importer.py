"""`imilo importer`: bring in files of the outside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from imilo.config.commandes.sortie import erreurs, explique, repondre
from imilo.socle.demarrage import Empechement

app = typer.Typer(help="Importer des fichiers.", no_args_is_help=True)


@app.callback()
def groupe() -> None:
    """Importer des fichiers."""


FICHIER = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="La liste (docs/formats).")]
STRUCTURE = Annotated[str, typer.Option("--structure", help="Le code de la mission locale qui la travaillera.")]
EN_JSON = Annotated[bool, typer.Option("--json", help="Répondre en JSON.")]


@app.command("decrocheurs")
@explique
def decrocheurs(fichier: FICHIER, structure: STRUCTURE, *, en_json: EN_JSON = False) -> None:
    """Importer les sorties de l'école sans diplôme (article L. 313-7 du code de l'éducation)."""
    _importer_une_liste(fichier, structure, "decrocheurs", en_json=en_json)


@app.command("obligation-formation")
@explique
def obligation_formation(fichier: FICHIER, structure: STRUCTURE, *, en_json: EN_JSON = False) -> None:
    """Importer les jeunes de 16 à 18 ans sans formation (article L. 114-1 du code de l'éducation)."""
    _importer_une_liste(fichier, structure, "obligation_formation", en_json=en_json)


def _importer_une_liste(fichier: Path, code: str, source: str, *, en_json: bool) -> None:
    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    barre = (TextColumn("Import de la liste"), BarColumn(), TaskProgressColumn())
    with base_disponible(), Progress(*barre, console=erreurs, transient=True, disable=en_json) as progression:
        django(Role.LOTS)
        from imilo.acteurs.models import Structure
        from imilo.echanges.connecteurs.listes.services import importer_le_fichier
        from imilo.parcours.arrivees.models import Source
        from imilo.socle.erreurs import RegleViolee

        chez = Structure.objects.filter(code=code).first()
        if chez is None:
            raise Empechement(f"Aucune structure ne porte le code {code}.", f"No structure has code {code}.")
        tache = progression.add_task("", total=fichier.stat().st_size)
        try:
            rapport = importer_le_fichier(
                fichier, chez, Source(source), avancer=lambda octets: progression.update(tache, completed=octets)
            )
        except RegleViolee as erreur:
            raise Empechement(erreur.message, "This file can't be imported as a list.") from erreur
    repondre(rapport.donnees(), en_json=en_json, texte=str(rapport).replace("[", r"\["))
    if not rapport.lu:
        raise typer.Exit(1)


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
