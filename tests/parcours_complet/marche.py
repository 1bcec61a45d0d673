"""The walk itself: a page checked by axe at each new address, and the steps from the reception to a signed contract."""

from __future__ import annotations

import re

from django.utils import timezone
from playwright.sync_api import Error, Page, expect

from tests.web.axe import fautes_d_axe

ATTENTE = 30_000  # milliseconds: machines of continuous integration are slow


class Marche:
    """A page that is checked by axe at each new address, and remembers where it went."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.visitees: list[str] = []
        page.set_default_timeout(ATTENTE)

    def verifier(self, nom: str) -> None:
        """No violation of accessibility on the page as it stands; it is remembered."""
        fautes = fautes_d_axe(self.page)
        assert not fautes, f"{nom} ({self.page.url}) : {fautes}"
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
