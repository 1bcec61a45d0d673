"""In a real browser, wide and narrow: frames, telephone, what follows a contract; axe finds nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from imilo.acteurs.models import Agent
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.services import envoyer_a_signer, suspendre_contrat
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from imilo.web.jeune.acces import COOKIE
from tests import fabriques
from tests.objets_liens import ouvrir
from tests.parcours import parcours_cej as cej
from tests.parcours.contrats.test_cadres import preparer as preparer_cadre
from tests.web.axe import fautes_d_axe, sans_reproche
from tests.web.contrat.test_navigateur import entrer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ici(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def moi(ici: str) -> Agent:
    return fabriques.agent(fabriques.structure(), Profil.DIRECTION, representant_legal=True)


@pytest.fixture
def dossier(moi: Agent) -> Dossier:
    structure = moi.affectations.get().structure
    with perimetre(structure.pk):
        return fabriques.dossier(
            structure, moi, jeune_prenom="Lola", jeune_nom_naissance="Diallo", telephone="+33612345678"
        )


def controler(page: Page, adresse: str, nom: str) -> None:
    page.goto(adresse)
    sans_reproche(page, nom)


def test_les_pages_des_contrats(context: BrowserContext, moi: Agent, ici: str, dossier: Dossier) -> None:
    with perimetre(dossier.structure_id):
        contrat = cej.signer(moi, preparer_cadre(moi, dossier, Cadre.PACEA, periodicite=3))
        suspendre_contrat(moi, contrat, version=contrat.version, debut=contrat.debut, motif="volontariat")
        proche = aujourd_hui(dossier.structure) + timedelta(days=9)
        ContratEngagement.objects.filter(pk=contrat.pk).update(actualiser_avant_le=proche)
    page = entrer(context, moi, ici)
    sien = f"{ici}/dossiers/{dossier}/contrats/{contrat.pk}"
    controler(page, sien, "contrat-pacea")
    controler(page, f"{sien}/prolonger", "prolonger")
    page.get_by_label("Nouveau dernier jour").fill((contrat.fin_prevue + timedelta(days=20)).isoformat())
    page.get_by_role("button", name="Prolonger").click()
    expect(page.get_by_role("heading", name="Ce qui va changer")).to_be_visible()
    sans_reproche(page, "prolonger-confirmer")
    page.get_by_role("button", name="Corriger").click()
    expect(page.get_by_label("Nouveau dernier jour")).to_be_visible()
    controler(page, f"{sien}/actualiser", "actualiser")
    controler(page, f"{sien}/phases", "phase")
    controler(page, f"{ici}/contrats", "contrats-structure")
    controler(page, f"{ici}/contrats/financements", "financements")
    page.get_by_role("button", name="Tout cocher").press("Enter")
    page.get_by_label("Financées par").select_option("etat")
    page.get_by_role("button", name="Enregistrer (2)").press("Enter")
    expect(page.get_by_text("2 actions complétées.")).to_be_visible()
    sans_reproche(page, "financements-aucun")
    controler(page, f"{ici}/dossiers/{dossier}/contrats/decisions", "decisions")
    controler(page, f"{ici}/dossiers/{dossier}/recours/nouveau", "recours")


def test_choisir_un_cadre_et_le_preparer(context: BrowserContext, moi: Agent, ici: str, dossier: Dossier) -> None:
    page = entrer(context, moi, ici)
    controler(page, f"{ici}/dossiers/{dossier}/contrats/nouveau", "cadres")
    controler(page, f"{ici}/dossiers/{dossier}/contrats/nouveau?cadre=pacea", "preparer-pacea")


def test_signer_sur_un_telephone(context: BrowserContext, moi: Agent, ici: str, dossier: Dossier) -> None:
    with perimetre(dossier.structure_id):
        contrat = cej.preparer(moi, dossier)
        envoyer_a_signer(moi, contrat, version=contrat.version)
    client = Client()
    chemin = ouvrir(client, "signature", dossier, objet_id=contrat.pk)
    context.add_cookies([{"name": COOKIE, "value": client.cookies[COOKIE].value, "url": ici}])
    page = context.new_page()
    controler(page, ici + chemin, "jeune-contrat")
    page.get_by_label("J'ai lu ce contrat").focus()
    page.keyboard.press("Space")
    page.get_by_label("Pour signer, écrivez").fill("Lola Diallo")
    page.get_by_role("button", name="Signer le contrat").press("Enter")
    expect(page.get_by_text("C'est signé, merci")).to_be_visible()
    assert fautes_d_axe(page) == []
    chez_moi = entrer(context, moi, ici)
    controler(chez_moi, f"{ici}/dossiers/{dossier}/contrats/{contrat.pk}/modifier", "modifier-signe")
    expect(chez_moi.get_by_label("Lola Diallo a signé le")).not_to_be_checked()
