"""`imilo doublons`: look for likely doubles."""

from __future__ import annotations

from typing import Annotated

import typer

from imilo.config.commandes.sortie import erreurs, explique, repondre
from imilo.socle.demarrage import Empechement

app = typer.Typer(help="Chercher les doublons probables.", no_args_is_help=True)


@app.callback()
def groupe() -> None:
    """Chercher les doublons probables."""


@app.command("chercher")
@explique
def chercher(
    structure: Annotated[str, typer.Option(help="Le code d'une structure ; sans lui, tout le pays.")] = "",
    en_json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
) -> None:
    """Mettre à jour les files de doublons à décider, comme chaque nuit."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    colonnes = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with base_disponible(), Progress(*colonnes, console=erreurs, transient=True, disable=en_json) as progression:
        django(Role.LOTS)
        from imilo.acteurs.models import Structure
        from imilo.parcours.doublons.recherche import Occupe
        from imilo.parcours.doublons.recherche import chercher as chercher_les_doublons

        chez = Structure.objects.filter(code=structure.strip().upper()).first() if structure else None
        if structure and chez is None:
            raise Empechement(f"Aucune structure ne porte le code {structure}.", f"No structure has code {structure}.")
        tache = progression.add_task("Doublons", total=None)
        try:
            bilan = chercher_les_doublons(chez, avancer=lambda etape: progression.update(tache, description=etape))
        except Occupe:
            raise Empechement(
                "Une autre recherche de doublons est en cours. Réessayez dans quelques minutes.",
                "Another search for doubles is under way. Try again in a few minutes.",
            ) from None
    repondre(
        bilan.donnees(),
        en_json=en_json,
        texte=(
            f"{bilan.candidats} paires comparées, {bilan.probables} probables ; {bilan.file} lignes à décider, "
            f"{bilan.retirees} retirées, en {bilan.secondes} s."
        ),
    )
