"""The full file in a real browser: in place, by keyboard, without JavaScript, at 390 px, nothing that axe finds."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.models import Experience, Justificatif, Logement, MetierVise
from imilo.parcours.fiche.rubriques import PAR_CODE
from imilo.parcours.fiche.services import demandes, documents, donnees, equipe
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.fichiers import un_pdf
from tests.parcours.fiche.exemples import EXEMPLES
from tests.web.axe import sans_reproche, sans_reproche_ici

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ici(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def moi(ici: str) -> Agent:
    return fabriques.agent(fabriques.structure(), Profil.DIRECTION)


@pytest.fixture
def structure(moi: Agent) -> Structure:
    return moi.affectations.get().structure


@pytest.fixture
def dossier(moi: Agent, structure: Structure) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(
            structure, moi, jeune_naissance=date(2004, 5, 1), jeune_nir="2040537001001", telephone="+33612345678"
        )


@pytest.fixture
def remplie(moi: Agent, structure: Structure, dossier: Dossier) -> Dossier:
    """The same with something everywhere."""
    with perimetre(structure.pk):
        for code, valeurs in EXEMPLES.items():
            donnees.ajouter(moi, dossier, PAR_CODE[code], valeurs=valeurs)
        etiquette = equipe.creer_etiquette(moi, structure, nom="Projet vélo")
        equipe.etiqueter(moi, dossier, etiquettes=[etiquette.pk])
        equipe.ecrire_note(moi, dossier, texte="Un mot " * 60, portee="restreinte")
        equipe.lier(moi, dossier, autre=fabriques.dossier(structure, moi), nature="fratrie")
        demande = demandes.saisir_demande(moi, dossier, theme="LOGEMENT", texte="Un toit", le=date(2026, 3, 1))
        demandes.repondre(moi, demande, intitule="Résidence", le=date(2026, 3, 2))
        documents.deposer(moi, dossier, type="rib", titre="Mon rib", contenu=un_pdf(), expire_le=date(2026, 4, 1))
    return dossier


@pytest.fixture
def entree(page: Page, moi: Agent, ici: str) -> Page:
    """The browser of a signed-in director."""
    client = Client()
    client.force_login(moi)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": ici}])
    return page


def test_a_section_is_filled_corrected_and_confirmed_in_place_by_keyboard(
    entree: Page, ici: str, dossier: Dossier, structure: Structure
) -> None:
    entree.goto(f"{ici}/dossiers/{dossier}/fiche/")
    entree.evaluate("window.temoin = true")
    section = entree.locator("#rubrique-logement")
    section.locator("summary").focus()
    entree.keyboard.press("Enter")
    section.get_by_role("link", name="Remplir").focus()
    entree.keyboard.press("Enter")
    expect(entree.locator("#id_logement_type")).to_be_focused()
    entree.keyboard.type("Hébergé")
    section.get_by_label("Hébergé(e) par").fill("Un ami")
    section.get_by_label("Depuis le").fill("2098-01-01")
    sans_reproche_ici(entree)
    section.get_by_role("button", name="Enregistrer").click()
    # Refused: read first, at its field, and nothing typed is lost.
    expect(section.get_by_role("alert")).to_be_focused()
    expect(section.get_by_label("Hébergé(e) par")).to_have_value("Un ami")
    sans_reproche_ici(entree)
    section.get_by_label("Depuis le").fill("2026-01-01")
    section.get_by_role("button", name="Enregistrer").dblclick()
    expect(section.get_by_role("status")).to_be_focused()
    expect(section).to_contain_text("Hébergé(e) par des amis, un tiers")
    section.get_by_role("link", name="Modifier").click()
    section.get_by_label("Hébergé(e) par").fill("Sa tante")
    section.get_by_role("link", name="Ne rien changer").click()
    expect(section).to_contain_text("Un ami")
    section.get_by_role("button", name="Confirmer").click()
    expect(section).to_contain_text("C'est confirmé.")
    assert entree.evaluate("window.temoin") is True  # the page itself never left
    with perimetre(structure.pk):
        assert Logement.objects.get().version == 1


def test_a_job_is_found_by_its_name(entree: Page, ici: str, dossier: Dossier, structure: Structure) -> None:
    entree.goto(f"{ici}/dossiers/{dossier}/fiche/metiers/ajouter")
    entree.locator("#id_metiers_rome").press_sequentially("commis de cui")
    expect(entree.locator("#metiers option").first).to_have_attribute("value", "G1602 Commis / Commise de cuisine")
    entree.fill("#id_metiers_rome", "G1602 Commis / Commise de cuisine")
    entree.get_by_role("button", name="Enregistrer").click()
    entree.wait_for_url("**/fiche/#rubrique-metiers")
    with perimetre(structure.pk):
        assert MetierVise.objects.get().rome == "G1602"


def test_the_iban_shows_in_place_when_asked(entree: Page, ici: str, remplie: Dossier) -> None:
    entree.goto(f"{ici}/dossiers/{remplie}/fiche/")
    section = entree.locator("#rubrique-compte")
    expect(section).to_contain_text("FR76 •••• 189")
    section.get_by_role("link", name="Afficher le numéro").click()
    expect(section.get_by_role("status")).to_have_text("IBAN : FR76 3000 6000 0112 3456 7890 189")


def test_no_page_overflows_nor_is_reproached(entree: Page, ici: str, remplie: Dossier, structure: Structure) -> None:
    with perimetre(structure.pk):
        experience, piece = Experience.objects.get(), Justificatif.objects.get()
        vide = fabriques.dossier(structure)
    base = f"/dossiers/{remplie}"
    for adresse in (
        f"{base}/fiche/",
        f"/dossiers/{vide}/fiche/",
        f"{base}/fiche/experiences/{experience.pk}",
        f"{base}/fiche/experiences/{experience.pk}/historique",
        f"{base}/fiche/experiences/{experience.pk}/retirer",
        f"{base}/fiche/mobilite/ajouter",
        f"{base}/demandes/",
        f"{base}/demandes/?theme=SANTE",
        f"{base}/demandes/nouvelle",
        f"/dossiers/{vide}/demandes/",
        f"{base}/documents/",
        f"{base}/documents/deposer",
        f"{base}/documents/{piece.pk}/modifier",
        f"/dossiers/{vide}/documents/",
        f"{base}/notes/nouvelle",
        f"{base}/etiquettes",
        f"{base}/liens/nouveau",
        "/etiquettes/",
        f"{base}/",
        "/ma-journee",
    ):
        assert (reponse := entree.goto(ici + adresse)) is not None
        assert reponse.status == 200, adresse
        sans_reproche(entree)


def test_everything_works_without_javascript(
    entree: Page, ici: str, dossier: Dossier, structure: Structure, tmp_path: Path
) -> None:
    assert entree.context.browser is not None
    nu = entree.context.browser.new_context(java_script_enabled=False, storage_state=entree.context.storage_state())
    page = nu.new_page()
    page.goto(f"{ici}/dossiers/{dossier}/fiche/")
    page.locator("#rubrique-logement summary").click()
    page.locator("#rubrique-logement").get_by_role("link", name="Remplir").click()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("Remplissez ce champ")
    page.select_option("#id_logement_type", "fjt")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url("**/fiche/#rubrique-logement")
    page.locator("#rubrique-logement").get_by_role("button", name="Confirmer").click()
    expect(page.locator("#rubrique-logement")).to_contain_text("Foyer ou résidence pour jeunes")
    page.goto(f"{ici}/dossiers/{dossier}/documents/deposer")
    faux = tmp_path / "../rib.pdf.exe"
    faux.write_bytes(b"MZ programme")
    page.select_option("#id_type", "rib")
    page.set_input_files("#id_fichier", faux)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("n'est pas un PDF")
    expect(page.locator("#id_type")).to_have_value("rib")
    vrai = tmp_path / "rib.pdf"
    vrai.write_bytes(un_pdf())
    page.set_input_files("#id_fichier", vrai)
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url("**/documents/")
    with page.expect_download() as telecharge:
        page.get_by_role("link", name="rib.pdf", exact=True).click()
    assert telecharge.value.suggested_filename == "rib-pdf.pdf"
    with perimetre(structure.pk):
        assert (Logement.objects.count(), Justificatif.objects.count()) == (1, 1)
    nu.close()
