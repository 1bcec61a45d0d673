"""`imilo journal`: verify and seal the journal."""

from __future__ import annotations

from typing import Annotated

import typer

from imilo.config.commandes.sortie import explique, repondre

app = typer.Typer(help="Vérifier et sceller le journal.", no_args_is_help=True)


@app.command("verifier")
@explique
def verifier(en_json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False) -> None:
    """Vérifier que rien n'a été changé, retiré ou déplacé dans le journal."""
    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    with base_disponible():
        django(Role.LOTS)
        from imilo.journal.verification import verifier as verifier_journal

        anomalies = verifier_journal()
    texte = "\n".join(str(a) for a in anomalies) or "Le journal est intact."
    repondre([str(a) for a in anomalies], en_json=en_json, texte=texte)
    if anomalies:
        raise typer.Exit(1)


@app.command("sceller")
@explique
def sceller(en_json: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False) -> None:
    """Enchaîner et sceller les faits en attente."""
    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    with base_disponible():
        django(Role.LOTS)
        from imilo.journal.sceau import sceller as sceller_journal

        nombre = sceller_journal()
    repondre({"scelles": nombre}, en_json=en_json, texte=f"{nombre} fait(s) scellé(s).")
