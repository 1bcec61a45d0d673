"""From the first reception to an allowance decided, in the browser, as a counsellor; and what another counsellor,
with the same profile and a caseload of their own in another structure, can see of it: nothing.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Error, Page, expect

from imilo.acteurs.cles_api import creer_cle
from imilo.acteurs.models import FamilleApi
from imilo.api.operateurs.schemas import DossierOperateur
from tests.parcours_complet.personnes import Distribution, distribuer, se_connecter

pytestmark = pytest.mark.django_db(transaction=True)
AXE = Axe()
ATTENTE = 30_000  # milliseconds: machines of continuous integration are slow


class Marche:
    """A page that is checked by axe at each new address, and remembers where it went."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.visitees: list[str] = []
        page.set_default_timeout(ATTENTE)

    def verifier(self, nom: str) -> None:
        """No violation of accessibility on the page as it stands; it is remembered."""
        resultats = AXE.run(self.page)
        assert resultats.violations_count == 0, f"{nom} ({self.page.url}) : {resultats.generate_report()}"
        chemin = self.page.url.removeprefix(self.site)
        if chemin not in self.visitees:
            self.visitees.append(chemin)

    def remplir(self, **champs: str) -> None:
        for nom, valeur in champs.items():
            self.page.fill(f'main [name="{nom.replace("__", "-")}"]', valeur)

    def choisir(self, **champs: str) -> None:
        for nom, valeur in champs.items():
            self.page.select_option(f'main [name="{nom.replace("__", "-")}"]', valeur)

    def cocher(self, nom: str, valeur: str = "") -> None:
        # The design system draws the box over the input: the label is what people click.
        filtre = f'[value="{valeur}"]' if valeur else ""
        champ = self.page.locator(f'main input[name="{nom}"]{filtre}')
        self.page.locator(f'main label[for="{champ.get_attribute("id")}"]').click()

    def commune(self, nom: str, texte: str, libelle: str) -> None:
        """Type in a commune field and choose among what answers as one types."""
        self.page.locator(f'[name="{nom}_texte"]').press_sequentially(texte, delay=20)
        self.page.locator(f"#id_{nom}_choix label", has_text=re.compile(f"^\\s*{libelle}")).first.click()

    def envoyer(self, bouton: str, vers: str) -> None:
        """Submit with a button of the page, up to the address that matches `vers`."""
        try:
            with self.page.expect_navigation(url=re.compile(vers)):
                self.page.get_by_role("main").get_by_role("button", name=bouton, exact=True).click()
        except Error as erreur:
            refus = " | ".join(self.page.locator('[role="alert"]').all_inner_texts())
            raise AssertionError(f"{bouton} : resté sur {self.page.url}. {refus}") from erreur

    def aller(self, lien: str) -> None:
        self.page.get_by_role("main").get_by_role("link", name=lien).first.click()
        self.page.wait_for_load_state()

    def voir(self, texte: str) -> None:
        expect(self.page.get_by_role("main")).to_contain_text(texte, timeout=ATTENTE)


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


def accueillir(m: Marche) -> str:
    """Steps 1 to 3: the day, is she known, a new dossier. Returns its number."""
    m.verifier("Ma journée")
    m.page.fill("#recherche-q, input[name=q]", "Morvanec Lina")
    m.page.keyboard.press("Enter")
    m.page.wait_for_url("**/accueil**")
    m.voir("Inconnu")
    m.verifier("Accueil, personne inconnue")
    m.aller("Ouvrir un dossier")
    m.verifier("Nouveau dossier")
    m.remplir(nom_naissance="Morvanec", prenom="Lina", naissance="12/03/2004", telephone="06 12 34 56 78")
    m.cocher("sexe", "F")
    m.choisir(naissance_pays="99100", nationalite="99100", venue="FRANCE_TRAVAIL", niveau_diplome="NV4")
    m.commune("naissance_commune", "Tours", "Tours")
    m.remplir(courriel="lina.morvanec@jeunes.example", adresse_numero="4", adresse_voie="rue des Halles")
    m.commune("adresse_commune", "37000", "Tours")
    m.remplir(adresse_code_postal="37000", notice_remise_le=f"{timezone.localdate():%Y-%m-%d}")
    if not m.page.is_checked('[name="referent"]'):
        m.cocher("referent")
    m.envoyer("Ouvrir le dossier", r"/dossiers/\d{7}/$")
    m.voir("Lina Morvanec")
    m.verifier("Dossier")
    return m.page.url.rstrip("/").rsplit("/", 1)[1]


