"""`imilo migrate`."""

from __future__ import annotations

from typing import Annotated

import typer

from imilo.config.commandes.sortie import dire, explique, repondre

VIDE = 3  # exit code for the supervisor: ready, and nothing in it yet


@explique
def migrate(
    verifier: Annotated[
        bool, typer.Option("--verifier", help="Ne rien changer ; échouer si des migrations restent à appliquer.")
    ] = False,
    dire_si_vide: Annotated[bool, typer.Option("--dire-si-vide", hidden=True)] = False,
    en_json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
) -> None:
    """Mettre la base de données au schéma de cette version (avec le rôle propriétaire)."""
    from imilo.config import schema
    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    with base_disponible():
        django(Role.PROPRIETAIRE)
        nombre = schema.migrer(permis=not verifier)
        vide = dire_si_vide and schema.vide()
        if dire_si_vide:
            _dire_un_chargement_arrete()
    texte = f"{nombre} migration(s) appliquée(s)." if nombre else "La base est à jour."
    if nombre or not dire_si_vide:
        repondre({"appliquees": nombre}, en_json=en_json, texte=texte)
    if vide:
        raise typer.Exit(VIDE)


def _dire_un_chargement_arrete() -> None:
    from imilo.config.demonstration.chargement import a_finir, inacheve

    avancement = inacheve()
    if avancement is not None:
        dire(a_finir(avancement).francais)
