"""In a real browser: sign by keyboard alone, draw a signature, and sign without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from imilo.acteurs.models import Agent
from imilo.acteurs.profils import Profil
from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import ContratEngagement, Partie, Signature
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej as cej
from tests.web.axe import fautes_d_axe, sans_reproche

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ici(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def moi(ici: str) -> Agent:
    return fabriques.agent(fabriques.structure(), Profil.DIRECTION, representant_legal=True)


@pytest.fixture
def contrat(moi: Agent) -> ContratEngagement:
    """Ready to sign, for Lola Diallo."""
    structure = moi.affectations.get().structure
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, moi, jeune_prenom="Lola", jeune_nom_naissance="Diallo")
        return cej.preparer(moi, dossier)


def entrer(contexte: BrowserContext, moi: Agent, ici: str) -> Page:
    client = Client()
    client.force_login(moi)
    nom = settings.SESSION_COOKIE_NAME
    contexte.add_cookies([{"name": nom, "value": client.cookies[nom].value, "url": ici}])
    return contexte.new_page()


def adresse(ici: str, contrat: ContratEngagement, suite: str = "") -> str:
    return f"{ici}/dossiers/{contrat.dossier}/contrats/{contrat.pk}{suite}"


def relu(contrat: ContratEngagement) -> ContratEngagement:
    with perimetre(contrat.structure_id):
        return ContratEngagement.objects.get(pk=contrat.pk)


def test_signer_au_clavier(context: BrowserContext, moi: Agent, ici: str, contrat: ContratEngagement) -> None:
    page = entrer(context, moi, ici)
    page.goto(adresse(ici, contrat, "/signer"))
    page.locator("#id_acceptation_jeune").focus()
    page.keyboard.type("Lola Diallo")
    page.keyboard.press("Tab")  # the button that erases the drawing
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Le contrat est signé.")).to_be_visible()
    assert relu(contrat).etat == Etat.SIGNE


def test_tracer_sa_signature(context: BrowserContext, moi: Agent, ici: str, contrat: ContratEngagement) -> None:
    page = entrer(context, moi, ici)
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(adresse(ici, contrat, "/signer"))
    assert fautes_d_axe(page) == []
    toile = page.locator("canvas")
    toile.scroll_into_view_if_needed()
    cadre = toile.bounding_box()
    assert cadre is not None
    for essai in range(2):
        page.mouse.move(cadre["x"] + 20, cadre["y"] + 20)
        page.mouse.down()
        page.mouse.move(cadre["x"] + 200, cadre["y"] + 60, steps=8)
        page.mouse.up()
        if essai == 0:
            page.get_by_role("button", name="Effacer la signature").click()
            assert page.locator("#id_traits_jeune").input_value() == ""
    page.fill("#id_acceptation_jeune", "Lola")
    page.locator("label[for=id_confirmation]").click()
    page.get_by_role("button", name="Signer définitivement").click()
    # Refused: the drawing is kept with what was typed.
    expect(page.get_by_text("Pour accepter, écrivez : Lola Diallo").first).to_be_visible()
    page.fill("#id_acceptation_jeune", "Lola Diallo")
    page.get_by_role("button", name="Signer définitivement").click()
    expect(page.get_by_text("Le contrat est signé.")).to_be_visible()
    with perimetre(contrat.structure_id):
        traits = Signature.objects.get(partie=Partie.JEUNE).traits
    assert len(traits) == 1
    assert len(traits[0]) > 2


def test_signer_sans_javascript(browser: Browser, moi: Agent, ici: str, contrat: ContratEngagement) -> None:
    contexte = browser.new_context(java_script_enabled=False)
    page = entrer(contexte, moi, ici)
    page.goto(adresse(ici, contrat, "/signer"))
    expect(page.locator("canvas")).to_be_hidden()
    page.fill("#id_acceptation_jeune", "Lola Diallo")
    page.locator("label[for=id_confirmation]").click()
    page.get_by_role("button", name="Signer définitivement").click()
    expect(page.get_by_text("Le contrat est signé.")).to_be_visible()
    contexte.close()


@pytest.mark.parametrize("signe", [False, True])
def test_rien_a_redire_a_l_accessibilite(
    context: BrowserContext, moi: Agent, ici: str, contrat: ContratEngagement, signe: bool
) -> None:
    suites = ["", "/modifier", "/signer?mode=papier", "/abandonner"]
    pages = [f"{ici}/dossiers/{contrat.dossier}/{n}" for n in ("orientation", "diagnostic", "cej/eligibilite")]
    if signe:
        with perimetre(contrat.structure_id):
            cej.signer(moi, contrat)
        suites, pages = ["", "/terminer"], []
    page = entrer(context, moi, ici)
    for chemin in [*pages, *(adresse(ici, contrat, suite) for suite in suites)]:
        page.goto(chemin)
        sans_reproche(page)
