"""The people of the walk, who sign in through the sandbox provider in a real browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from playwright.sync_api import Page

from imilo.acteurs.models import Agent, Delegation, Portee, Structure
from imilo.acteurs.profils import Profil
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques

DOMAINE = "demo.imilo.example"  # the sandbox proposes these people


def personne(nom: str, chez: Structure, profil: Profil, **champs: object) -> Agent:
    prenom, _, famille = nom.partition(" ")
    return fabriques.agent(
        chez,
        profil,
        nom=famille,
        prenom=prenom,
        courriel=f"{prenom}.{famille}@{DOMAINE}".lower(),
        siret=chez.siret,
        **champs,
    )


@dataclass(frozen=True)
class Distribution:
    """A counsellor at Tours, the same profile in Réunion with a dossier of their own."""

    tours: Structure
    reunion: Structure
    conseillere: Agent
    ailleurs: Agent
    dossier_ailleurs: Dossier


def distribuer() -> Distribution:
    tours = fabriques.structure(
        nom_usuel="Mission locale de Tours", code_departement="37", siret="12000037900018", fuseau="Europe/Paris"
    )
    reunion = fabriques.structure(
        nom_usuel="Mission locale Sud Réunion", code_departement="974", siret="12000974300016", fuseau="Indian/Reunion"
    )
    directrice = personne("Hélène Montbrizac", tours, Profil.DIRECTION, representant_legal=True)
    conseillere = personne("Camille Larivaud", tours, Profil.CONSEILLER)
    ailleurs = personne("Marie Payetal", reunion, Profil.CONSEILLER)
    for portee in Portee:
        Delegation.objects.create(
            structure=tours, delegant=directrice, agent=conseillere, portee=portee, du=date(2025, 1, 1)
        )
    with perimetre(reunion.pk):
        dossier = fabriques.dossier(reunion, ailleurs, jeune_nom_naissance="Hoarau", jeune_prenom="Yannis")
    return Distribution(tours, reunion, conseillere, ailleurs, dossier)


def se_connecter(page: Page, site: str, qui: Agent) -> None:
    """The whole protocol: our page, the provider's, back with a code, the journal."""
    page.goto(f"{site}/connexion")
    page.click("text=S'identifier avec ProConnect")
    page.get_by_role("button", name=f"Se connecter comme {qui}", exact=True).click()
    page.wait_for_url("**/ma-journee**")
