"""What every page needs: who is signed in, where, and the navigation that their profile opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from imilo.acteurs.profils import peut


@dataclass(frozen=True)
class Entree:
    """An entry of the main navigation: shown to the profiles that may do `action`."""

    libelle: str
    route: str
    action: str


@dataclass(frozen=True)
class Lien:
    libelle: str
    adresse: str
    courante: bool


NAVIGATION = (
    Entree("Ma journée", "web:journee", "journee.voir"),
    Entree("Accueil", "web:accueil", "annuaire.chercher"),
    Entree("Arrivées", "web:arrivees", "arrivee.traiter"),
    Entree("Portefeuille", "web:portefeuille", "portefeuille.voir"),
    Entree("Semaine", "web:semaine", "activite.examiner"),
    Entree("Ateliers", "web:collectifs", "acte.saisir"),
    Entree("Contrats", "web:contrats", "portefeuille.voir"),
    Entree("Allocations", "web:allocations-courant", "allocation.preparer"),
    Entree("Sanctions", "web:sanctions", "sanction.suivre"),
    Entree("Doublons", "web:doublons", "doublon.decider"),
    Entree("Transferts", "web:transferts", "transfert.gerer"),
    Entree("Paiements", "web:asp", "asp.voir"),
    Entree("Structure", "web:structure", "structure.voir"),
    Entree("Journal", "web:journal", "journal.lire"),
)


def navigation(requete: HttpRequest, profil: str | None) -> list[Lien]:
    """The links of the main navigation for a profile; the current page's is marked."""
    liens = []
    for entree in NAVIGATION:
        if peut(profil, entree.action):
            adresse = reverse(entree.route)
            courante = requete.path == adresse or requete.path.startswith(adresse.rstrip("/") + "/")
            liens.append(Lien(entree.libelle, adresse, courante))
    return liens


def commun(requete: HttpRequest) -> dict[str, Any]:
    """Variables of every template. Works on a request that no middleware has completed (error pages)."""
    affectation = getattr(requete, "affectation", None)
    profil = affectation.profil if affectation else None
    return {
        "affectation": affectation,
        "structure_active": affectation.structure if affectation else None,
        "navigation": navigation(requete, profil),
        "peut_chercher": peut(profil, "annuaire.chercher"),
        "MARQUE_DE_L_ETAT": settings.MARQUE_DE_L_ETAT,
        "BAC_A_SABLE": settings.BAC_A_SABLE,
    }
