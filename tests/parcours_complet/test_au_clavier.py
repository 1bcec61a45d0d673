"""The whole path of a counsellor with the keyboard alone, without ever losing sight of the focus."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.parcours_complet.clavier import ATTENTE, Clavier
from tests.parcours_complet.personnes import distribuer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clavier(page: Page, live_server: Any) -> Clavier:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.set_default_timeout(ATTENTE)
    distribuer()
    page.goto(f"{live_server.url}/connexion")
    return Clavier(page)


def voir(c: Clavier, texte: str) -> None:
    expect(c.page.get_by_role("main")).to_contain_text(texte, timeout=ATTENTE)


def se_connecter(c: Clavier) -> None:
    c.suivre("S'identifier avec ProConnect", "/bac-a-sable/")
    c.suivre("Se connecter comme Camille Larivaud", "/ma-journee")


def chercher(c: Clavier) -> None:
    """The skip link of the search, then the counter."""
    c.faire_le_tour()
    while (arret := c.avancer()) and arret.texte != "Recherche":
        assert arret.texte == "Contenu"
    c.touche("Enter")
    arret = c.avancer()
    assert arret
    assert arret.nom == "q"
    c.taper("Morvanec Lina")
    c.entrer("/accueil")
    voir(c, "Inconnu")
    # There the search box has the focus already.
    c.suivre("Ouvrir un dossier", r"/dossiers/nouveau\?q=", evitement=False)


def ouvrir(c: Clavier) -> str:
    """A new dossier; what is missing is said, and one step from its field."""
    c.cocher("sexe", "F")
    c.jusqu_a(texte="Ouvrir le dossier")
    c.entrer("/dossiers/nouveau$")
    expect(c.page.get_by_role("alert")).to_be_focused()
    c.jusqu_a(texte="Date de naissance")
    c.touche("Enter")
    c.remplir(naissance="12/03/2004", naissance_commune_texte="tours")
    c.choisir(nationalite="99100")
    c.remplir(telephone="06 12 34 56 78", courriel="lina.morvanec@jeunes.example")
    c.remplir(adresse_numero="4", adresse_voie="rue des Halles", adresse_commune_texte="37000")
    c.touche("Enter")
    expect(c.page.locator('[name="adresse_code_postal"]')).to_have_value("37000")
    c.dater("notice_remise_le", timezone.localdate())
    c.choisir(niveau_diplome="NV4")
    c.jusqu_a(texte="Ouvrir le dossier")
    c.entrer(r"/dossiers/\d{7}/$")
    voir(c, "Lina Morvanec")
    c.faire_le_tour()
    return c.page.url.rstrip("/").rsplit("/", 1)[1]


def saisir_un_acte(c: Clavier, dossier: str) -> None:
    c.suivre("Saisir un acte", "/actes/nouveau$")
    c.faire_le_tour()
    c.contenu()
    c.choisir(type="ACCOMPAGNEMENT", modalite="INDIVIDUEL", theme="EMPLOI")
    c.remplir(duree="45", compte_rendu="Cherche en cuisine.", proposition_1="Atelier CV")
    c.choisir(proposition_1_theme="EMPLOI")
    c.suivre("Enregistrer l'acte", dossier, evitement=False)
    voir(c, "Cherche en cuisine.")


def saisir_une_situation(c: Clavier, dossier: str) -> None:
    c.suivre("Toutes les situations", "/situations$")
    c.suivre("Nouvelle situation", "/situations/nouvelle$")
    c.contenu()
    c.choisir(categorie="Demandeur d'emploi")
    c.dater("debut", timezone.localdate().replace(month=1, day=13))
    c.suivre("Enregistrer", r"/situations$", evitement=False)
    c.suivre("Dossier", dossier)


def orienter(c: Clavier) -> None:
    """Orientation decided and notified, registration noted, a first assessment."""
    c.suivre("Orientation", "/orientation$")
    c.contenu()
    c.cocher("beneficiaire_rsa", "non")
    c.choisir(situation_emploi="moins_un_an")
    c.remplir(aspirations="La cuisine", numero_ft="4053956Z")
    c.dater("inscrit_ft_le", timezone.localdate())
    c.suivre("Enregistrer la décision", "/orientation$", evitement=False)
    c.suivre("Enregistrer la notification", "/notif")
    c.contenu()
    c.choisir(moyen="MAIN_PROPRE")
    c.suivre("Enregistrer la notification", "/orientation$", evitement=False)
    c.suivre("Diagnostic", "/diagnostic$")
    c.contenu()
    c.choisir(valeur_EMPLOI="besoin")
    c.remplir(texte_EMPLOI="Peu d'expérience", objectifs="Un premier emploi en cuisine")
    c.cocher("avec_la_personne")
    c.suivre("Enregistrer le diagnostic", "/diagnostic$", evitement=False)


def contracter(c: Clavier) -> None:
    """Eligibility, the contract, its signature on screen: a name typed, a box, Enter."""
    c.suivre("Éligibilité", "/cej/eligibilite$")
    c.contenu()
    c.cocher("etudiant", "non")
    c.cocher("en_formation", "non")
    c.cocher("difficulte_emploi_durable", "oui")
    c.remplir(difficulte_appreciation="Contrats courts, sans diplôme")
    c.suivre("Enregistrer les réponses", "/cej/eligibilite$", evitement=False)
    c.suivre("Préparer le contrat", "/cej/nouveau$")
    c.contenu()
    c.remplir(objectifs="Un premier emploi en cuisine", action_1_intitule="Atelier CV")
    c.choisir(action_1_categorie="recherche")
    c.cocher("logement", "hors_foyer_parental")
    c.choisir(foyer_fiscal="non_imposable")
    c.suivre("Préparer le contrat", r"/contrats/\d+$|/cej/\d+$", evitement=False)
    contrat = re.escape(c.page.url.split("#")[0])
    c.suivre("Signer le contrat", "/signer$")
    c.contenu()
    c.remplir(acceptation_jeune="Lina Morvanec")
    c.cocher("confirmation")
    c.suivre("Signer définitivement", contrat + "$", evitement=False)
    voir(c, "Télécharger le contrat signé")


def allouer(c: Clavier) -> None:
    """The resources of this month, the amount, decided and notified; back to the contract."""
    mois = f"{timezone.localdate():%Y-%m}"
    c.suivre("Allocations mois par mois", "/allocations/$")
    c.suivre("Déclarer les ressources", f"/allocations/{mois}/ressources$")
    c.contenu()
    c.choisir(ressources__0__nature="salaire")
    c.remplir(ressources__0__montant="600,00")
    c.suivre("Calculer l'allocation", f"/allocations/{mois}/$", evitement=False)
    voir(c, "(600,00 − 300,00)")
    c.suivre("Décider", "/decider$")
    c.contenu()
    if c.page.locator('[name="avant_la_fin"]').count():
        c.cocher("avant_la_fin")
    c.suivre("Prendre la décision", f"/allocations/{mois}/$", evitement=False)
    c.suivre("Noter la remise du courrier", "/notif")
    c.contenu()
    c.choisir(moyen="MAIN_PROPRE")
    c.suivre("Enregistrer la notification", f"/allocations/{mois}/$", evitement=False)
    voir(c, "Notifiée")


def terminer(c: Clavier, dossier: str) -> None:
    c.suivre("Dossier", dossier)
    c.suivre("Voir le contrat", r"/contrats/\d+$|/cej/\d+$")
    c.suivre("Terminer le contrat", "/terminer$")
    c.contenu()
    c.choisir(motif=str(c.page.locator('main select[name="motif"] option').nth(2).get_attribute("value")))
    c.cocher("suite", "en_veille")
    c.cocher("confirmation")
    c.suivre("Terminer le contrat", r"/contrats/\d+$|/cej/\d+$", evitement=False)
    c.suivre("Dossier", dossier)
    voir(c, "En veille")


def test_tout_le_parcours_au_clavier(clavier: Clavier) -> None:
    se_connecter(clavier)
    chercher(clavier)
    numero = ouvrir(clavier)
    dossier = rf"/dossiers/{numero}/$"
    saisir_un_acte(clavier, dossier)
    saisir_une_situation(clavier, dossier)
    orienter(clavier)
    contracter(clavier)
    allouer(clavier)
    terminer(clavier, dossier)


PIEGE = """<main><a href="#a">Un</a><button>Deux</button><button>Trois</button></main><script>
document.querySelector("button").addEventListener("keydown", (e) => {
  if (e.key === "Tab") { e.preventDefault(); document.querySelector("a").focus(); }
});</script>"""


@pytest.mark.parametrize(
    ("page_fautive", "dit"),
    [
        ("<style>:focus { outline: none }</style><main><a href='#a'>Un</a></main>", "the focus doesn't show"),
        ("<main><a href='#a' style='position: fixed; left: -99rem'>Un</a></main>", "out of the window"),
        (PIEGE, "reached one way only"),
    ],
)
def test_ce_que_le_clavier_refuse(page: Page, page_fautive: str, dit: str) -> None:
    page.set_content(page_fautive)
    with pytest.raises(AssertionError, match=dit):
        Clavier(page).faire_le_tour()
