"""`imilo chiffrement`: pass the ring's first key over every encrypted column."""

from __future__ import annotations

from typing import Annotated

import typer

from imilo.config.commandes.sortie import erreurs, explique, repondre

app = typer.Typer(help="Changer la clé de chiffrement.", no_args_is_help=True)


@app.command("rechiffrer")
@explique
def rechiffrer(en_json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False) -> None:
    """Chiffrer de nouveau, avec la première clé de l'anneau, ce qu'une autre clé a chiffré.

    Ajoutez d'abord la nouvelle clé en tête de IMILO_CLES_CHIFFREMENT ; retirez l'ancienne ensuite.
    """
    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    with base_disponible():
        django(Role.LOTS)
        from imilo.socle.chiffrement import champs_chiffres
        from imilo.socle.chiffrement import rechiffrer as passer

        nombres: dict[str, int] = {}
        for champ in champs_chiffres():
            nom = f"{champ.model._meta.label}.{champ.name}"
            with erreurs.status(f"{nom}…"):
                nombres[nom] = passer(champ)
    lignes = "\n".join(f"{nom} : {nombre} valeur(s) rechiffrée(s)" for nom, nombre in nombres.items())
    repondre(nombres, en_json=en_json, texte=lignes)
