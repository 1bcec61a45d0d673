"""`imilo demo`: load the demonstration."""

from __future__ import annotations

from enum import StrEnum
from importlib.util import find_spec
from typing import Annotated

import typer

from imilo.config.commandes.sortie import dire, explique, repondre
from imilo.socle.demarrage import Empechement


class Taille(StrEnum):
    PETITE = "petite"
    STRUCTURE = "structure"
    NATIONALE = "nationale"


@explique
def demo(
    taille: Annotated[Taille, typer.Option("--taille", help="Combien de données inventer.")] = Taille.PETITE,
    dossiers: Annotated[
        int | None, typer.Option("--dossiers", min=1, help="Nombre de dossiers (taille nationale).")
    ] = None,
    si_vide: Annotated[bool, typer.Option("--si-vide", hidden=True)] = False,
    en_json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
) -> None:
    """Charger des données de démonstration, entièrement inventées."""
    from imilo.config import schema
    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    with base_disponible() as home:
        django(Role.LOTS)
        from django.conf import settings
        from django.db import transaction

        if settings.PRODUCTION:
            raise Empechement(
                "La démonstration ne se charge pas en production (IMILO_ENV=production).",
                "The demonstration can't be loaded in production (IMILO_ENV=production).",
            )
        if si_vide and not schema.vide():
            return
        if find_spec("imilo.config.demonstration") is None:
            dire("Cette version n'a pas de démonstration.")
            return
        from imilo.config.demonstration import charger

        dire(f"Chargement de la démonstration « {taille.value} »…")
        if taille is Taille.PETITE:
            with transaction.atomic():  # a crash half-way leaves an empty base, loaded at the next start
                bilan = charger(taille=taille.value)
        else:
            bilan = charger(taille=taille.value, dossiers=dossiers)
        schema.noter_personas(home)
    repondre(bilan, en_json=en_json, texte="Démonstration chargée.")
