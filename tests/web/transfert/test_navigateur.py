"""In a real browser, two structures: ask for a transfer, accept it, read the brief, read from the former structure."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.parcours.acces.models import AccesMotive
from imilo.parcours.dossiers.models import Acte, Dossier, Proposition
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.web.axe import sans_reproche

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ici(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def depart(ici: str) -> Structure:
    return fabriques.structure(nom_usuel="Mission locale de départ")


@pytest.fixture
def arrivee(ici: str) -> Structure:
    return fabriques.structure(nom_usuel="Mission locale d'arrivée")


@pytest.fixture
def dossier(depart: Structure) -> Dossier:
    referent = fabriques.agent(depart, nom="Partagas", prenom="Ana")
    with perimetre(depart.pk):
        dossier = fabriques.dossier(
            depart, referent, jeune_nom_naissance="Mouvant", jeune_prenom="Lou", telephone="+33612345678"
        )
        commun: dict[str, Any] = {"dossier": dossier, "structure": depart}
        acte = {"duree": 30, "type": "RELANCE", "modalite": "TELEPHONE", "theme": "EMPLOI", "agent": referent}
        fait = Acte.objects.create(**commun, **acte, le="2026-03-04", compte_rendu="Dit en confiance")
        Proposition.objects.create(**commun, acte=fait, theme="EMPLOI", intitule="Visite du CFA", le="2026-03-04")
    return dossier


def entrer(page: Page, agent: Agent, ici: str) -> None:
    """Sign the browser in as somebody else."""
    client = Client()
    client.force_login(agent)
    page.context.clear_cookies()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": ici}])


def test_transfer_a_dossier(page: Page, ici: str, depart: Structure, arrivee: Structure, dossier: Dossier) -> None:
    assert dossier.referent is not None
    entrer(page, dossier.referent, ici)
    page.goto(f"{ici}/dossiers/{dossier}/")
    page.get_by_role("link", name="Transférer à une autre structure").click()
    sans_reproche(page, "transfert-demander")
    page.get_by_label("Vers quelle structure").select_option(label=str(arrivee))
    page.get_by_text("La personne déménage").click()
    for quoi in ("Téléphones, courriel, adresse", "Propositions en cours", "Décisions d'orientation"):
        page.get_by_text(quoi).click()
    page.get_by_role("button", name="Demander le transfert").click()
    expect(page.get_by_text("Rien n'est transmis sans l'accord").first).to_be_visible()
    page.get_by_label("Comment elle l'a donné").select_option(label="Accord écrit et signé")
    page.get_by_role("button", name="Demander le transfert").click()
    expect(page.get_by_text("La demande est envoyée")).to_be_visible()

    accueillante = fabriques.agent(arrivee, nom="Recevoir", prenom="Rita")
    entrer(page, accueillante, ici)
    page.goto(f"{ici}/ma-journee")
    expect(page.get_by_role("heading", name="Transferts à répondre")).to_be_visible()
    page.get_by_role("link", name="Lou Mouvant").click()
    sans_reproche(page, "transferts")
    page.get_by_role("link", name="Accepter").click()
    page.get_by_label("Conseiller référent").select_option(label="Rita Recevoir")
    page.get_by_role("button", name="Reprendre le dossier").click()
    expect(page.get_by_role("heading", name="Note de passation")).to_be_visible()
    expect(page.get_by_text("Visite du CFA : proposée")).to_be_visible()
    sans_reproche(page, "passation")
    page.get_by_role("link", name="Lou Mouvant").first.click()
    expect(page.get_by_role("link", name="06 12 34 56 78")).to_be_visible()
    expect(page.get_by_text("Dit en confiance")).to_have_count(0)

    # The former référent reads the new dossier; theirs has ended.
    entrer(page, dossier.referent, ici)
    page.goto(f"{ici}/dossiers/{dossier}/")
    expect(page.get_by_text("L'accompagnement a pris fin")).to_be_visible()
    page.goto(f"{ici}/acces/")
    page.get_by_role("link", name="Lou Mouvant").click()
    expect(page.get_by_text("Lecture seule jusqu'au")).to_be_visible()
    sans_reproche(page, "acces-lecture")


def test_from_the_search_to_the_officer_s_list(
    page: Page, ici: str, depart: Structure, arrivee: Structure, dossier: Dossier
) -> None:
    entrer(page, fabriques.agent(arrivee), ici)
    page.goto(f"{ici}/accueil?q=Mouvant Lou 1/5/2004")
    page.get_by_role("button", name="Lire ce dossier").click()
    sans_reproche(page, "acces-demander")
    page.get_by_text("La personne se présente ici").click()
    page.get_by_role("button", name="Ouvrir le dossier").click()
    expect(page.get_by_role("heading", name="Lou Mouvant")).to_be_visible()
    expect(page.get_by_text("Dit en confiance")).to_have_count(0)
    with perimetre(depart.pk):
        assert AccesMotive.objects.count() == 1
    entrer(page, fabriques.agent(depart, Profil.DPD), ici)
    page.goto(f"{ici}/acces/recus")
    expect(page.get_by_text("La personne se présente ici").last).to_be_visible()
    sans_reproche(page, "acces-recus")


def test_a_restricted_dossier_says_whom_to_ask(page: Page, ici: str, depart: Structure, dossier: Dossier) -> None:
    direction = fabriques.agent(depart, Profil.DIRECTION, nom="Directeur", prenom="Dora")
    entrer(page, direction, ici)
    page.goto(f"{ici}/dossiers/{dossier}/")
    page.get_by_role("link", name="Restreindre l'accès").click()
    page.get_by_text("La personne est proche d'un agent").click()
    page.get_by_label("Jusqu'au").fill("2027-03-01")
    sans_reproche(page, "restriction")
    page.get_by_role("button", name="Restreindre").click()
    expect(page.get_by_text("est restreint jusqu'au 01/03/2027")).to_be_visible()
    sans_reproche(page, "restrictions")
    entrer(page, fabriques.agent(depart), ici)
    page.goto(f"{ici}/accueil?q=Mouvant Lou")
    expect(page.get_by_text("adressez-vous à Dora Directeur").first).to_be_visible()
    sans_reproche(page, "recherche-restreinte")
    assert page.goto(f"{ici}/dossiers/{dossier}/").status == 404  # type: ignore[union-attr]  # an answer, since the site runs
