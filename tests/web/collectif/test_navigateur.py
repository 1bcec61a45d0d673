"""A workshop entered by keyboard alone: from the caseload, one more person looked for, its sheet on a telephone."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from imilo.acteurs.models import Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.activites import selectors
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.web.axe import sans_reproche

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def structure(live_server: Any) -> Structure:
    return fabriques.structure(nom_usuel="Mission locale d'essai")


@pytest.fixture
def entree(page: Page, structure: Structure, live_server: Any) -> Page:
    moi = fabriques.agent(structure, prenom="Claire", nom="Dupont")
    with perimetre(structure.pk):
        for nom in ("Abel", "Bara", "Cora"):
            fabriques.dossier(structure, moi, jeune_nom_naissance=nom, telephone="+33612345678")
        fabriques.dossier(structure, fabriques.agent(structure), jeune_nom_naissance="Quintreau", jeune_prenom="Lou")
    client = Client()
    client.force_login(moi)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": str(live_server.url)}])
    return page


def activer(page: Page, bouton: str) -> None:
    page.get_by_role("button", name=bouton, exact=True).focus()
    page.keyboard.press("Enter")


def test_a_workshop_by_keyboard_alone(entree: Page, structure: Structure, live_server: Any) -> None:
    entree.goto(f"{live_server.url}/portefeuille/")
    for nom in ("Abel", "Bara", "Cora"):
        entree.get_by_label(f"Choisir Dominique {nom}").focus()
        entree.keyboard.press("Space")
    sans_reproche(entree, "portefeuille")
    activer(entree, "Saisir un acte collectif")
    expect(entree.get_by_text("3 personnes, notées présentes")).to_be_visible()
    entree.get_by_label("Sujet").focus()
    entree.keyboard.type("Atelier CV")
    entree.get_by_label("Ajouter une personne").focus()
    entree.keyboard.type("quintrau lou")
    entree.keyboard.press("Enter")
    activer(entree, "Ajouter Lou Quintreau")
    expect(entree.get_by_label("Ajouter une personne")).to_be_focused()
    expect(entree.get_by_label("Sujet")).to_have_value("Atelier CV")
    activer(entree, "Retirer Dominique Cora")
    bara = entree.get_by_role("group", name="Dominique Bara")
    bara.get_by_label("Présent", exact=True).focus()
    entree.keyboard.press("ArrowDown")
    expect(bara.get_by_label("Absent", exact=True)).to_be_checked()
    bara.get_by_label("Raison, si absent").select_option("Transport, intempéries")
    sans_reproche(entree, "saisir")
    activer(entree, "Enregistrer l'acte collectif")
    expect(entree.get_by_text("points sont à corriger")).to_be_visible()
    sans_reproche(entree, "refuse")
    entree.get_by_label("Type d'acte").select_option("Information, conseil ponctuel")
    entree.get_by_label("Thème principal").select_option("Emploi")
    entree.get_by_label("Date").fill(f"{aujourd_hui(structure)}")
    entree.get_by_label("Heure de début").fill("00:00")
    activer(entree, "Enregistrer l'acte collectif")
    expect(entree.get_by_role("heading", name="2 présents")).to_be_visible()
    expect(entree.get_by_role("heading", name="1 absent")).to_be_visible()
    sans_reproche(entree, "fiche")
    with perimetre(structure.pk):
        cles = list(Dossier.objects.order_by("numero").values_list("pk", flat=True))
        le = aujourd_hui(structure)
        faites = [selectors.semaines(dossiers=[c], du=le, au=le)[c][0].fait for c in cles]
    assert faites == [120, 0, 0, 120]
    entree.get_by_role("link", name="Ateliers", exact=True).click()
    sans_reproche(entree, "liste")
    entree.get_by_role("link", name="Atelier CV").click()
    entree.get_by_role("link", name="Corriger").click()
    sans_reproche(entree, "corriger")
    entree.get_by_label("Durée (minutes)").fill("60")
    activer(entree, "Enregistrer")
    expect(entree.get_by_text("L'acte collectif est corrigé.")).to_be_visible()
    entree.get_by_role("link", name="Annuler cet acte").press("Enter")
    sans_reproche(entree, "annuler")
    activer(entree, "Annuler cet acte collectif")
    expect(entree.get_by_text("ses heures ne comptent plus")).to_be_visible()
