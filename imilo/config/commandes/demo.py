"""`imilo demo`: load the demonstration."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imilo.config.commandes.sortie import dire, erreurs, explique, repondre
from imilo.socle.demarrage import Empechement

if TYPE_CHECKING:
    from imilo.config.demonstration.chargement import Suivi


class Taille(StrEnum):
    PETITE = "petite"
    STRUCTURE = "structure"
    NATIONALE = "nationale"


@explique
def demo(
    taille: Annotated[Taille, typer.Option("--taille", help="Combien de données inventer.")] = Taille.PETITE,
    *,
    dossiers: Annotated[
        int | None, typer.Option("--dossiers", min=1, help="Nombre de dossiers (taille nationale).")
    ] = None,
    actes: Annotated[
        float | None, typer.Option("--actes", min=0, help="Nombre moyen d'actes par dossier écrit en masse.")
    ] = None,
    faits: Annotated[
        bool, typer.Option("--faits", help="Écrire aussi au journal les dossiers et les actes écrits en masse.")
    ] = False,
    si_vide: Annotated[bool, typer.Option("--si-vide", hidden=True)] = False,
    en_json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
) -> None:
    """Charger des données de démonstration, entièrement inventées."""
    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    with base_disponible() as home:
        django(Role.LOTS)
        from django.conf import settings

        from imilo.acteurs.models import Structure
        from imilo.config.demonstration.chargement import charger

        if settings.PRODUCTION:
            raise Empechement(
                "La démonstration ne se charge pas en production (IMILO_ENV=production).",
                "The demonstration can't be loaded in production (IMILO_ENV=production).",
            )
        if si_vide and Structure.objects.exists():
            return
        dire(f"Chargement de la démonstration « {taille.value} »…")
        bilan = charger(taille.value, dossiers, _suivi(), actes=actes, faits=faits)
        _annoncer_les_personas(home)
    repondre(bilan.en_dictionnaire(), en_json=en_json, texte=bilan.phrase)


def _suivi() -> Suivi:
    """Says each step, and shows how the dossiers written in bulk come along, with their rate."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from imilo.config.demonstration.chargement import Suivi

    class AuTerminal(Suivi):
        def dire(self, etape: str) -> None:
            dire(f"  {etape}")

        @contextmanager
        def progresser(self, total: int) -> Iterator[Callable[[int], None]]:
            colonnes = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[debit]:.0f} dossiers/s"))
            with Progress(*colonnes, TimeRemainingColumn(), console=erreurs) as barre:
                tache = barre.add_task("", total=total, debit=0.0)

                def avancer(n: int) -> None:
                    barre.advance(tache, n)
                    ecoule = barre.tasks[0].elapsed or 1.0
                    barre.update(tache, debit=barre.tasks[0].completed / ecoule)

                yield avancer

    return AuTerminal()


def _annoncer_les_personas(home: Path) -> None:
    """Whom to sign in as, for who starts the application (`imilo.config.superviseur.personas`)."""
    from imilo.config.demonstration.personas import PERSONAS
    from imilo.socle.chemins import ecrire_prive

    ecrire_prive(home / "personas.json", json.dumps([p.phrase for p in PERSONAS], ensure_ascii=False, indent=1))
