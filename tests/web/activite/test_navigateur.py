"""The week in a real browser: with the keyboard, at both widths, by the counsellor and by the young person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.parcours.activites.models import ActiviteDeclaree, EtatDeclaration
from imilo.parcours.activites.services import SituationRecue, recevoir_situation
from imilo.parcours.dossiers.models import Categorie, Dossier
from imilo.parcours.dossiers.services.situations import SituationSaisie, saisir_situation
from imilo.socle.perimetre import perimetre
from imilo.web.jeune.acces import COOKIE
from tests import fabriques
from tests.echanges.connecteurs.asp.scene import il_est
from tests.objets_liens import ouvrir
from tests.parcours import parcours_cej
from tests.web.activite.objets import declarer, rendez_vous
from tests.web.axe import sans_reproche

pytestmark = pytest.mark.django_db(transaction=True)
# Where to keep pictures of the pages, when somebody wants to look at them (the tests forget IMILO_… variables).


@pytest.fixture
def ici(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def structure(ici: str) -> Structure:
    return fabriques.structure(nom_usuel="Mission locale d'essai")


@pytest.fixture
def moi(structure: Structure) -> Agent:
    return fabriques.agent(structure, Profil.DIRECTION, prenom="Claire", nom="Dupont", representant_legal=True)


@pytest.fixture
def dossier(structure: Structure, moi: Agent) -> Dossier:
    """Under contract for four days: an appointment kept, one missed, two declarations that wait."""
    le = timezone.now().astimezone(structure.zone).date()
    with perimetre(structure.pk):
        suivi = fabriques.dossier(
            structure,
            moi,
            jeune_nom_naissance="Abel",
            premier_accueil=le - timedelta(days=60),
            telephone="+33612345678",
        )
        with il_est(le - timedelta(days=4)):
            parcours_cej.signer(moi, parcours_cej.preparer(moi, suivi))
        rendez_vous(suivi, moi, le - timedelta(days=1), "present")
        rendez_vous(suivi, moi, le - timedelta(days=2), "absent")
        for n in (1, 2):
            declarer(suivi, f"Candidatures {n}", le - timedelta(days=n))
    return suivi


@pytest.fixture
def entree(page: Page, moi: Agent, dossier: Dossier, ici: str) -> Page:
    client = Client()
    client.force_login(moi)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": ici}])
    return page


def test_des_heures_se_precisent_et_une_situation_recue_se_corrige_au_clavier(
    entree: Page, ici: str, structure: Structure, moi: Agent, dossier: Dossier
) -> None:
    le = timezone.now().astimezone(structure.zone).date()
    with perimetre(structure.pk):
        for libelle in ("CAP cuisine au lycée des métiers", "Remise à niveau"):
            saisir_situation(moi, dossier, saisie=SituationSaisie(Categorie.FORMATION, le, libelle=libelle))
        recue = SituationRecue(le, le, "EMPLOI", moi.courriel, "Forum de l'emploi")
        recevoir_situation("cle_api:1", dossier, recue=recue)
    entree.goto(f"{ici}/dossiers/{dossier}/activites")
    sans_reproche(entree, "heures_a_preciser")
    entree.get_by_label("Heures par semaine").first.fill("99")
    entree.keyboard.press("Enter")
    expect(entree.get_by_text("Écrivez un nombre de 60 ou moins.").first).to_be_visible()
    sans_reproche(entree, "heures_refusees")
    entree.get_by_label("Heures par semaine").first.fill("35")
    entree.keyboard.press("Enter")
    expect(entree.get_by_text("Les heures sont précisées")).to_be_visible()
    expect(entree.get_by_label("Heures par semaine")).to_have_count(1)
    entree.get_by_role("link", name="Corriger : Emploi").press("Enter")
    entree.get_by_label("Durée comptée").fill("60")
    entree.get_by_label("Pourquoi la corriger").fill("Une heure seulement.")
    entree.get_by_label("Pourquoi la corriger").press("Enter")
    expect(entree.get_by_text("La situation est corrigée")).to_be_visible()
    entree.get_by_role("link", name="Corriger : Emploi").press("Enter")
    expect(entree.get_by_text("Pourquoi : Une heure seulement.")).to_be_visible()
    sans_reproche(entree, "situation_recue")


def etats(structure: Structure) -> list[str]:
    with perimetre(structure.pk):
        return list(ActiviteDeclaree.objects.order_by("pk").values_list("etat", flat=True))


def test_a_week_is_examined_with_the_keyboard_and_undone(entree: Page, ici: str, structure: Structure) -> None:
    entree.goto(f"{ici}/semaine/")
    expect(entree.get_by_role("link", name="Semaine", exact=True)).to_have_attribute("aria-current", "page")
    sans_reproche(entree, "semaine")
    premiere = entree.get_by_role("checkbox").first
    premiere.focus()
    entree.keyboard.press("Space")
    expect(entree.get_by_role("button", name="Accepter (1)")).to_be_visible()
    entree.get_by_role("button", name="Tout cocher").press("Enter")
    entree.get_by_role("button", name="Accepter (2)").press("Enter")
    expect(entree.get_by_text("2 déclarations acceptées.")).to_be_visible()
    assert etats(structure) == [EtatDeclaration.ACCEPTEE] * 2
    sans_reproche(entree, "examen")
    entree.get_by_role("button", name="Annuler cet examen").press("Enter")
    expect(entree.get_by_text("2 déclarations à examiner de nouveau")).to_be_visible()
    assert etats(structure) == [EtatDeclaration.DECLAREE] * 2


def test_a_refusal_without_a_reason_says_so_and_keeps_the_ticks(entree: Page, ici: str, structure: Structure) -> None:
    entree.goto(f"{ici}/semaine/")
    entree.get_by_role("checkbox").first.check()
    entree.get_by_role("button", name="Refuser").click()
    expect(entree.get_by_role("alert").get_by_text("Dites pourquoi")).to_be_visible()
    expect(entree.get_by_role("checkbox").first).to_be_checked()
    sans_reproche(entree, "refus")
    entree.get_by_label("Si vous refusez, pourquoi").fill("Rien ne le montre")
    entree.get_by_role("button", name="Refuser").click()
    expect(entree.get_by_text("1 déclaration refusée.")).to_be_visible()
    assert sorted(etats(structure)) == [EtatDeclaration.DECLAREE, EtatDeclaration.REFUSEE]


def test_the_pages_of_one_young_person(entree: Page, ici: str, dossier: Dossier) -> None:
    adresse = f"{ici}/dossiers/{dossier}/activites"
    entree.goto(adresse)
    sans_reproche(entree, "dossier")
    entree.get_by_role("link", name="Écrire une activité").click()
    sans_reproche(entree, "ecrire")
    entree.goto(adresse)
    entree.get_by_role("link", name="Noter la raison").click()
    sans_reproche(entree, "absence")
    entree.get_by_label("Raison donnée").select_option("transport")
    entree.get_by_role("button", name="Enregistrer").click()
    expect(entree.get_by_text("L'absence est notée.")).to_be_visible()
    entree.get_by_role("link", name="Dire où elle en est").first.click()
    sans_reproche(entree, "action")
    entree.get_by_text("Faite", exact=True).click()
    entree.get_by_label("Ce qui le montre").fill("CV remis")
    entree.get_by_role("button", name="Enregistrer").click()
    expect(entree.get_by_text("Le plan d'action est à jour.")).to_be_visible()
    sans_reproche(entree, "suivi")


def test_the_young_person_s_page(page: Page, ici: str, dossier: Dossier) -> None:
    client = Client()
    adresse = ouvrir(client, "activite", dossier)
    page.context.add_cookies([{"name": COOKIE, "value": client.cookies[COOKIE].value, "url": ici}])
    page.goto(ici + adresse)
    sans_reproche(page, "jeune")
    page.get_by_label("Durée").select_option("120")
    page.get_by_label("Type d'activité").select_option("droits")
    page.get_by_label("Ce qui a été fait").fill("Dossier à la mairie")
    page.get_by_role("button", name="Envoyer à mon conseiller").click()
    expect(page.get_by_text("C'est envoyé")).to_be_visible()
    sans_reproche(page, "jeune_merci")