def justifier(m: Marche, numero: str) -> None:
    """Step 4: the identity document is seen."""
    m.page.goto(f"{m.site}/dossiers/{numero}/")
    m.aller("Justifier")
    m.verifier("Identité à justifier")
    m.choisir(piece_type="CNI")
    m.remplir(piece_numero="T7X62TZ79")
    m.envoyer("Justifier l'identité", rf"/dossiers/{numero}/$")
    m.voir("Justifié")


def saisir_un_acte(m: Marche, numero: str) -> None:
    """Step 5: one form, saved once, with what was proposed and the next appointment."""
    m.aller("Saisir un acte")
    m.verifier("Acte")
    m.choisir(type="ACCOMPAGNEMENT", modalite="INDIVIDUEL", theme="EMPLOI")
    m.remplir(duree="45", compte_rendu="Cherche en cuisine. <b>Très</b> motivée 🙂", proposition_1="Atelier CV")
    m.choisir(proposition_1_theme="EMPLOI")
    m.envoyer("Enregistrer l'acte", rf"/dossiers/{numero}/$")
    m.voir("Cherche en cuisine. <b>Très</b> motivée 🙂")


def saisir_une_situation(m: Marche, numero: str) -> None:
    """Step 6."""
    m.page.goto(f"{m.site}/dossiers/{numero}/situations")
    m.verifier("Situations")
    m.page.goto(f"{m.site}/dossiers/{numero}/situations/nouvelle")
    m.choisir(categorie="Demandeur d'emploi")
    m.remplir(debut="2025-09-01", rome_premier="G1602")
    m.verifier("Nouvelle situation")
    m.envoyer("Enregistrer", rf"/dossiers/{numero}/(situations)?$")


def orienter(m: Marche, numero: str) -> None:
    """Step 7: orientation decided and notified, registration noted, a first assessment."""
    m.page.goto(f"{m.site}/dossiers/{numero}/orientation")
    m.cocher("beneficiaire_rsa", "non")
    m.choisir(situation_emploi="moins_un_an")
    m.remplir(aspirations="La cuisine", numero_ft="4053956Z", inscrit_ft_le=f"{timezone.localdate():%Y-%m-%d}")
    m.verifier("Orientation")
    m.envoyer("Enregistrer la décision", r"/orientation$")
    m.aller("Enregistrer la notification")
    m.choisir(moyen="MAIN_PROPRE")
    m.verifier("Notification")
    m.envoyer("Enregistrer la notification", r"/orientation$")
    m.page.goto(f"{m.site}/dossiers/{numero}/diagnostic")
    m.choisir(valeur_EMPLOI="besoin")
    m.remplir(texte_EMPLOI="Peu d'expérience", objectifs="Un premier emploi en cuisine")
    m.cocher("avec_la_personne")
    m.verifier("Diagnostic")
    m.envoyer("Enregistrer le diagnostic", r"/diagnostic$")


def contracter(m: Marche, numero: str) -> str:
    """Step 8: eligibility point by point, the contract, its signature on screen. Returns its address."""
    m.page.goto(f"{m.site}/dossiers/{numero}/cej/eligibilite")
    m.cocher("etudiant", "non")
    m.cocher("en_formation", "non")
    m.cocher("difficulte_emploi_durable", "oui")
    m.remplir(difficulte_appreciation="Contrats courts, sans diplôme")
    m.envoyer("Enregistrer les réponses", r"/eligibilite$")
    m.voir("L. 5131-6")
    m.verifier("Éligibilité")
    m.page.goto(f"{m.site}/dossiers/{numero}/cej/nouveau")
    m.verifier("Contrat à préparer")
    m.remplir(objectifs="Un premier emploi en cuisine", action_1_intitule="Atelier CV")
    m.choisir(action_1_categorie="recherche")
    m.cocher("logement", "hors_foyer_parental")
    m.choisir(foyer_fiscal="non_imposable")
    m.envoyer("Préparer le contrat", r"/contrats/\d+$|/cej/\d+$")
    contrat = m.page.url
    m.verifier("Contrat préparé")
    m.page.goto(f"{contrat}/signer")
    m.verifier("Contrat à signer")
    m.remplir(acceptation_jeune="Lina Morvanec")
    m.cocher("confirmation")
    m.envoyer("Signer définitivement", re.escape(contrat) + "$")
    m.verifier("Contrat signé")
    return contrat


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
