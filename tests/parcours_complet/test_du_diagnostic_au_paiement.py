"""From the assessment to an allowance paid by the agency, then a sanction, the month it touches and its lifting.

Three people, in the browser: a counsellor, the manager of allowances, the director who signs. The agency is the
project's own, behind its two folders; the days are those of the labour code, one after the other.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as reglages
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from imilo.acteurs.models import Agent
from imilo.acteurs.profils import Profil
from imilo.droit.decision import depuis_json, rejouer
from imilo.echanges.connecteurs.asp.echange import echanger
from imilo.echanges.connecteurs.asp.faux import FausseAsp
from imilo.parcours.allocations.models import DecisionAllocation, LotAllocations
from imilo.parcours.allocations.services import traiter_lot
from imilo.socle.perimetre import perimetre
from tests.parcours_complet.marche import Marche, accueillir, contracter, justifier, orienter, saisir_une_situation
from tests.parcours_complet.personnes import distribuer, personne

pytestmark = pytest.mark.django_db(transaction=True)

SIGNATURE, DECLARATION, PAIEMENT = date(2026, 1, 12), date(2026, 2, 3), date(2026, 3, 31)
CONSTAT, RECU, DECISION, REPRISE = date(2026, 4, 1), date(2026, 4, 3), date(2026, 4, 20), date(2026, 6, 10)
DECLARATION_DE_MAI, PAIEMENT_DE_MAI = date(2026, 6, 3), date(2026, 7, 31)
IBAN = "FR76 3000 6000 0112 3456 7890 189"
NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


class Annee:
    """The walk of several people through several days."""

    def __init__(self, m: Marche, asp: FausseAsp, patch: pytest.MonkeyPatch) -> None:
        self.m, self.asp, self.patch = m, asp, patch
        gens = distribuer()
        self.structure, self.conseillere = gens.tours, gens.conseillere
        self.gestionnaire = personne("Nora Valdret", gens.tours, Profil.GESTIONNAIRE)
        self.directrice = Agent.objects.get(nom="Montbrizac")

    def le(self, jour: date, qui: Agent) -> None:
        """Services read this day, and this person is signed in."""
        instant = datetime.combine(jour, time(12), tzinfo=UTC)
        self.patch.setattr(timezone, "now", lambda: instant)
        client = Client()
        client.force_login(qui)
        contexte = self.m.page.context
        contexte.clear_cookies()
        cookie = client.cookies[reglages.SESSION_COOKIE_NAME].value
        contexte.add_cookies([{"name": reglages.SESSION_COOKIE_NAME, "value": cookie, "url": self.m.site}])

    def ouvrir(self, chemin: str, nom: str) -> None:
        """Wide, then narrow: nothing for axe, nothing wider than the screen."""
        self.m.page.goto(chemin if chemin.startswith("http") else self.m.site + chemin)
        self.regarder(nom)

    def regarder(self, nom: str) -> None:
        for taille in (NARROW, WIDE):
            self.m.page.set_viewport_size(taille)  # type: ignore[arg-type]  # a plain dict is what it takes
            self.m.verifier(nom)
            large = self.m.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert large <= 0, f"{nom} : {large} pixels de trop à {taille['width']} px"

    def asp_repond(self) -> None:
        """We send, the agency answers and pays what is due, we read; twice: the contract, then what it lets go."""
        for _ in range(2):
            echanger([self.structure], malgre_l_attente=True)
            self.asp.passer(timezone.now())
        bilan = echanger([self.structure], malgre_l_attente=True)
        assert not bilan.injoignable
        assert not bilan.ecartes


@pytest.fixture
def annee(page: Page, live_server: Any, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Annee:
    settings.ASP = str(tmp_path / "asp")
    return Annee(Marche(page, live_server.url), FausseAsp(tmp_path / "asp"), monkeypatch)


def noter_le_compte(a: Annee, numero: str) -> None:
    a.ouvrir(f"/dossiers/{numero}/fiche/compte/ajouter", "Compte bancaire")
    a.m.remplir(titulaire_nom="Lina Morvanec", iban=IBAN)
    a.m.envoyer("Enregistrer", r"/fiche/")


def declarer(a: Annee, contrat: str, mois: str) -> None:
    a.ouvrir(f"{contrat}/allocations/{mois}/ressources", "Ressources")
    a.m.choisir(ressources__0__nature="salaire")
    a.m.remplir(ressources__0__montant="600,00")
    a.m.envoyer("Calculer l'allocation", rf"/allocations/{mois}/$")
    a.m.voir("600,00 €")


def decider_en_lot(a: Annee, mois: str, *, onglet: str = "À décider") -> None:
    a.ouvrir(f"/allocations/{mois}/", "Mois de la structure")
    a.m.aller(onglet)
    a.m.voir("Lina Morvanec")
    a.m.page.get_by_role("button", name=re.compile("toute cette liste")).click()
    a.m.page.wait_for_url("**/verifier**")
    a.regarder("Vérifier avant de décider")
    a.m.envoyer("Prendre la décision", r"/allocations/lots/\d+/$")
    with perimetre(a.structure.pk):
        lot = LotAllocations.objects.latest("pk")
    traiter_lot(lot.pk, a.structure.pk)  # what the background worker does
    a.m.page.reload()
    a.regarder("Lot de décisions")


def decisions(a: Annee) -> dict[str, DecisionAllocation]:
    with perimetre(a.structure.pk):
        return {d.code_mois: d for d in DecisionAllocation.objects.select_related("dossier")}


def somme(montant: Decimal) -> str:
    return f"{montant:.2f}".replace(".", ",") + " €"


def etre_payee(a: Annee, mois: str) -> Decimal:
    """What was decided is what is paid, to the cent, on the screen of the manager."""
    decide = decisions(a)[mois].montant
    a.ouvrir("/paiements/lignes", "Lignes payées")
    rangee = a.m.page.get_by_role("row").filter(has_text="Allocation").filter(has_text=somme(decide)).first
    expect(rangee).to_contain_text("Payée")
    a.ouvrir("/paiements/", "Paiements")
    return Decimal(decide)


def sanctionner(a: Annee, numero: str) -> str:
    """Noted by the counsellor, told then decided by the director, within the ten then the fifteen days."""
    p = a.m.page
    a.le(CONSTAT, a.conseillere)
    a.ouvrir(f"/dossiers/{numero}/sanctions/noter", "Noter un manquement")
    p.get_by_text("Engagements du contrat non tenus").click()
    p.get_by_label("Constaté le").fill(f"{CONSTAT}")
    p.get_by_label("Comment a-t-il été vu").select_option(label="Une absence")
    p.get_by_label("Les faits").fill("Absente à trois ateliers, sans prévenir.")
    p.get_by_role("button", name="Noter le manquement").click()
    procedure = p.url
    p.get_by_role("link", name="Examiner").click()
    for question, reponse in {
        "La personne a-t-elle une raison légitime": "Non",
        "A-t-elle droit à l'allocation": "Oui",
        "Reçoit-elle une allocation de chômage": "Non",
        "Est-elle bénéficiaire du RSA": "Non",
    }.items():
        p.get_by_role("group", name=question).get_by_text(reponse, exact=True).click()
    p.get_by_label("Ce qu'elle a répondu").fill("N'a pas répondu à trois appels.")
    p.get_by_role("button", name="Enregistrer l'examen").click()
    a.regarder("Manquement examiné")
    a.le(CONSTAT, a.directrice)
    p.goto(procedure)
    p.get_by_role("link", name="Envisager une sanction").click()
    p.get_by_label("Part retenue").fill("30")
    p.get_by_label("Durée (mois)").fill("2")
    p.get_by_text("J'ai relu").click()
    p.get_by_role("button", name="Faire le courrier").click()
    a.le(RECU, a.conseillere)
    p.goto(procedure)
    p.get_by_role("link", name="Noter la réception du courrier").click()
    p.get_by_label("Reçu par la personne le").fill(f"{RECU}")
    p.get_by_label("Par quel moyen").select_option(label="Remise en main propre contre signature")
    p.get_by_role("button", name="Enregistrer la réception").click()
    a.le(DECISION, a.directrice)
    a.ouvrir(procedure, "Sanction à décider")
    p.get_by_role("link", name="Décider").click()
    p.get_by_label("Pourquoi").fill("Trois absences sans prévenir.")
    p.get_by_label("Premier mois touché").select_option(label="mai 2026")
    p.get_by_text("J'ai relu").click()
    p.get_by_role("button", name="Prendre la décision").click()
    expect(p.get_by_text("La décision est prise et son courrier est prêt").first).to_be_visible()
    p.get_by_role("link", name="Noter la remise de la décision").click()
    p.get_by_label("Reçu par la personne le").fill(f"{DECISION}")
    p.get_by_label("Par quel moyen").select_option(index=1)
    p.get_by_role("button", name="Enregistrer la remise").click()
    p.get_by_role("link", name="Convenir de ce qu'il faut faire").click()
    p.get_by_label("Ce que la personne doit faire").fill("Venir deux fois à l'atelier CV.")
    p.get_by_role("button", name="Enregistrer ce qui est convenu").click()
    return procedure


def lever(a: Annee, procedure: str) -> None:
    p = a.m.page
    a.le(REPRISE, a.directrice)
    a.ouvrir(procedure, "Suspension en cours")
    p.get_by_role("link", name="Lever la suspension").click()
    p.get_by_label("Engagements repris le").fill(f"{REPRISE}")
    p.get_by_text("Je confirme").click()
    p.get_by_role("button", name="Lever la suspension").click()
    expect(p.get_by_role("link", name="Courrier de levée (PDF)")).to_be_visible()
    a.regarder("Suspension levée")


def test_du_diagnostic_a_l_allocation_payee_puis_d_une_sanction_a_sa_levee(annee: Annee) -> None:
    a = annee
    a.le(SIGNATURE, a.conseillere)
    a.m.page.goto(a.m.site + "/ma-journee")
    numero = accueillir(a.m)
    justifier(a.m, numero)
    saisir_une_situation(a.m, numero)
    orienter(a.m, numero)  # the assessment is established there
    contrat = contracter(a.m, numero)
    noter_le_compte(a, numero)

    a.le(DECLARATION, a.conseillere)
    declarer(a, contrat, "2026-01")
    a.le(DECLARATION, a.directrice)
    decider_en_lot(a, "2026-01")
    a.asp_repond()
    a.le(PAIEMENT, a.gestionnaire)
    a.asp_repond()
    payee = etre_payee(a, "2026-01")
    assert payee > 0

    procedure = sanctionner(a, numero)
    a.le(DECLARATION_DE_MAI, a.conseillere)
    declarer(a, contrat, "2026-05")
    a.le(DECLARATION_DE_MAI, a.directrice)
    decider_en_lot(a, "2026-05", onglet="À regarder")  # a sanction touches it, and a scale is overdue
    a.asp_repond()
    lever(a, procedure)
    a.le(PAIEMENT_DE_MAI, a.gestionnaire)
    a.asp_repond()
    mai = etre_payee(a, "2026-05")

    # A whole month under a suspension of 30 %, before commitments are resumed in June.
    entier = Decimal(decisions(a)["2026-05"].calcul["resultat"]["montant"])
    assert mai == (entier * Decimal("0.70")).quantize(Decimal("0.01"))
    for decision in decisions(a).values():
        for gardee in (decision.droit, decision.calcul):
            assert rejouer(depuis_json(gardee)).identique
