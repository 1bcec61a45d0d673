"""`imilo cles`: keys of other systems, national ones included (a structure's own are on its screen)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from imilo.config.commandes.sortie import explique, repondre
from imilo.socle.demarrage import Empechement

if TYPE_CHECKING:
    from imilo.acteurs.models import Structure
    from imilo.echanges.connecteurs.apprentissage.models import Organisme

app = typer.Typer(help="Créer, lister et révoquer les clés d'API.", no_args_is_help=True)
JSON = Annotated[bool, typer.Option("--json", help="Répondre en JSON.")]


@contextmanager
def _base() -> Iterator[None]:
    """The database, running, and Django as the batch role."""
    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    with base_disponible():
        django(Role.LOTS)
        yield


@app.command("creer")
@explique
def creer(
    nom: Annotated[str, typer.Option(help="Le système qui s'en servira, par exemple « Application CEJ ».")],
    famille: Annotated[str, typer.Option(help="La famille d'appels du contrat des opérateurs.")] = "dossier",
    structure: Annotated[str, typer.Option(help="Le code d'une structure ; sans lui, tout le pays.")] = "",
    en_json: JSON = False,
) -> None:
    """Créer une clé. Elle n'est montrée qu'une fois."""
    with _base():
        from imilo.acteurs.cles_api import creer_cle
        from imilo.acteurs.models import FamilleApi

        _verifier_la_famille(famille)
        chez = _structure(structure)
        cle, secret = creer_cle(None, famille=FamilleApi(famille), nom=nom, structure=chez)
    repondre(
        {"id": cle.pk, "famille": famille, "nom": nom, "structure": structure or None, "cle": secret},
        en_json=en_json,
        texte=f"Clé {cle.pk} ({famille}), à noter maintenant, elle ne sera plus montrée :\n{secret}",
    )


def _verifier_la_famille(famille: str) -> None:
    """Raises `Empechement` for a family that isn't one, or whose keys are made otherwise."""
    from imilo.acteurs.models import FamilleApi

    if famille == FamilleApi.DOSSIERS_APPRENANTS:
        raise Empechement("La clé d'un CFA se crée par imilo cles creer-cfa.", "Use imilo cles creer-cfa.")
    if famille not in FamilleApi.values:
        raise Empechement(
            f"Famille inconnue : {famille}. Choisissez parmi {', '.join(FamilleApi.values)}.",
            f"Unknown family: {famille}.",
        )


def _structure(code: str) -> Structure | None:
    """The structure of this code, None for the whole country. Raises `Empechement`."""
    from imilo.acteurs.models import Structure

    chez = Structure.objects.filter(code=code).first() if code else None
    if code and chez is None:
        raise Empechement(f"Aucune structure ne porte le code {code}.", f"No structure has code {code}.")
    return chez


@app.command("creer-cfa")
@explique
def creer_cfa(
    uai: Annotated[str, typer.Option(help="L'UAI de l'établissement (sept chiffres et une lettre).")],
    siret: Annotated[str, typer.Option(help="Son SIRET (quatorze chiffres).")],
    nom: Annotated[str, typer.Option(help="Son nom, montré aux missions locales et au journal.")],
    responsable: Annotated[
        str, typer.Option(help="UAI:SIRET de l'établissement qui répond de lui ; sans lui, il répond de lui-même.")
    ] = "",
    *,
    partenaire: Annotated[
        bool, typer.Option("--partenaire", help="Il accompagne lui-même quarante-cinq jours avant de transmettre.")
    ] = False,
    en_json: JSON = False,
) -> None:
    """Enregistrer un CFA et créer la clé de son logiciel (POST /api/v3/dossiers-apprenants), montrée une fois."""
    with _base():
        from imilo.echanges.connecteurs.apprentissage.organismes import (
            creer_cle_de_l_organisme,
            enregistrer_organisme,
        )
        from imilo.socle.erreurs import RegleViolee

        autre = _organisme(responsable)
        try:
            organisme = enregistrer_organisme(uai=uai, siret=siret, nom=nom, responsable=autre, partenaire=partenaire)
        except RegleViolee as erreur:
            raise Empechement(erreur.message, "This UAI or SIRET isn't well formed.") from erreur
        cle, secret = creer_cle_de_l_organisme(organisme)
    repondre(
        {"id": cle.pk, "famille": cle.famille, "nom": nom, "uai": uai, "siret": siret, "cle": secret},
        en_json=en_json,
        texte=f"Clé {cle.pk} de {nom}, à noter maintenant, elle ne sera plus montrée :\n{secret}",
    )


def _organisme(designe: str) -> Organisme | None:
    """The establishment registered as "UAI:SIRET", None for "". Raises `Empechement`."""
    from imilo.echanges.connecteurs.apprentissage.models import Organisme

    uai, _, siret = designe.partition(":")
    organisme = Organisme.objects.filter(uai=uai, siret=siret).first() if designe else None
    if designe and organisme is None:
        raise Empechement(
            f"Aucun établissement n'est enregistré sous {designe} : créez d'abord le sien.",
            f"No establishment is known as {designe}: make it first.",
        )
    return organisme


@app.command("lister")
@explique
def lister(en_json: JSON = False) -> None:
    """Lister les clés, sans leur secret."""
    with _base():
        from imilo.acteurs.models import CleApi

        champs = ("id", "famille", "nom", "prefixe", "structure__code", "derniere_utilisation", "revoquee_le")
        cles = list(CleApi.objects.values(*champs))
    lignes = [
        f"{c['id']:>4}  {c['famille']:<20} {c['prefixe']}…  {c['structure__code'] or 'tout le pays':<12} {c['nom']}"
        f"{'  révoquée' if c['revoquee_le'] else ''}"
        for c in cles
    ]
    repondre(cles, en_json=en_json, texte="\n".join(lignes) or "Aucune clé.")


@app.command("revoquer")
@explique
def revoquer(cle_id: Annotated[int, typer.Argument(help="Le numéro de la clé.")], en_json: JSON = False) -> None:
    """Révoquer une clé : elle n'ouvre plus rien."""
    with _base():
        from imilo.acteurs.cles_api import revoquer_cle
        from imilo.acteurs.models import CleApi

        cle = CleApi.objects.filter(pk=cle_id).first()
        if cle is None:
            raise Empechement(f"Aucune clé n'a le numéro {cle_id}.", f"No key has number {cle_id}.")
        revoquer_cle(None, cle=cle)
    repondre({"id": cle_id, "revoquee": True}, en_json=en_json, texte=f"Clé {cle_id} révoquée.")
