"""In a real browser: from a list of school leavers to the first appointment; axe clean, wide and narrow."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from imilo.acteurs.models import Agent, Structure
from imilo.echanges.connecteurs.listes.models import Import
from imilo.echanges.connecteurs.listes.services import traiter
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.arrivees.models import Arrivee, Etat
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.web.axe import sans_reproche

pytestmark = pytest.mark.django_db(transaction=True)

COLONNES = (
    "version;identifiant;nom_naissance;prenom;sexe;date_naissance;telephone;code_postal;code_commune;"
    "dernier_etablissement_uai;dernier_etablissement_nom;classe;date_sortie;representant_1_nom;representant_1_telephone"
)
LIGNES = (
    "1;E1;Belkacem;Inès;F;12/03/2009;0612345678;37000;37261;0370001A;Lycée Balzac;2nde;30/06/2026;N. Roy;0247000000",
    "1;E2;Roy;Théo;M;2008-11-02;0612345679;37000;37261;0370001A;Lycée Balzac;CAP;30/06/2026;;",
    "1;E3;Dupré;Zoé;F;31/02/2009;;;;0370001A;;;30/06/2026;;",
)


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
def entree(page: Page, moi: Agent, ici: str) -> Page:
    client = Client()
    client.force_login(moi)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": ici}])
    return page


def test_d_une_liste_au_premier_rendez_vous(
    entree: Page, ici: str, moi: Agent, structure: Structure, tmp_path: Path
) -> None:
    fichier = tmp_path / "sorties.csv"
    fichier.write_text("\n".join([COLONNES, *LIGNES]), encoding="cp1252")
    entree.goto(f"{ici}/arrivees/")
    expect(entree.get_by_text("Aucune arrivée pour l'instant.")).to_be_visible()
    entree.get_by_role("link", name="Charger une liste").first.click()
    sans_reproche(entree)
    entree.set_input_files("#id_fichier", str(fichier))
    entree.get_by_role("button", name="Charger").click()
    expect(entree.get_by_text("Vous pouvez quitter cette page")).to_be_visible()
    sans_reproche(entree)
    with perimetre(structure.pk):
        recu = Import.objects.get()
    traiter(recu.pk, structure.pk)  # what the worker does; the page sees it by itself
    expect(entree.get_by_role("rowheader", name="4")).to_be_visible()
    expect(entree.get_by_text("« 31/02/2009 » n'est pas une date")).to_be_visible()
    sans_reproche(entree)
    entree.get_by_role("link", name="Voir les arrivées à travailler").click()
    sans_reproche(entree)
    entree.get_by_role("link", name="Belkacem Inès").click()
    sans_reproche(entree)
    _noter_un_appel_sans_reponse(entree)
    _prendre_le_rendez_vous(entree)
    with perimetre(structure.pk):
        arrivee = Arrivee.objects.select_related("dossier__jeune").get(cle="E1")
        assert arrivee.etat == Etat.CLOSE
        assert arrivee.dossier is not None
        assert str(arrivee.dossier.jeune) == "Inès Belkacem"
        rdv = RendezVous.objects.get(dossier=arrivee.dossier)
        assert (rdv.agent_id, rdv.debut.astimezone(structure.zone).hour) == (moi.pk, 10)
    entree.goto(f"{ici}/ma-journee")
    expect(entree.get_by_role("link", name="Théo Roy")).to_be_visible()
    sans_reproche(entree)


def _noter_un_appel_sans_reponse(page: Page) -> None:
    page.get_by_label("Ce qu'il en est").select_option("sans_reponse")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("La tentative est notée.")).to_be_visible()


def _prendre_le_rendez_vous(page: Page) -> None:
    page.get_by_label("Ce qu'il en est").select_option("rdv_pris")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert").first).to_be_focused()  # the slot is missing: it is shown, open
    sans_reproche(page)
    jour: date = timezone.localdate() + timedelta(days=7)
    page.locator("#id_rdv-jour").fill(f"{jour:%Y-%m-%d}")
    page.locator("#id_rdv-heure").fill("10:00")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Le rendez-vous est pris.")).to_be_visible()
    sans_reproche(page)


def test_ouvrir_un_dossier_deja_rempli_sans_javascript(entree: Page, ici: str, structure: Structure) -> None:
    from imilo.echanges.connecteurs.listes.services import deposer
    from imilo.parcours.arrivees.models import Source

    with perimetre(structure.pk):
        contenu = "\n".join([COLONNES, LIGNES[0]]).encode()
        recu = deposer(None, structure=structure, source=Source.DECROCHEURS, nom="l.csv", contenu=contenu)
    traiter(recu.pk, structure.pk)
    assert entree.context.browser is not None
    nu = entree.context.browser.new_context(java_script_enabled=False, storage_state=entree.context.storage_state())
    page = nu.new_page()
    page.goto(f"{ici}/arrivees/")
    page.get_by_role("link", name="Belkacem Inès").click()
    page.get_by_role("link", name="Ouvrir un dossier, déjà rempli").click()
    expect(page.locator("#id_nom_naissance")).to_have_value("Belkacem")
    page.get_by_role("button", name="Ouvrir le dossier").click()
    expect(page.get_by_text("prenez maintenant le premier rendez-vous")).to_be_visible()
    nu.close()


def test_une_liste_quelconque_choisit_ses_colonnes(
    entree: Page, ici: str, structure: Structure, tmp_path: Path
) -> None:
    fichier = tmp_path / "forum.csv"
    fichier.write_text(
        "Nom;Prénom;Né le;Portable\nMARTIN;Léo;3/4/2007;0611223344\nR0Y;Léa;1/1/2007;\n", encoding="cp1252"
    )
    entree.goto(f"{ici}/arrivees/listes")
    entree.get_by_label("Autre liste").check(force=True)
    entree.set_input_files("#id_fichier", str(fichier))
    entree.get_by_role("button", name="Charger").click()
    expect(entree.get_by_label("Nom de naissance")).to_have_value("nom")
    entree.get_by_role("button", name="Essayer sans rien enregistrer").click()
    expect(entree.get_by_text("1 personne à ajouter, 0 déjà dans la liste")).to_be_visible()
    sans_reproche(entree)
    entree.get_by_role("button", name="Charger la liste").click()
    expect(entree.get_by_text("Vous pouvez quitter cette page")).to_be_visible()
    with perimetre(structure.pk):
        assert Import.objects.get().colonnes["telephone"] == "portable"


def test_confier_annuler_et_se_tromper_de_dossier(entree: Page, ici: str, moi: Agent, structure: Structure) -> None:
    from tests.web.arrivees.test_arrivees import arriver

    for nom in ("Aubry", "Belkacem"):
        arriver(structure, nom=nom)
    entree.goto(f"{ici}/arrivees/?source=decrocheurs")
    entree.get_by_role("button", name="Tout cocher").click()
    entree.get_by_label("Confier les arrivées cochées à").select_option(str(moi.pk))
    sans_reproche(entree)
    entree.get_by_role("button", name="Confier").click()
    expect(entree.get_by_text("2 arrivées sont confiées à")).to_be_visible()
    assert entree.url.endswith("?source=decrocheurs")
    sans_reproche(entree)
    entree.get_by_role("link", name="Répartitions faites").click()
    expect(entree.get_by_role("cell", name="Faite")).to_be_visible()
    sans_reproche(entree)
    entree.get_by_role("link", name="Confiées à").click()
    sans_reproche(entree)
    entree.get_by_role("button", name="Annuler pour 2 arrivées").click()
    expect(entree.get_by_text("C'est annulé pour 2 arrivées.")).to_be_visible()
    sans_reproche(entree)
    entree.goto(f"{ici}/arrivees/?source=decrocheurs")
    entree.get_by_role("link", name="Aubry Inès").click()
    entree.get_by_text("Rattacher à un dossier qui existe").click()
    entree.get_by_label("Numéro du dossier").fill("1234567")
    entree.get_by_role("button", name="Rattacher").click()
    expect(entree.get_by_label("Numéro du dossier")).to_have_value("1234567")
    sans_reproche(entree)
    entree.get_by_label("Ce qu'il en est").select_option("scolarite")
    entree.get_by_role("button", name="Enregistrer").click()
    expect(entree.get_by_role("heading", name="Terminée : de nouveau scolarisé")).to_be_visible()
    sans_reproche(entree)
    entree.get_by_role("link", name="Noter une autre tentative").click()
    expect(entree.get_by_label("Ce qu'il en est")).to_be_visible()


def test_qui_est_deja_connu_se_rattache_d_un_clic(entree: Page, ici: str, structure: Structure) -> None:
    """Status, evidence and dossier on the report, on the list and on the page; one here, one elsewhere."""
    from imilo.echanges.connecteurs.listes.services import deposer
    from imilo.parcours.arrivees.models import Source

    autre = fabriques.structure(telephone="+33247000099")
    qui: dict[str, Any] = {"jeune_nom_naissance": "Roy", "jeune_prenom": "Théo", "jeune_naissance": date(2008, 11, 2)}
    with perimetre(structure.pk):
        dossier = fabriques.dossier(
            structure, telephone="+33612345678", jeune_nom_naissance="Belkacem", jeune_prenom="Inès",
            jeune_naissance=date(2008, 3, 12),
        )  # fmt: skip
        contenu = "\n".join([COLONNES, *LIGNES]).encode()
        recu = deposer(None, structure=structure, source=Source.DECROCHEURS, nom="l.csv", contenu=contenu)
    with perimetre(autre.pk):
        fabriques.dossier(autre, **qui)
    traiter(recu.pk, structure.pk)
    for nom, adresse in (("rapport", f"arrivees/listes/{recu.pk}"), ("arrivees", "arrivees/")):
        entree.goto(f"{ici}/{adresse}")
        expect(entree.get_by_role("link", name=f"dossier {dossier}")).to_be_visible()
        expect(entree.get_by_text("À vérifier").nth(1)).to_be_visible()
        sans_reproche(entree, nom)
    entree.get_by_role("link", name="Roy Théo").click()
    expect(entree.get_by_text(autre.nom[1:])).to_be_visible()
    expect(entree.get_by_role("button", name="Lire ce dossier")).to_be_visible()
    sans_reproche(entree, "connu-ailleurs")
    entree.go_back()
    entree.get_by_role("link", name="Belkacem Inès").click()
    sans_reproche(entree, "connu-ici")
    entree.get_by_role("button", name="C'est la même personne : rattacher").click()
    expect(entree.get_by_text(f"Cette arrivée est rattachée au dossier {dossier}.")).to_be_visible()
