"""A commune in a real browser: by keyboard, by mouse, on a telephone, without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.parcours_complet.personnes import distribuer, se_connecter
from tests.web.axe import fautes_d_axe

pytestmark = pytest.mark.django_db(transaction=True)
ADRESSE = "adresse_commune"


@pytest.fixture
def site(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def formulaire(page: Page, site: str) -> Page:
    se_connecter(page, site, distribuer().conseillere)
    page.goto(f"{site}/dossiers/nouveau")
    return page


def texte(page: Page, champ: str = ADRESSE) -> Any:
    return page.locator(f'[name="{champ}_texte"]')


def choix(page: Page, champ: str = ADRESSE) -> Any:
    return page.locator(f"#id_{champ}_choix label")


def test_down_shows_and_fills_enter_keeps(formulaire: Page) -> None:
    texte(formulaire).focus()
    formulaire.keyboard.type("saint", delay=10)
    expect(choix(formulaire)).to_have_count(8)
    assert all("(37)" in libelle for libelle in choix(formulaire).all_inner_texts())
    assert fautes_d_axe(formulaire) == []
    formulaire.keyboard.press("ArrowDown")
    expect(texte(formulaire)).to_have_value("Saint-Cyr-sur-Loire (37)")
    formulaire.keyboard.press("ArrowDown")
    expect(texte(formulaire)).to_have_value("Saint-Pierre-des-Corps (37)")
    formulaire.keyboard.press("Enter")
    expect(texte(formulaire)).to_be_focused()
    expect(choix(formulaire).first).to_be_hidden()
    expect(formulaire.locator('[name="adresse_code_postal"]')).to_have_value("37700")
    formulaire.keyboard.press("ArrowDown")
    expect(formulaire.locator(f'input[name="{ADRESSE}"]:checked')).to_be_focused()


def test_enter_takes_the_first_even_before_the_answer(formulaire: Page) -> None:
    texte(formulaire).focus()
    formulaire.keyboard.type("37100")
    formulaire.keyboard.press("Enter")
    expect(texte(formulaire)).to_have_value("Tours (37)")
    # The postal code typed, of the three that Tours has.
    expect(formulaire.locator('[name="adresse_code_postal"]')).to_have_value("37100")
    assert formulaire.url.endswith("/dossiers/nouveau")


def test_leaving_takes_what_the_text_can_only_mean(formulaire: Page) -> None:
    texte(formulaire, "naissance_commune").focus()
    formulaire.keyboard.type("tours")
    formulaire.keyboard.press("Tab")
    expect(texte(formulaire, "naissance_commune")).to_have_value("Tours (37)")
    texte(formulaire).focus()
    formulaire.keyboard.type("saint denis")
    expect(choix(formulaire).first).to_be_visible()
    texte(formulaire, "naissance_commune").focus()
    expect(texte(formulaire)).to_have_value("saint denis")  # there are several: nothing is chosen for anybody


def test_a_click_chooses_on_a_telephone_too(formulaire: Page) -> None:
    formulaire.set_viewport_size({"width": 390, "height": 844})
    texte(formulaire).press_sequentially("saint", delay=10)
    choix(formulaire).nth(2).click()
    expect(texte(formulaire)).to_have_value("Saint-Avertin (37)")
    expect(choix(formulaire).first).to_be_hidden()
    assert formulaire.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_without_javascript_nothing_is_lost(browser: Browser, site: str) -> None:
    contexte = browser.new_context(java_script_enabled=False)
    page = contexte.new_page()
    se_connecter(page, site, distribuer().conseillere)
    page.goto(f"{site}/dossiers/nouveau")
    page.fill('main [name="nom_naissance"]', "Morvanec")
    page.fill('main [name="prenom"]', "Lina")
    page.fill('main [name="naissance"]', "12/03/2004")
    page.get_by_text("Femme", exact=True).click()
    texte(page).fill("37210")  # Vouvray, Rochecorbon…
    texte(page, "naissance_commune").fill("tours")
    page.get_by_role("button", name="Ouvrir le dossier").click()
    expect(page.get_by_role("alert")).to_contain_text("Plusieurs communes répondent")
    expect(page.locator('main [name="nom_naissance"]')).to_have_value("Morvanec")
    choix(page).filter(has_text="Vouvray").click()
    page.get_by_role("button", name="Ouvrir le dossier").click()
    page.wait_for_url(re.compile(r"/dossiers/\d{7}/$"))
    expect(page.get_by_role("main")).to_contain_text("37210 Vouvray")
    contexte.close()
