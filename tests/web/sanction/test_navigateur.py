"""In a real browser, three people: a counsellor notes, the direction decides, another structure sees nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_sanction as ps
from tests.web.axe import sans_reproche

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ici(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def regler(monkeypatch: pytest.MonkeyPatch) -> ps.Regler:
    return ps.calendrier(monkeypatch)


Equipe = tuple[Agent, Agent]  # the counsellor, the director


@pytest.fixture
def structure(ici: str) -> Structure:
    return fabriques.structure(nom_usuel="Mission locale d'ici")


@pytest.fixture
def equipe(structure: Structure) -> Equipe:
    return (
        fabriques.agent(structure, nom="Partagas", prenom="Ana"),
        fabriques.agent(structure, Profil.DIRECTION, representant_legal=True, nom="Roche", prenom="Claire"),
    )


@pytest.fixture
def dossier(structure: Structure, equipe: Equipe, regler: ps.Regler) -> Dossier:
    conseillere, directrice = equipe
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, conseillere, jeune_nom_naissance="Mouvant", jeune_prenom="Lou")
        ps.contrat_signe(regler, directrice, conseillere, dossier)
    return dossier


def entrer(page: Page, agent: Agent, ici: str) -> None:
    """Sign the browser in as somebody else."""
    client = Client()
    client.force_login(agent)
    page.context.clear_cookies()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": ici}])


def repondre(page: Page, question: str, reponse: str) -> None:
    page.get_by_role("group", name=question).get_by_text(reponse, exact=True).click()


def noter_et_examiner(page: Page, dossier: Dossier, ici: str) -> str:
    """Returns the address of the procedure."""
    page.goto(f"{ici}/dossiers/{dossier}/sanctions/")
    sans_reproche(page, "sanction-dossier-vide")
    page.get_by_role("link", name="Noter un manquement").last.click()
    sans_reproche(page, "sanction-noter")
    page.get_by_role("button", name="Noter le manquement").click()
    expect(page.get_by_role("alert")).to_contain_text("Remplissez ce champ.")
    page.get_by_text("Engagements du contrat non tenus").click()
    page.get_by_label("Constaté le").fill("2026-03-02")
    page.get_by_label("Comment a-t-il été vu").select_option(label="Une absence")
    page.get_by_label("Les faits").fill("Absente à trois ateliers, sans prévenir.")
    page.get_by_role("button", name="Noter le manquement").click()
    adresse = page.url
    page.get_by_role("link", name="Examiner").click()
    sans_reproche(page, "sanction-examiner")
    repondre(page, "La personne a-t-elle une raison légitime", "Non")
    page.get_by_label("Ce qu'elle a répondu").fill("N'a pas répondu à trois appels.")
    repondre(page, "A-t-elle droit à l'allocation", "Oui")
    repondre(page, "Reçoit-elle une allocation de chômage", "Non")
    repondre(page, "Est-elle bénéficiaire du RSA", "Non")
    page.get_by_role("button", name="Enregistrer l'examen").click()
    expect(page.get_by_text("de 30 % à la totalité").first).to_be_visible()
    sans_reproche(page, "sanction-examinee")
    return adresse


def decider(page: Page, adresse: str) -> None:
    page.goto(adresse)
    expect(page.get_by_text("30 mars 2026").first).to_be_visible()
    page.get_by_role("link", name="Décider").click()
    page.get_by_label("Pourquoi").fill("Trois absences sans prévenir.")
    page.get_by_label("Premier mois touché").select_option(label="avril 2026")
    page.get_by_text("J'ai relu").click()
    sans_reproche(page, "sanction-decider")
    page.get_by_role("button", name="Prendre la décision").click()
    expect(page.get_by_text("La décision est prise et son courrier est prêt").first).to_be_visible()


def test_une_sanction_de_son_constat_a_sa_levee(
    page: Page, ici: str, dossier: Dossier, equipe: Equipe, regler: ps.Regler
) -> None:
    conseillere, directrice = equipe
    regler(ps.CONSTAT)
    entrer(page, conseillere, ici)
    adresse = noter_et_examiner(page, dossier, ici)
    entrer(page, directrice, ici)
    page.goto(adresse)
    page.get_by_role("link", name="Envisager une sanction").click()
    sans_reproche(page, "sanction-envisager")
    page.get_by_label("Part retenue").fill("30")
    page.get_by_label("Durée (mois)").fill("5")
    page.get_by_text("J'ai relu").click()
    page.get_by_role("button", name="Faire le courrier").click()
    expect(page.get_by_role("alert")).to_contain_text("Le texte ne permet pas cette sanction")
    sans_reproche(page, "sanction-envisager-refusee")
    page.get_by_label("Durée (mois)").fill("1")
    page.get_by_role("button", name="Faire le courrier").click()
    expect(page.get_by_role("link", name="Courrier d'information (PDF)")).to_be_visible()
    regler(ps.RECU)
    entrer(page, conseillere, ici)
    page.goto(adresse)
    page.get_by_role("link", name="Noter la réception du courrier").click()
    page.get_by_label("Reçu par la personne le").fill("2026-03-05")
    page.get_by_label("Par quel moyen").select_option(label="Remise en main propre contre signature")
    sans_reproche(page, "sanction-reception")
    page.get_by_role("button", name="Enregistrer la réception").click()
    expect(page.get_by_text("15 mars 2026").first).to_be_visible()
    sans_reproche(page, "sanction-observations")
    regler(ps.JOUR_DE_DECISION)
    entrer(page, directrice, ici)
    decider(page, adresse)
    remettre_et_lever(page, adresse)
    sans_reproche(page, "sanction-levee")
    les_listes(page, ici, dossier)
    entrer(page, fabriques.agent(fabriques.structure(), Profil.DIRECTION, representant_legal=True), ici)
    assert page.goto(adresse).status == 404  # type: ignore[union-attr]  # it always answers


def remettre_et_lever(page: Page, adresse: str) -> None:
    page.goto(adresse)
    page.get_by_role("link", name="Noter la remise de la décision").click()
    page.get_by_label("Reçu par la personne le").fill("2026-03-20")
    page.get_by_label("Par quel moyen").select_option(index=1)
    page.get_by_role("button", name="Enregistrer la remise").click()
    page.get_by_role("link", name="Convenir de ce qu'il faut faire").click()
    page.get_by_label("Ce que la personne doit faire").fill("Venir deux fois à l'atelier CV.")
    page.get_by_role("button", name="Enregistrer ce qui est convenu").click()
    page.get_by_role("link", name="Lever la suspension").click()
    page.get_by_label("Engagements repris le").fill("2026-03-20")
    page.get_by_text("Je confirme").click()
    page.get_by_role("button", name="Lever la suspension").click()
    expect(page.get_by_role("link", name="Courrier de levée (PDF)")).to_be_visible()


def les_listes(page: Page, ici: str, dossier: Dossier) -> None:
    """The list of the structure, the outbox, the random controls: by the keyboard where it counts."""
    page.goto(f"{ici}/sanctions/?etat=toutes")
    expect(page.get_by_role("link", name=dossier.jeune.nom_complet)).to_be_visible()
    sans_reproche(page, "sanctions-liste")
    page.get_by_role("link", name="Messages aux partenaires").click()
    sans_reproche(page, "sanctions-messages")
    page.get_by_role("link", name="Noter l'envoi").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Par quel moyen").fill("Messagerie sécurisée")
    sans_reproche(page, "sanctions-transmettre")
    page.keyboard.press("Enter")
    expect(page.get_by_text("La transmission est enregistrée.")).to_be_visible()
    page.goto(f"{ici}/sanctions/controles/")
    sans_reproche(page, "controles-vide")
    page.get_by_role("link", name="Tirer au sort").click()
    sans_reproche(page, "controles-tirer")
    page.get_by_role("button", name="Tirer au sort").click()
    sans_reproche(page, "controles-du-mois")
    page.get_by_role("link", name="Noter le contrôle").click()
    page.get_by_text("Engagements tenus").click()
    page.get_by_label("Ce que vous avez vérifié").fill("Présences de mars.")
    sans_reproche(page, "controle")
    page.get_by_role("button", name="Enregistrer le contrôle").click()
    expect(page.get_by_text("Engagements tenus")).to_be_visible()


def test_la_page_du_dossier_dit_ou_en_est_la_procedure(
    page: Page, ici: str, dossier: Dossier, equipe: Equipe, regler: ps.Regler
) -> None:
    conseillere, directrice = equipe
    with perimetre(dossier.structure_id):
        ps.notifiee(regler, conseillere, directrice, dossier)
    regler(date(2026, 4, 2))
    entrer(page, conseillere, ici)
    page.goto(f"{ici}/dossiers/{dossier}/")
    case = page.locator(".imilo-case").filter(has=page.get_by_role("heading", name="Sanction"))
    expect(case).to_contain_text("Hors délai")
    expect(case).to_contain_text("30 mars 2026")
    sans_reproche(page, "sanction-dans-le-dossier")
