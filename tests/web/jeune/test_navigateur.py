"""The door and the assessment in a real browser: a telephone's width, no JavaScript, by keyboard, nothing for axe."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.diagnostics.models import Commentaire, Diagnostic
from imilo.parcours.diagnostics.services import (
    AppreciationSaisie,
    ContrainteSaisie,
    ThemeSaisi,
    etablir_diagnostic,
)
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.liens.services import envoyer_lien
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.objets_liens import code_recu, jeton_recu
from tests.web.axe import sans_reproche

pytestmark = pytest.mark.django_db(transaction=True)
# Where to keep pictures of the pages, when somebody wants to look at them (the tests forget IMILO_… variables).


@pytest.fixture
def site(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def structure(site: str) -> Structure:
    return fabriques.structure()


@pytest.fixture
def agent(structure: Structure) -> Agent:
    return fabriques.agent(structure, nom="Larivaud", prenom="Camille")


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(structure, agent, telephone="+33612345678", courriel="lou@exemple.fr")


@pytest.fixture
def diagnostic(agent: Agent, dossier: Dossier) -> Diagnostic:
    """Two versions, with something in each section."""
    mobilite = ContrainteSaisie(
        "mobilite", "oui", "fort", True, "Vit loin du bourg",
        situations={"permis_absent": "oui"}, objectifs={"passer_permis": "en_cours"},
    )  # fmt: skip
    with perimetre(dossier.structure_id):
        for jours, valeur in ((30, "besoin"), (0, "point_fort")):
            d = etablir_diagnostic(
                agent, dossier, etabli_le=timezone.localdate() - timedelta(days=jours), synthese="Pour l'équipe",
                objectifs="Trouver un apprentissage en cuisine, près de chez moi.", avec_la_personne=True,
                themes=[ThemeSaisi("EMPLOI", valeur, "Deux stages"), ThemeSaisi("FORMATION", "besoin", "Un CAP")],
                contraintes=[mobilite, ContrainteSaisie("logement", "cloturee", "moyen")],
                appreciations=[AppreciationSaisie("numerique_demarches", "aide")], metiers=["G1602"],
            )  # fmt: skip
    return d


def test_from_the_sms_to_the_answer_on_a_telephone(
    page: Page, site: str, agent: Agent, dossier: Dossier, diagnostic: Diagnostic
) -> None:
    with perimetre(dossier.structure_id):
        envoyer_lien(agent, dossier, genre="diagnostic", objet_id=diagnostic.pk)
    page.goto(f"{site}/l/{jeton_recu(dossier.structure_id)}")
    sans_reproche(page, "jeune_porte")
    page.get_by_role("button", name="Recevoir mon code").click()
    page.get_by_label("Votre code à 6 chiffres").fill("12")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("6 chiffres")
    sans_reproche(page, "jeune_code_faux")
    page.get_by_label("Votre code à 6 chiffres").fill(code_recu(dossier.structure_id))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre diagnostic")
    expect(page.locator("main")).not_to_contain_text("Pour l'équipe")
    sans_reproche(page, "jeune_diagnostic")
    page.get_by_text("En partie", exact=True).click()
    page.get_by_role("button", name="Envoyer mon avis").click()
    expect(page.get_by_role("alert")).to_contain_text("ce qui ne va pas")
    expect(page.get_by_label("En partie", exact=True)).to_be_checked()
    sans_reproche(page, "jeune_diagnostic_refuse")
    page.get_by_label("Ce que vous voulez dire à votre conseiller").fill("J'ai eu mon code mardi.")
    page.get_by_role("button", name="Envoyer mon avis").click()
    expect(page.get_by_role("status")).to_contain_text("Merci, c'est envoyé")
    sans_reproche(page, "jeune_diagnostic_merci")
    page.get_by_role("button", name="Quitter").click()
    expect(page.get_by_role("button", name="Recevoir mon code")).to_be_visible()


def test_without_javascript_and_by_keyboard(
    browser: Browser, site: str, agent: Agent, dossier: Dossier, diagnostic: Diagnostic
) -> None:
    with perimetre(dossier.structure_id):
        envoyer_lien(agent, dossier, genre="diagnostic", objet_id=diagnostic.pk)
    contexte = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = contexte.new_page()
    page.goto(f"{site}/l/{jeton_recu(dossier.structure_id)}")
    page.get_by_role("button", name="Recevoir mon code").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Votre code à 6 chiffres").focus()
    page.keyboard.type(code_recu(dossier.structure_id))
    page.keyboard.press("Enter")
    page.get_by_label("Oui", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Envoyer mon avis").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Merci")
    contexte.close()
    with perimetre(dossier.structure_id):
        assert Commentaire.objects.get().accord == "oui"


def test_a_link_that_is_cut_says_what_to_do(page: Page, site: str) -> None:
    reponse = page.goto(f"{site}/l/abc")
    assert reponse is not None
    assert reponse.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce lien n'existe pas")
    sans_reproche(page, "jeune_inconnu")


def test_the_counsellor_s_side(page: Page, site: str, agent: Agent, dossier: Dossier, diagnostic: Diagnostic) -> None:
    client = Client()
    client.force_login(agent)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
    page.goto(f"{site}/dossiers/{dossier}/diagnostic")
    sans_reproche(page, "diagnostic")
    page.get_by_text("Établir un nouveau diagnostic").click()
    page.locator("summary", has_text="Santé").click()
    sans_reproche(page, "diagnostic_formulaire")
    page.get_by_role("button", name="Envoyer le lien").click()
    expect(page.get_by_text("Le lien est parti par SMS")).to_be_visible()
    page.get_by_role("link", name="Comparer avec la version précédente").click()
    expect(page.get_by_text("1 donnée a changé")).to_be_visible()
    sans_reproche(page, "diagnostic_comparer")
    page.goto(f"{site}/bac-a-sable/messages")
    sans_reproche(page, "boite")
