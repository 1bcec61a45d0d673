"""In a real browser: a double refused at the counter, a queue decided, a merge undone; nothing that axe finds."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Page, expect

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.doublons.models import Paire
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours.doublons.lignes import Remplissage, paire
from tests.web.axe import sans_reproche

pytestmark = pytest.mark.django_db(transaction=True)
NE_LE = {"jeune_naissance": date(2004, 5, 1)}


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
def deux(moi: Agent, structure: Structure) -> tuple[Dossier, Dossier]:
    with perimetre(structure.pk):
        un = fabriques.dossier(
            structure, moi, jeune_nom_naissance="Ndiaye", jeune_prenom="Awa", telephone="+33612345678", **NE_LE
        )
        autre = fabriques.dossier(
            structure, jeune_nom_naissance="N'Diaye", jeune_prenom="Awa", courriel="awa@exemple.fr", **NE_LE
        )
        remplir = Remplissage(moi, random.Random(1))
        remplir.tout(un)
        remplir.tout(autre)
        paire(un, autre)
    return un, autre


@pytest.fixture
def entree(page: Page, moi: Agent, ici: str) -> Page:
    """The browser of a signed-in counsellor."""
    client = Client()
    client.force_login(moi)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": ici}])
    return page


def test_a_double_is_refused_at_the_counter(entree: Page, ici: str, deux: tuple[Dossier, Dossier]) -> None:
    entree.goto(f"{ici}/dossiers/nouveau")
    entree.fill("#id_nom_naissance", "Ndiaye")
    entree.fill("#id_prenom", "Awa")
    entree.get_by_label("Femme").check(force=True)
    entree.fill("#id_naissance", "02/05/2004")
    entree.fill("#id_telephone", "06 12 34 56 78")
    entree.get_by_role("button", name="Ouvrir le dossier").click()
    expect(entree.get_by_role("heading", name="Cette personne a peut-être déjà un dossier")).to_be_visible()
    expect(entree.locator(".imilo-doublon")).to_contain_text("Ce qui diffère : date de naissance")
    sans_reproche(entree)
    entree.get_by_role("link", name=f"C'est cette personne : voir le dossier {deux[0]}").click()
    entree.wait_for_url(f"**/dossiers/{deux[0]}/")


def test_a_queue_is_decided_merged_and_undone(
    entree: Page, ici: str, deux: tuple[Dossier, Dossier], structure: Structure, moi: Agent
) -> None:
    garde, absorbe = deux
    with perimetre(structure.pk):
        autre = fabriques.dossier(structure, jeune_nom_naissance="Ndiayé", jeune_prenom="Awa", **NE_LE)
        paire(garde, autre, force=3)
    entree.goto(f"{ici}/ma-journee")
    entree.get_by_role("link", name="2 paires de dossiers à comparer").click()
    expect(entree.get_by_role("link", name="Comparer")).to_have_count(2)
    sans_reproche(entree)

    entree.get_by_role("link", name="Comparer").last.click()
    entree.get_by_role("button", name="Deux personnes différentes").click()
    expect(entree.locator("#messages")).to_contain_text("La question ne sera plus posée.")
    entree.get_by_role("link", name="Comparer").click()
    sans_reproche(entree)
    entree.get_by_label(f"{garde}, accueilli").check(force=True)
    entree.get_by_role("button", name="Préparer la fusion").click()
    expect(entree.get_by_role("heading", name=f"Fusionner le dossier {absorbe} dans le {garde}")).to_be_visible()
    sans_reproche(entree)
    entree.locator("#choix-nom_naissance-absorbe").check(force=True)
    entree.get_by_role("button", name="Fusionner les deux dossiers").click()
    entree.wait_for_url(f"**/dossiers/{garde}/")
    expect(entree.locator("main")).to_contain_text("N'Diaye")

    entree.goto(f"{ici}/dossiers/{absorbe}/")
    expect(entree).to_have_url(f"{ici}/dossiers/{garde}/")
    entree.get_by_role("link", name="Voir la fusion").click()
    expect(entree.get_by_role("heading", name="Défaire cette fusion ?")).to_be_visible()
    sans_reproche(entree)
    entree.get_by_role("button", name="Défaire la fusion").click()
    entree.wait_for_url(f"**/dossiers/{absorbe}/")
    expect(entree.locator("#messages")).to_contain_text("a retrouvé tout ce qu'il avait")
    with perimetre(structure.pk):
        assert Dossier.objects.count() == 3


def test_a_question_to_another_structure_and_its_answer(
    entree: Page, ici: str, structure: Structure, moi: Agent
) -> None:
    la = fabriques.structure()
    with perimetre(la.pk):
        sien = fabriques.dossier(la, jeune_nom_naissance="N'Diaye", jeune_prenom="Hawa", **NE_LE)
    with perimetre(structure.pk), connection.cursor() as curseur:
        mien = fabriques.dossier(structure, moi, jeune_nom_naissance="Ndiaye", jeune_prenom="Awa", **NE_LE)
        curseur.execute("SELECT doublons_noter(%s, %s, 'probable', 8)", [mien.pk, sien.jeune_id])
        numero = Paire.objects.get().pk
    entree.goto(f"{ici}/doublons/{numero}/")
    sans_reproche(entree)
    entree.get_by_role("button", name="Poser la question").click()
    expect(entree.get_by_role("alert")).to_contain_text("Remplissez ce champ.")
    entree.fill("#id_mot", "Même mère, même adresse")
    entree.get_by_role("button", name="Poser la question").click()
    expect(entree.locator("main")).to_contain_text("La question est posée.")

    voisin = Client()
    voisin.force_login(fabriques.agent(la))
    cookie = voisin.cookies[settings.SESSION_COOKIE_NAME].value
    entree.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": ici}])
    entree.goto(f"{ici}/doublons/")
    entree.get_by_role("link", name="Répondre").click()
    expect(entree.locator("main")).to_contain_text("« Même mère, même adresse »")
    sans_reproche(entree)
    entree.get_by_label("Oui, la même personne").check(force=True)
    entree.fill("#id_mot", "Oui, c'est elle")
    entree.get_by_role("button", name="Envoyer la réponse").click()
    expect(entree.locator("main")).to_contain_text("Séparer de nouveau les personnes")
    sans_reproche(entree)
