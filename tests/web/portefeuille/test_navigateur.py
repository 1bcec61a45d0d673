"""The caseload in a real browser: give many dossiers and take them back, a search of one's own, a column chosen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.portefeuilles.models import Lot, Remplacement
from imilo.parcours.portefeuilles.services.vues import garder_recherche
from imilo.socle.perimetre import perimetre
from tests import fabriques
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
def awa(structure: Structure) -> Agent:
    return fabriques.agent(structure, prenom="Awa", nom="Diallo")


@pytest.fixture
def moi(structure: Structure, awa: Agent) -> Agent:
    moi = fabriques.agent(structure, Profil.DIRECTION, prenom="Claire", nom="Dupont")
    le = aujourd_hui(structure)
    with perimetre(structure.pk):
        for n, nom in enumerate(("Abel", "Bara", "Cora", "Diop", "Ebel")):
            fabriques.dossier(
                structure, moi, jeune_nom_naissance=nom, premier_accueil=le - timedelta(days=60 + n),
                referent_depuis=le - timedelta(days=60), telephone="+33612345678",
            )  # fmt: skip
        fabriques.dossier(structure, None, jeune_nom_naissance="Orphelin")
    return moi


@pytest.fixture
def entree(page: Page, moi: Agent, ici: str) -> Page:
    client = Client()
    client.force_login(moi)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": ici}])
    return page


def referents(structure: Structure, *noms: str) -> set[str]:
    with perimetre(structure.pk):
        return {str(d.referent) for d in Dossier.objects.filter(jeune__nom_naissance__in=noms)}


def test_many_dossiers_are_given_then_taken_back(entree: Page, ici: str, structure: Structure) -> None:
    entree.goto(f"{ici}/portefeuille/")
    sans_reproche(entree, "liste")
    entree.get_by_role("button", name="Tout cocher").click()
    entree.get_by_label("Choisir Dominique Cora").uncheck()
    expect(entree.get_by_label("Pour")).to_contain_text("les dossiers cochés (4)")
    entree.get_by_label("Action groupée").select_option("Confier à Awa Diallo")
    entree.get_by_role("button", name="Vérifier avant d'agir").click()
    expect(entree.get_by_role("heading", name="Confier à Awa Diallo")).to_be_visible()
    expect(entree.get_by_role("region", name="Dossiers qui vont changer")).to_contain_text("Claire Dupont")
    sans_reproche(entree, "apercu")
    entree.get_by_role("button", name="Confier à Awa Diallo : 4 dossiers").dblclick()
    entree.wait_for_url("**/portefeuille/actions/*")
    expect(entree.get_by_text("c'est fait pour 4 dossiers")).to_be_visible()
    assert referents(structure, "Abel", "Bara", "Diop", "Ebel") == {"Awa Diallo"}
    sans_reproche(entree, "lot")
    with perimetre(structure.pk):
        Dossier.objects.filter(jeune__nom_naissance="Bara").update(referent=None, referent_depuis=None)
    entree.get_by_role("link", name="Annuler cette action").click()
    expect(entree.get_by_role("region", name="Dossiers qui resteront tels quels")).to_contain_text("Bara")
    sans_reproche(entree, "lot_annuler")
    entree.get_by_role("button", name="Annuler pour 3 dossiers").click()
    expect(entree.get_by_text("Action annulée pour 3 dossiers. Un dossier est resté tel quel.")).to_be_visible()
    assert referents(structure, "Abel", "Diop", "Ebel") == {"Claire Dupont"}
    assert referents(structure, "Bara") == {"None"}
    with perimetre(structure.pk):
        assert Lot.objects.count() == 1


def test_by_keyboard_alone_and_the_first_choice_forgotten(entree: Page, ici: str) -> None:
    entree.goto(f"{ici}/portefeuille/")
    entree.get_by_label("Choisir Dominique Abel").focus()
    entree.keyboard.press("Space")
    entree.get_by_role("button", name="Vérifier avant d'agir").focus()
    entree.keyboard.press("Enter")
    expect(entree.get_by_role("heading", name="Que faire de ces dossiers ?")).to_be_visible()
    sans_reproche(entree, "que_faire")
    entree.get_by_label("Action groupée").select_option("Mettre en veille")
    entree.get_by_role("button", name="Vérifier avant d'agir").press("Enter")
    expect(entree.get_by_role("button", name="Mettre en veille : 1 dossier")).to_be_visible()


def test_a_search_is_kept_under_a_name(entree: Page, ici: str) -> None:
    entree.goto(f"{ici}/portefeuille/")
    entree.get_by_label("Référent", exact=True).select_option("Sans référent")
    expect(entree.locator("#portefeuille")).to_contain_text("Orphelin")
    expect(entree.locator("#portefeuille")).not_to_contain_text("Abel")
    entree.get_by_role("link", name="Enregistrer cette recherche").click()
    sans_reproche(entree, "recherche_nouvelle")
    entree.get_by_label("Nom de la recherche").fill("À confier")
    entree.get_by_role("button", name="Enregistrer").click()
    expect(entree.get_by_text("La recherche « À confier » est enregistrée.")).to_be_visible()
    entree.goto(f"{ici}/portefeuille/")
    expect(entree.locator("#portefeuille")).to_contain_text("Abel")
    entree.get_by_role("link", name="À confier").click()
    expect(entree.locator("#portefeuille")).to_contain_text("Orphelin")
    expect(entree.locator("#portefeuille")).not_to_contain_text("Abel")
    entree.get_by_role("link", name="Gérer mes recherches").click()
    sans_reproche(entree, "recherches")
    entree.get_by_role("link", name="Supprimer").click()
    sans_reproche(entree, "recherche_supprimer")
    entree.get_by_role("button", name="Supprimer").click()
    expect(entree.get_by_text("Aucune recherche enregistrée.")).to_be_visible()


def test_a_column_is_chosen(entree: Page, ici: str) -> None:
    entree.goto(f"{ici}/portefeuille/?statut=tous")
    expect(entree.locator("thead")).not_to_contain_text("Téléphone")
    entree.get_by_role("link", name="Choisir les colonnes").click()
    sans_reproche(entree, "colonnes")
    entree.get_by_text("Téléphone", exact=True).click()
    entree.get_by_text("Complétude", exact=True).click()
    entree.get_by_role("button", name="Enregistrer").click()
    expect(entree.locator("thead")).to_contain_text("Téléphone")
    expect(entree.locator("thead")).not_to_contain_text("Complétude")
    expect(entree.locator("#portefeuille")).to_contain_text("06 12 34 56 78")
    assert "statut=tous" in entree.url


def test_other_pages_are_clean(entree: Page, ici: str, moi: Agent, awa: Agent, structure: Structure) -> None:
    le = aujourd_hui(structure)
    with perimetre(structure.pk):
        Remplacement.objects.create(structure=structure, remplace=awa, remplacant=moi, du=le, au=le, par=moi)
        garder_recherche(moi, structure=structure, nom="Mineurs", parametres={"age_max": "17"})
        dossier = Dossier.objects.get(jeune__nom_naissance="Abel")
    for nom, adresse in (
        ("filtres", "/portefeuille/?contact=30&age_max=30&f_contrat=aucun&referent=tous"),
        ("vide", "/portefeuille/?q=personne"),
        ("lots_vides", "/portefeuille/actions"),
        ("remplacements", "/portefeuille/remplacements"),
        ("remplacement_nouveau", "/portefeuille/remplacements/nouveau"),
        ("referent", f"/dossiers/{dossier}/referent"),
        ("journee", "/ma-journee"),
    ):
        reponse = entree.goto(ici + adresse)
        assert reponse is not None
        assert reponse.status == 200, adresse
        sans_reproche(entree, nom)


def test_without_javascript_all_of_it_works(entree: Page, ici: str, structure: Structure) -> None:
    assert entree.context.browser is not None
    nu = entree.context.browser.new_context(java_script_enabled=False, storage_state=entree.context.storage_state())
    page = nu.new_page()
    page.goto(f"{ici}/portefeuille/")
    page.get_by_text("Plus de filtres").click()
    page.get_by_label("Sans contact depuis (jours)").fill("62")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_label("Action groupée").select_option("Confier à Awa Diallo")
    page.get_by_label("Pour").select_option("liste")
    page.get_by_role("button", name="Vérifier avant d'agir").click()
    page.get_by_role("button", name="Confier à Awa Diallo : 3 dossiers").click()
    page.get_by_role("link", name="Annuler cette action").click()
    assert referents(structure, "Cora", "Diop", "Ebel") == {"Awa Diallo"}
    page.get_by_role("button", name="Annuler pour 3 dossiers").click()
    assert referents(structure, "Cora", "Diop", "Ebel") == {"Claire Dupont"}
    nu.close()
