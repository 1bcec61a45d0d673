"""From the first reception to an allowance decided, in the browser, as a counsellor; and what another counsellor,
with the same profile and a caseload of their own in another structure, can see of it: nothing.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pikepdf
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from imilo.acteurs.cles_api import creer_cle
from imilo.acteurs.models import FamilleApi
from imilo.api.operateurs.schemas import DossierOperateur
from tests.parcours_complet.marche import (
    Marche,
    accueillir,
    contracter,
    justifier,
    orienter,
    saisir_un_acte,
    saisir_une_situation,
)
from tests.parcours_complet.personnes import Distribution, distribuer, se_connecter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def distribution(transactional_db: None) -> Distribution:
    return distribuer()


@pytest.fixture
def marche(page: Page, live_server: Any, distribution: Distribution) -> Marche:
    page.set_viewport_size({"width": 1440, "height": 900})
    se_connecter(page, live_server.url, distribution.conseillere)
    return Marche(page, live_server.url)


@pytest.fixture
def ailleurs(browser: Browser, live_server: Any, distribution: Distribution) -> Iterator[Marche]:
    """Another browser, on a telephone, for the counsellor of the other structure."""
    contexte = browser.new_context(viewport={"width": 390, "height": 844})
    page = contexte.new_page()
    se_connecter(page, live_server.url, distribution.ailleurs)
    yield Marche(page, live_server.url)
    contexte.close()


def allouer(m: Marche, contrat: str) -> None:
    """Step 9: the resources of this month, the amount step by step, decided, notified."""
    code = f"{timezone.localdate():%Y-%m}"
    m.page.goto(f"{contrat}/allocations/")
    m.verifier("Mois du contrat")
    m.page.goto(f"{contrat}/allocations/{code}/ressources")
    m.choisir(ressources__0__nature="salaire")
    m.remplir(ressources__0__montant="600,00")
    m.verifier("Ressources")
    m.envoyer("Calculer l'allocation", rf"/allocations/{code}/$")
    m.voir("(600,00 − 300,00)")
    m.verifier("Allocation préparée")
    m.aller("Décider")
    m.verifier("Décider l'allocation")
    if m.page.locator('[name="avant_la_fin"]').count():
        m.cocher("avant_la_fin")
    m.envoyer("Prendre la décision", rf"/allocations/{code}/$")
    m.voir("Décidée, à notifier")
    m.verifier("Allocation décidée")
    m.aller("Noter la remise du courrier")
    m.choisir(moyen="MAIN_PROPRE")
    m.verifier("Notification de l'allocation")
    m.envoyer("Enregistrer la notification", rf"/allocations/{code}/$")
    m.voir("Notifiée")


def lire_les_pdf(m: Marche, numero: str, contrat: str) -> list[str]:
    """The contract and the letter, downloaded as the counsellor does. Returns their addresses."""
    adresses = []
    for page in (contrat, f"{contrat}/allocations/{timezone.localdate():%Y-%m}/"):
        m.page.goto(page)
        lien = m.page.locator(f'main a[href*="/dossiers/{numero}/documents/"]').first.get_attribute("href")
        assert lien
        reponse = m.page.request.get(m.site + lien)
        assert reponse.headers["content-type"] == "application/pdf"
        with pikepdf.open(io.BytesIO(reponse.body())) as pdf:
            assert str(pdf.Root.Lang).startswith("fr")
            assert pdf.open_metadata()["pdfuaid:part"] == "1"
        adresses.append(lien)
    return adresses


def terminer(m: Marche, numero: str, contrat: str) -> None:
    """Step 10: the contract ends with a motive, the dossier goes *en veille*."""
    m.page.goto(f"{contrat}/terminer")
    m.verifier("Fin du contrat")
    m.remplir(fin_le=f"{timezone.localdate():%Y-%m-%d}")
    motif = m.page.locator('main select[name="motif"] option').nth(2).get_attribute("value")
    m.choisir(motif=str(motif))
    if m.page.locator('[name="precision"]').count():
        m.remplir(precision="Autre projet")
    m.cocher("suite", "en_veille")
    m.cocher("confirmation")
    m.envoyer("Terminer le contrat", r"/contrats/\d+$")
    m.page.goto(f"{m.site}/dossiers/{numero}/")
    m.voir("En veille")
    m.verifier("Dossier en veille")


def travailler_ailleurs(m: Marche, distribution: Distribution) -> None:
    """The other counsellor has a caseload and works on it."""
    numero = str(distribution.dossier_ailleurs)
    m.page.goto(f"{m.site}/dossiers/{numero}/")
    m.voir("Yannis Hoarau")
    m.verifier("Dossier, téléphone")
    m.page.goto(f"{m.site}/dossiers/{numero}/actes/nouveau")
    m.choisir(type="ACCOMPAGNEMENT", modalite="TELEPHONE", theme="LOGEMENT")
    m.remplir(duree="20", compte_rendu="Point au téléphone")
    m.envoyer("Enregistrer l'acte", rf"/dossiers/{numero}/$")


def test_dix_etapes(marche: Marche, ailleurs: Marche, distribution: Distribution) -> None:
    numero = accueillir(marche)
    justifier(marche, numero)
    saisir_un_acte(marche, numero)
    saisir_une_situation(marche, numero)
    orienter(marche, numero)
    contrat = contracter(marche, numero)
    allouer(marche, contrat)
    pdf = lire_les_pdf(marche, numero, contrat)
    marche.page.goto(f"{marche.site}/portefeuille/")
    marche.voir("Morvanec")
    marche.verifier("Portefeuille")
    terminer(marche, numero, contrat)

    lu_par_l_api(marche.site, numero)

    travailler_ailleurs(ailleurs, distribution)
    rien_ne_se_voit(ailleurs, numero, [*marche.visitees, *pdf])


def lu_par_l_api(site: str, numero: str) -> None:
    """The dossier made in the browser, as another system reads it."""
    _, secret = creer_cle(None, famille=FamilleApi.DOSSIER, nom="Application CEJ", structure=None)
    reponse = httpx.get(f"{site}/api/sue/dossiers/{numero}", headers={"X-Gravitee-Api-Key": secret})
    assert reponse.status_code == 200
    corps = reponse.json()
    DossierOperateur.model_validate(corps, strict=True)
    assert corps["nomNaissance"] == corps["nomUsage"] == "Morvanec"
    assert corps["numeroDE"] == "4053956Z"
    assert corps["mail"] == "lina.morvanec@jeunes.example"
    assert corps["adresse"]["commune"] == "Tours"
    assert corps["accompagnementCEJ"]["dateDebut"] == date.today().isoformat()
    assert corps["accompagnementCEJ"]["dateFinReelle"] == date.today().isoformat()
    assert [s["codeRomePremierMetier"] for s in corps["situations"]] == ["G1602"]


def rien_ne_se_voit(m: Marche, numero: str, chemins: list[str]) -> None:
    """404 on each page of the dossier; nothing of it in any list; its existence only at the counter."""
    du_dossier = [c for c in chemins if f"/dossiers/{numero}" in c]
    assert len(du_dossier) > 15
    for chemin in du_dossier:
        reponse = m.page.goto(m.site + chemin)
        assert reponse is not None
        assert reponse.status == 404, chemin
        assert "Morvanec" not in m.page.content(), chemin
    m.verifier("Page introuvable")
    for liste in ("/ma-journee", "/portefeuille/"):
        m.page.goto(m.site + liste)
        assert "Morvanec" not in m.page.content(), liste
        m.verifier(liste)
    m.page.goto(f"{m.site}/accueil?q=morvanec")
    m.voir("Mission locale de Tours")
    assert numero not in m.page.content()
