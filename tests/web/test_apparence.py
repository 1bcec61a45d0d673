"""The foundation in a real browser: wide, narrow, by keyboard, without JavaScript, without the State's brand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from imilo.acteurs.models import Agent
from imilo.acteurs.profils import Profil
from tests import fabriques
from tests.web.axe import sans_reproche

pytestmark = pytest.mark.django_db(transaction=True)
# Where to keep pictures of the pages, when somebody wants to look at them (the tests forget IMILO_… variables).


@pytest.fixture
def site(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def equipe(site: str) -> dict[str, Agent]:
    chez = fabriques.structure(siret="13002526500013", nom_usuel="Mission locale d'essai")
    gens = {
        "Claire Dupont": (Profil.DIRECTION, True),
        "Léa Martin": (Profil.CONSEILLER, False),
        "Marc Robert": (Profil.RGC, False),
    }
    return {
        nom: fabriques.agent(
            chez,
            profil,
            courriel=f"{nom.split()[1].lower()}@demo.imilo.example",
            prenom=nom.split()[0],
            nom=nom.split()[1],
            sub=None,
            representant_legal=representant,
        )
        for nom, (profil, representant) in gens.items()
    }


@pytest.fixture
def paroles(page: Page) -> Iterator[list[str]]:
    """What the browser's console complains of; nothing may remain at the end (a refused answer aside)."""
    dites: list[str] = []
    page.on("console", lambda m: dites.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda erreur: dites.append(str(erreur)))
    yield dites
    assert [d for d in dites if "Failed to load resource" not in d] == []


def entrer(page: Page, site: str, qui: str) -> None:
    page.goto(f"{site}/connexion/proconnect")
    page.get_by_role("button", name=f"Se connecter comme {qui}", exact=True).click()
    page.wait_for_url(lambda adresse: "/bac-a-sable/" not in adresse and "/connexion" not in adresse)


@pytest.mark.usefixtures("paroles")
def test_signing_in(page: Page, site: str, equipe: dict[str, Agent]) -> None:
    page.goto(f"{site}/connexion?motif=inactivite")
    sans_reproche(page, "connexion")
    page.get_by_role("link", name="S'identifier avec ProConnect").click()
    sans_reproche(page, "personas")
    page.get_by_role("button", name="Mot de passe seul : se connecter comme Léa Martin").click()
    sans_reproche(page, "inscription")
    page.get_by_label("Code à six chiffres").fill("000000")
    page.get_by_role("button", name="Enregistrer et se connecter").click()
    expect(page.get_by_role("alert")).to_be_focused()
    sans_reproche(page, "inscription_refusee")
    for adresse, nom in (("connexion/retour?state=x", "a_recommencer"), ("accessibilite", "accessibilite")):
        page.goto(f"{site}/{adresse}")
        sans_reproche(page, nom)


@pytest.mark.usefixtures("paroles")
def test_the_rooms_of_the_direction(page: Page, site: str, equipe: dict[str, Agent]) -> None:
    entrer(page, site, "Claire Dupont")
    for adresse in (
        "compte",
        "structure",
        "structure/delegations/nouvelle",
        "journal",
        "inexistant",
        "structure/acces/nouveau",
    ):
        page.goto(f"{site}/{adresse}")
        sans_reproche(page, adresse.replace("/", "_"))


@pytest.mark.usefixtures("paroles")
def test_the_rooms_of_the_rgc(page: Page, site: str, equipe: dict[str, Agent]) -> None:
    entrer(page, site, "Marc Robert")
    page.goto(f"{site}/structure")
    page.get_by_role("link", name="Ouvrir un accès").click()
    page.get_by_role("button", name="Ouvrir l'accès").click()
    expect(page.get_by_role("alert")).to_be_focused()
    sans_reproche(page, "acces_refuse")
    page.goto(f"{site}/structure")
    page.get_by_role("link", name="Terminer l'accès de Léa Martin").click()
    sans_reproche(page, "acces_fin")
    page.get_by_role("button", name="Terminer l'accès").click()
    expect(page.locator("#messages")).to_contain_text("L'accès de Léa Martin se termine")
    sans_reproche(page, "structure_rgc")
    page.get_by_role("button", name="Se déconnecter").first.click()
    page.wait_for_url("**/connexion?motif=sortie")


def test_by_keyboard_the_content_is_one_step_away(page: Page, site: str, equipe: dict[str, Agent]) -> None:
    entrer(page, site, "Claire Dupont")
    page.goto(f"{site}/structure")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Contenu")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_without_javascript_the_narrow_menu_is_open(browser: Browser, site: str, equipe: dict[str, Agent]) -> None:
    contexte = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = contexte.new_page()
    entrer(page, site, "Claire Dupont")
    page.goto(f"{site}/compte")
    page.locator("#navigation").get_by_role("link", name="Structure").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mission locale d'essai")
    contexte.close()


def test_nothing_of_the_state_s_brand_is_borne(page: Page, site: str, equipe: dict[str, Agent]) -> None:
    demandes: list[str] = []
    page.on("request", lambda requete: demandes.append(requete.url))
    page.goto(f"{site}/connexion")
    page.wait_for_load_state("networkidle")
    assert not [d for d in demandes if "Marianne" in d or "favicon" in d]
    assert "République" not in page.content()
    assert "Source Sans 3" in page.evaluate("getComputedStyle(document.body).fontFamily")


def test_the_state_s_own_services_bear_it(page: Page, site: str, settings: Any) -> None:
    settings.MARQUE_DE_L_ETAT = True
    page.goto(f"{site}/connexion")
    expect(page.get_by_role("banner")).to_contain_text("République Française")
    assert "Marianne" in page.evaluate("getComputedStyle(document.body).fontFamily")
    sans_reproche(page, "marque_de_l_etat")
