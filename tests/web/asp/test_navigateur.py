"""In a browser: from a rejection in Ma journée to its correction, sent again and paid; axe clean, wide and narrow."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from imilo.acteurs.profils import Profil
from imilo.droit.delais import debut_du_mois, mois_plus
from imilo.echanges.connecteurs.asp import messages
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.services import suspendre_contrat
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.echanges.connecteurs.asp.scene import IBANS, Scene, ouvrir_la_scene
from tests.parcours import parcours_cej
from tests.web.axe import sans_reproche

pytestmark = pytest.mark.django_db(transaction=True)
MOIS = mois_plus(debut_du_mois(date.today()), -3)


@pytest.fixture
def ici(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def scene(ici: str, tmp_path: Path) -> Scene:
    scene = ouvrir_la_scene(tmp_path / "asp")
    contrats = [scene.contrat(MOIS.replace(day=7), iban=iban) for iban in (IBANS[0], IBANS[1], None)]
    for contrat, montant in zip(contrats, ("552.29", "312.40", "100.00"), strict=True):
        scene.decision(contrat, MOIS, montant)
    scene.consigne(rejets={f"ALLOC-{contrats[1].dossier.numero:07d}": ("1001", 1)})
    scene.aller_retour(date.today())
    return scene


@pytest.fixture
def entree(page: Page, scene: Scene, ici: str) -> Page:
    return entrer(page, scene, ici)


def entrer(page: Page, scene: Scene, ici: str) -> Page:
    client = Client()
    client.force_login(fabriques.agent(scene.structure, Profil.GESTIONNAIRE))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": ici}])
    return page


def test_d_un_rejet_a_son_paiement(entree: Page, scene: Scene, ici: str) -> None:
    entree.goto(f"{ici}/ma-journee")
    entree.get_by_role("link", name="1 ligne rejetée à corriger").click()
    sans_reproche(entree, "a-corriger")
    entree.get_by_role("button", name="Renvoyer les lignes cochées").click()
    expect(entree.get_by_text("Cochez au moins une ligne")).to_be_visible()
    entree.get_by_role("rowheader").get_by_role("link").click()
    expect(entree.get_by_text("Demandez un RIB à jour")).to_be_visible()
    sans_reproche(entree, "ligne")
    entree.get_by_role("button", name="C'est corrigé, renvoyer").focus()
    entree.keyboard.press("Enter")
    expect(entree.get_by_text("La ligne repartira au prochain envoi")).to_be_visible()
    scene.aller_retour(date.today())
    entree.get_by_role("link", name="Paiements", exact=True).first.click()
    expect(entree.get_by_text("Aucun IBAN")).to_be_visible()
    sans_reproche(entree, "accueil")
    entree.get_by_role("link", name="864,69 € payé").first.click()
    expect(entree.get_by_role("status")).to_contain_text("2 lignes")
    sans_reproche(entree, "lignes")


def test_les_fichiers_et_une_agence_absente(entree: Page, scene: Scene, ici: str) -> None:
    nom = f"CTR_{scene.structure.code}_20260101000000.csv"
    reponse = messages.ecrire_reponse(nom, [messages.Resultat(nom, 1, "0000")])
    (scene.asp.retrait / messages.nom_de_la_reponse(nom)).write_bytes(reponse)
    scene.echanger(date.today())
    scene.consigne(fermee=True)
    scene.asp_passe(date.today())
    scene.echanger(date.today(), malgre_l_attente=True)
    entree.goto(f"{ici}/paiements/")
    expect(entree.get_by_text("L'ASP est injoignable depuis le")).to_be_visible()
    sans_reproche(entree, "injoignable")
    entree.get_by_role("link", name="Fichiers (1 de côté)").click()
    expect(entree.get_by_text("que nous n'avons jamais envoyé")).to_be_visible()
    sans_reproche(entree, "fichiers")
    entree.get_by_role("link", name="Classer").click()
    sans_reproche(entree, "classer")
    entree.get_by_role("button", name="Classer ce retour").click()
    expect(entree.get_by_text("Le retour est classé")).to_be_visible()


def test_avenants_et_allocations_ponctuelles(page: Page, ici: str, tmp_path: Path) -> None:
    """A CEJ whose end and suspension were told; two one-off allowances of a PACEA, one beyond the year's ceiling."""
    scene, le = ouvrir_la_scene(tmp_path / "asp"), date.today()
    pacea = scene.contrat(MOIS.replace(day=7), cadre=Cadre.PACEA)
    cej = scene.contrat(MOIS.replace(day=8), iban=IBANS[1])
    trop, _ = (scene.pacea(pacea, MOIS.replace(day=jour), montant) for jour, montant in ((10, "150.00"), (20, "33.33")))
    scene.consigne(rejets={trop.reference: ("3007", 1)})
    scene.aller_retour(le)
    with perimetre(scene.structure.pk):
        suspendu = parcours_cej.relire(cej)
        suspendre_contrat(scene.conseillere, suspendu, version=suspendu.version, debut=le, motif="volontariat")
    scene.aller_retour(le)
    scene.finir(cej, le)
    scene.aller_retour(le)

    entrer(page, scene, ici)
    page.goto(f"{ici}/paiements/lignes")
    for objet in ("Avenant : le contrat finit le", "Avenant : suspendu du", "Allocation ponctuelle"):
        expect(page.get_by_role("cell", name=objet).first).to_be_visible()
    sans_reproche(page, "avenants-et-pacea")
    page.get_by_role("row", name="Avenant : le contrat finit").get_by_role("link").click()
    expect(page.get_by_text("Acceptée").first).to_be_visible()
    sans_reproche(page, "avenant")

    page.goto(f"{ici}/paiements/")
    expect(page.get_by_text("Plafond de l'année dépassé").first).to_be_visible()
    page.goto(f"{ici}/paiements/lignes?etat=a_corriger")
    page.get_by_role("rowheader").get_by_role("link").click()
    expect(page.get_by_text("la somme dépasse le plafond annuel (D. 5131-9)")).to_be_visible()
    sans_reproche(page, "ponctuelle-rejetee")
    page.get_by_role("link", name="Ouvrir la décision").click()
    expect(page.get_by_text("150,00").first).to_be_visible()
    page.goto(f"{ici}/paiements/lignes?etat=payee")
    expect(page.get_by_role("cell", name="33,33 €").first).to_be_visible()
