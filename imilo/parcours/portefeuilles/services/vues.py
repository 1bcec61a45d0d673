"""One's own views of the caseload: named searches and chosen columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from imilo.acteurs.models import Agent, Structure
from imilo.journal.services import consigner
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.parcours.portefeuilles.models import Affichage, Recherche
from imilo.socle.erreurs import RegleViolee

RECHERCHES_MAX = 30
CHAMPS = {"recherche_nom_unique": "nom"}


def _nom(nom: str) -> str:
    propre = " ".join(nom.split())
    if not propre:
        raise RegleViolee("Donnez un nom à cette recherche.", "nom")
    return propre


@transaction.atomic
def garder_recherche(agent: Agent, *, structure: Structure, nom: str, parametres: Mapping[str, str]) -> Recherche:
    """Keep a search under a name of one's own. Fact `portefeuille.recherche_gardee`.

    Raises `RegleViolee` at "nom": blank, taken, or too many searches already.
    """
    if Recherche.objects.filter(agent=agent, structure=structure).count() >= RECHERCHES_MAX:
        raise RegleViolee(f"Vous avez déjà {RECHERCHES_MAX} recherches : supprimez-en une.", "nom")
    recherche = Recherche(agent=agent, structure=structure, nom=_nom(nom), parametres=dict(parametres))
    enregistrer(recherche, champs=CHAMPS, premier=True)
    consigner(agent, "portefeuille.recherche_gardee", recherche)
    return recherche


@transaction.atomic
def renommer_recherche(agent: Agent, recherche: Recherche, *, nom: str) -> Recherche:
    """Give another name. Fact `portefeuille.recherche_renommee`. Raises `RegleViolee` at "nom"."""
    stockee = _sienne(agent, recherche)
    stockee.nom = _nom(nom)
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, "portefeuille.recherche_renommee", stockee)
    return stockee


@transaction.atomic
def retirer_recherche(agent: Agent, recherche: Recherche) -> None:
    """Delete it. Fact `portefeuille.recherche_retiree`."""
    stockee = _sienne(agent, recherche)
    consigner(agent, "portefeuille.recherche_retiree", stockee)
    stockee.delete()


def _sienne(agent: Agent, recherche: Recherche) -> Recherche:
    return Recherche.objects.select_for_update(of=("self",)).get(pk=recherche.pk, agent=agent)


@transaction.atomic
def choisir_colonnes(agent: Agent, *, structure: Structure, colonnes: Sequence[str]) -> None:
    """Keep the codes of the columns that the agent wants; none: the usual ones. Fact `portefeuille.colonnes`."""
    affichage, _ = Affichage.objects.update_or_create(
        agent=agent, structure=structure, defaults={"colonnes": list(colonnes)}
    )
    consigner(agent, "portefeuille.colonnes", affichage, nombre=len(colonnes))
