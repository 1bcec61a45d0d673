"""The one box in a real browser: a mistyped person found by the keyboard alone, wide and narrow, clean for axe."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.jeunes.test_nir import nir
from tests.web.axe import sans_reproche_ici

pytestmark = pytest.mark.django_db(transaction=True)
NUMERO = nir("2030537261001")


@pytest.fixture
def ici(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def moi(ici: str) -> Agent:
    return fabriques.agent(fabriques.structure())


@pytest.fixture
def chez(moi: Agent) -> Structure:
    return moi.affectations.get().structure


@pytest.fixture
def elise(moi: Agent, chez: Structure) -> Dossier:
    ailleurs = fabriques.structure(nom_usuel="Mission locale d'à côté")
    with perimetre(ailleurs.pk):
        fabriques.dossier(
            ailleurs, jeune_nom_naissance="Lefèvre", jeune_prenom="Elsa", jeune_naissance=date(2003, 2, 1)
        )
    with perimetre(chez.pk):
        commun: dict[str, Any] = {"jeune_naissance": date(2003, 5, 1), "adresse_commune_id": "37261"}
        fabriques.dossier(chez, moi, jeune_nom_naissance="Lefebvre", jeune_prenom="Élise", **commun)
        return fabriques.dossier(
            chez, moi, jeune_nom_naissance="Lefèvre", jeune_prenom="Élise", jeune_nir=NUMERO, **commun
        )


def entrer(page: Page, moi: Agent, ici: str) -> Page:
    client = Client()
    client.force_login(moi)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": ici}])
    return page


@pytest.fixture
def entree(page: Page, moi: Agent, ici: str) -> Page:
    return entrer(page, moi, ici)


@pytest.mark.parametrize("largeur", [1440, 390])
def test_une_personne_mal_tapee_au_clavier_seul(entree: Page, ici: str, elise: Dossier, largeur: int) -> None:
    entree.set_viewport_size({"width": largeur, "height": 900})
    entree.goto(f"{ici}/portefeuille/")
    clavier = entree.keyboard
    clavier.press("/")
    case = entree.locator("[data-imilo-recherche] input[type=search]:visible")
    expect(case).to_be_focused()
    clavier.type("elise lefbvre 2003", delay=10)
    reponses = entree.locator(".imilo-propositions__cadre:visible")
    expect(reponses.locator(".imilo-personne")).to_have_count(2)
    expect(reponses).to_contain_text("orthographe proche")
    sans_reproche_ici(entree, f"propositions_{largeur}")
    clavier.press("ArrowDown")
    clavier.press("ArrowDown")
    expect(reponses.locator(".imilo-personne").nth(1)).to_be_focused()
    clavier.press("ArrowUp")
    clavier.press("ArrowUp")
    expect(case).to_be_focused()
    clavier.press("ArrowDown")
    cible = reponses.locator(".imilo-personne").nth(0).get_attribute("href")
    clavier.press("Enter")
    entree.wait_for_url(f"**{cible}")
    assert "Lefe" in entree.content()


def test_echap_revient_a_la_case_puis_ferme(entree: Page, ici: str, elise: Dossier) -> None:
    entree.goto(f"{ici}/portefeuille/")
    entree.keyboard.press("/")
    entree.keyboard.type("lefevre")
    expect(entree.locator(".imilo-propositions .imilo-personne").first).to_be_visible()
    entree.keyboard.press("ArrowDown")
    entree.keyboard.press("Escape")
    expect(entree.locator("#recherche-q")).to_be_focused()
    expect(entree.locator(".imilo-propositions__cadre")).to_have_count(0)
    expect(entree.locator("#recherche-q")).to_have_value("lefevre")


def test_la_barre_oblique_reste_une_lettre_dans_un_champ(entree: Page, ici: str, elise: Dossier) -> None:
    entree.goto(f"{ici}/dossiers/nouveau")
    entree.locator("#id_naissance").focus()
    entree.keyboard.type("01/05/2003")
    expect(entree.locator("#id_naissance")).to_have_value("01/05/2003")


@pytest.mark.parametrize("largeur", [1440, 390])
def test_du_guichet_a_la_liste_entiere(entree: Page, ici: str, elise: Dossier, largeur: int) -> None:
    entree.set_viewport_size({"width": largeur, "height": 900})
    entree.goto(f"{ici}/accueil")
    entree.keyboard.press("Escape")
    entree.locator("h1").click()
    entree.keyboard.press("/")
    expect(entree.locator("#q")).to_be_focused()
    entree.keyboard.type("lefevre 2003", delay=10)
    expect(entree.locator("#resultats")).to_contain_text("Connu ici")
    expect(entree.locator("#resultats")).to_contain_text("Mission locale d'à côté")
    sans_reproche_ici(entree, f"guichet_{largeur}")
    entree.keyboard.press("Enter")
    entree.wait_for_url("**/accueil?q=lefevre*")
    entree.get_by_role("link", name="Voir tout, filtrer et trier").click()
    expect(entree.locator("tbody tr")).to_have_count(3)
    sans_reproche_ici(entree, f"tout_{largeur}")
    entree.locator("#id_ou").select_option("ici")  # the form submits itself
    expect(entree.locator("tbody tr")).to_have_count(2)
    entree.goto(f"{ici}/recherche?q=lefevre&ne_de=2010")
    sans_reproche_ici(entree, f"tout_vide_{largeur}")


def test_un_nir_n_est_jamais_dans_une_adresse(entree: Page, ici: str, elise: Dossier) -> None:
    adresses: list[str] = []
    entree.on("request", lambda requete: adresses.append(requete.url))
    entree.goto(f"{ici}/accueil")
    entree.locator("#q").press_sequentially(NUMERO)
    expect(entree.locator("#resultats")).to_contain_text("Connu ici")
    entree.keyboard.press("Enter")
    expect(entree.locator("#resultats")).to_contain_text("Connu ici")
    assert len(adresses) > 3
    assert [a for a in adresses if NUMERO[:7] in a] == []
    assert entree.url == f"{ici}/accueil"


def test_sans_javascript(browser: Browser, moi: Agent, ici: str, elise: Dossier) -> None:
    with browser.new_context(java_script_enabled=False) as contexte:
        page = entrer(contexte.new_page(), moi, ici)
        page.goto(f"{ici}/portefeuille/")
        page.locator("#recherche-q").fill("lefvre elise")
        page.locator("#recherche-q").press("Enter")
        page.wait_for_url("**/accueil?q=lefvre*")
        expect(page.locator("#resultats")).to_contain_text("Connu ici")
        page.locator("#resultats .imilo-personne").first.click()
        page.wait_for_url("**/dossiers/**")
