"""`imilo asp`: exchange with the paying agency, say where it stands, play the agency of the demonstration."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imilo.config.commandes.sortie import dire, explique, repondre
from imilo.socle.chemins import dossier_imilo
from imilo.socle.demarrage import Empechement

if TYPE_CHECKING:
    from imilo.acteurs.models import Structure

app = typer.Typer(help="Échanger avec l'Agence de services et de paiement.", no_args_is_help=True)
PAS = 2.0  # seconds between two passes of the agency of ours

STRUCTURE = Annotated[str, typer.Option("--structure", help="Le code d'une structure ; sans lui, toutes.")]
EN_JSON = Annotated[bool, typer.Option("--json", help="Répondre en JSON.")]


@app.callback()
def groupe() -> None:
    """Échanger avec l'Agence de services et de paiement."""


@app.command("deposer")
@explique
def deposer(structure: STRUCTURE = "", en_json: EN_JSON = False) -> None:
    """Préparer et déposer ce qui peut partir, sans attendre la prochaine fois."""
    _echanger(structure, en_json=en_json, relever=False)


@app.command("relever")
@explique
def relever(structure: STRUCTURE = "", en_json: EN_JSON = False) -> None:
    """Lire les réponses et les paiements, sans rien envoyer."""
    _echanger(structure, en_json=en_json, deposer=False)


def _echanger(code: str, *, en_json: bool, relever: bool = True, deposer: bool = True) -> None:
    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    with base_disponible():
        django(Role.LOTS)
        from imilo.echanges.connecteurs.asp.echange import echanger

        choisies = [_structure(code)] if code else None
        bilan = echanger(choisies, relever=relever, deposer=deposer, malgre_l_attente=True)
    repondre(bilan.donnees(), en_json=en_json, texte=bilan.phrase.replace("[", r"\["))
    if bilan.injoignable:
        raise typer.Exit(1)


def _structure(code: str) -> Structure:
    from imilo.acteurs.models import Structure

    trouvee = Structure.objects.filter(code=code.strip().upper()).first()
    if trouvee is None:
        raise Empechement(f"Aucune structure ne porte le code {code}.", f"No structure has code {code}.")
    return trouvee


@app.command("etat")
@explique
def etat(structure: STRUCTURE = "", en_json: EN_JSON = False) -> None:
    """Dire ce qui attend : lignes à corriger, sans réponse, à payer, retours mis de côté, ASP injoignable."""
    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    with base_disponible():
        django(Role.LOTS)
        from imilo.acteurs.selectors import aujourd_hui
        from imilo.echanges.connecteurs.asp.echange import concernees
        from imilo.echanges.connecteurs.asp.selectors import attentes
        from imilo.socle.perimetre import perimetre

        etats = {}
        for chez in [_structure(structure)] if structure else concernees():
            with perimetre(chez.pk):
                etats[chez.code] = attentes(structure=chez, le=aujourd_hui(chez))
    lignes = [
        f"{code} : {e.a_corriger} à corriger, {e.sans_reponse} sans réponse, {e.a_payer} à payer, "
        f"{e.ecartes} retours de côté, {e.fixes} fichiers à déposer"
        + (f", injoignable depuis le {e.injoignable_depuis:%d/%m/%Y %H:%M}" if e.injoignable_depuis else "")
        for code, e in etats.items()
    ]
    texte = "\n".join(lignes) or "Aucune structure n'a de contrat à transmettre."
    repondre({code: e.donnees() for code, e in etats.items()}, en_json=en_json, texte=texte)


@app.command("faux")
@explique
def faux(
    dossier: Annotated[Path | None, typer.Option("--dossier", help="Son dossier ; par défaut, IMILO_HOME/asp.")] = None,
    une_fois: Annotated[bool, typer.Option("--une-fois", help="Un seul passage, puis s'arrêter.")] = False,
    le: Annotated[
        datetime | None, typer.Option("--le", formats=["%Y-%m-%d"], help="Son jour, avec --une-fois.")
    ] = None,
    en_json: EN_JSON = False,
) -> None:
    """Jouer l'ASP de la démonstration : lire, répondre, payer. Ctrl-C l'arrête."""
    from dataclasses import asdict

    from imilo.echanges.connecteurs.asp.faux import FausseAsp

    asp = FausseAsp(dossier or dossier_imilo() / "asp")
    if une_fois:
        passage = asp.passer(le.replace(hour=12, tzinfo=UTC) if le else None)
        texte = (
            f"{passage.fichiers} fichiers lus, {passage.acceptees} lignes acceptées, {passage.rejetees} rejetées, "
            f"{passage.payees} payées, {passage.publies} fichiers publiés."
        )
        repondre(asdict(passage), en_json=en_json, texte=texte)
        return
    dire(f"L'ASP d'essai travaille dans {asp.base}. Ctrl-C l'arrête.")
    while True:
        asp.passer()
        time.sleep(PAS)
