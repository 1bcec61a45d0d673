"""In a real browser: by keyboard, in place, once, at 390 px, and with nothing that axe finds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.dossiers.models import Acte, Dossier, Situation
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.web.axe import sans_reproche, sans_reproche_ici

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ici(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def moi(ici: str) -> Agent:
    return fabriques.agent(fabriques.structure())


@pytest.fixture
def structure(moi: Agent) -> Structure:
    return moi.affectations.get().structure


@pytest.fixture
def dossier(moi: Agent, structure: Structure) -> Dossier:
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, moi, telephone="+33612345678")
        commun: dict[str, Any] = {"dossier": dossier, "structure": structure}
        acte = {"duree": 30, "type": "RELANCE", "modalite": "TELEPHONE", "theme": "EMPLOI", "agent": moi}
        for n in range(25):
            le = date(2026, 1, 1) + timedelta(days=n)
            Acte.objects.create(**commun, **acte, le=le, compte_rendu=f"Appel {n}. " + "x" * 900 * (n == 24))
        Situation.objects.create(**commun, categorie="Formation", debut=date(2026, 1, 1))
        RendezVous.objects.create(**commun, agent=moi, debut=timezone.now(), modalite="INDIVIDUEL")
    return dossier


@pytest.fixture
def entree(page: Page, moi: Agent, ici: str) -> Page:
    """The browser of a signed-in counsellor; an error of the console fails the test."""
    client = Client()
    client.force_login(moi)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": ici}])
    return page


def test_the_timeline_filters_in_place(entree: Page, ici: str, dossier: Dossier) -> None:
    entree.goto(f"{ici}/dossiers/{dossier}/")
    entree.evaluate("window.temoin = true")
    entree.get_by_role("link", name="Situations (1)").click()
    expect(entree.locator("#chronologie")).not_to_contain_text("Appel")
    expect(entree.locator("#chronologie")).to_contain_text("Formation : début")
    entree.get_by_role("link", name="Actes (25)").click()
    entree.get_by_role("link", name="Plus ancien").click()
    expect(entree.locator("#chronologie")).to_contain_text("Page 2 sur 2")
    assert entree.evaluate("window.temoin") is True  # the page itself never left


def test_an_act_is_entered_by_keyboard_and_sent_twice_is_one(
    entree: Page, ici: str, dossier: Dossier, structure: Structure
) -> None:
    entree.goto(f"{ici}/dossiers/{dossier}/actes/nouveau")
    expect(entree.locator("#id_type")).to_be_focused()
    clavier = entree.keyboard
    clavier.type("Entretien")
    clavier.press("Tab")
    clavier.type("Entretien")
    clavier.press("Tab")
    clavier.type("Logement")
    entree.locator("#id_compte_rendu").focus()
    clavier.insert_text("Un toit d'abord 🏠")
    entree.get_by_role("button", name="Enregistrer l'acte").dblclick()
    entree.wait_for_url(f"**/dossiers/{dossier}/")
    expect(entree.locator("#chronologie")).to_contain_text("Un toit d'abord 🏠")
    with perimetre(structure.pk):
        assert Acte.objects.filter(theme="LOGEMENT").count() == 1


def test_a_refusal_is_read_first_and_keeps_the_text(entree: Page, ici: str, dossier: Dossier) -> None:
    entree.goto(f"{ici}/dossiers/{dossier}/actes/nouveau")
    entree.fill("#id_compte_rendu", "Long récit")
    entree.fill("#id_duree", "0")
    entree.get_by_role("button", name="Enregistrer l'acte").click()
    expect(entree.get_by_role("alert")).to_be_focused()
    expect(entree.locator("#id_compte_rendu")).to_have_value("Long récit")
    sans_reproche_ici(entree)


def test_no_page_overflows_nor_is_reproached(entree: Page, ici: str, dossier: Dossier, structure: Structure) -> None:
    with perimetre(structure.pk):
        acte, situation, rdv = Acte.objects.first(), Situation.objects.get(), RendezVous.objects.get()
    assert acte is not None
    base = f"/dossiers/{dossier}"
    for adresse in (
        "/ma-journee",
        "/portefeuille/",
        "/portefeuille/?q=personne",
        f"{base}/",
        f"{base}/?genre=acte&page=2",
        f"{base}/actes/nouveau",
        f"{base}/actes/{acte.pk}",
        f"{base}/situations",
        f"{base}/situations/nouvelle",
        f"{base}/situations/{situation.pk}/fin",
        f"{base}/rendez-vous/nouveau",
        f"{base}/rendez-vous/{rdv.pk}",
        f"{base}/rendez-vous/{rdv.pk}/annuler",
        f"{base}/statut",
        f"{base}/referent",
    ):
        assert (reponse := entree.goto(ici + adresse)) is not None
        assert reponse.status == 200, adresse
        sans_reproche(entree)


def test_every_page_reads_and_submits_without_javascript(
    entree: Page, ici: str, dossier: Dossier, structure: Structure
) -> None:
    assert entree.context.browser is not None
    nu = entree.context.browser.new_context(java_script_enabled=False, storage_state=entree.context.storage_state())
    page = nu.new_page()
    page.goto(f"{ici}/dossiers/{dossier}/")
    page.get_by_role("link", name="Situations (1)").click()
    expect(page.locator("#chronologie")).to_contain_text("Formation : début")
    page.goto(f"{ici}/dossiers/{dossier}/situations/nouvelle")
    page.select_option("#id_categorie", "Emploi")
    page.fill("#id_debut", "2026-03-02")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url("**/situations")
    with perimetre(structure.pk):
        assert Situation.objects.filter(categorie="Emploi").exists()
    page.goto(f"{ici}/portefeuille/")
    page.get_by_role("link", name="Dernier contact").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    nu.close()
