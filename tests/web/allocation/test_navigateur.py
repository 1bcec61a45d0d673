"""In a real browser: a month decided by keyboard, each screen without anything to reproach, wide and narrow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.droit import francais
from imilo.droit.delais import debut_du_mois, mois_plus
from imilo.parcours.allocations import services
from imilo.parcours.allocations.models import (
    AllocationPacea,
    CauseTropPercu,
    DecisionAllocation,
    EtatDecision,
    LotAllocations,
    TropPercu,
)
from imilo.parcours.allocations.rappels import GENRE
from imilo.parcours.allocations.services import CorrectionSaisie, PiecesSaisies, RessourceSaisie
from imilo.parcours.allocations.services.pacea import DemandePacea, preparer_pacea
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.services import ActualisationSaisie, envoyer_actualisation, preparer_actualisation
from imilo.parcours.sanctions.services import definir_conditions, lever_suspension
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.echanges.connecteurs.asp.scene import il_est
from tests.objets_liens import ouvrir
from tests.parcours import parcours_cej as cej
from tests.parcours import parcours_sanction
from tests.parcours.allocations.conftest import SALAIRE, SEUL
from tests.web.axe import sans_reproche

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Lieu:
    """A structure where a month has everything: to decide, missing, corrected with a claim."""

    structure: Structure
    agent: Agent
    code: str
    contrats: list[ContratEngagement]

    def dossier(self, rang: int) -> str:
        return str(self.contrats[rang].dossier)


@pytest.fixture
def ici(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def lieu(ici: str) -> Lieu:
    agent = fabriques.agent(fabriques.structure(), Profil.DIRECTION, representant_legal=True)
    structure = agent.affectations.get().structure
    noms = ("Diallo", "Martin", "Nguyen")
    with perimetre(structure.pk):
        contrats = [
            cej.signer(agent, cej.preparer(agent, fabriques.dossier(structure, agent, jeune_nom_naissance=nom)))
            for nom in noms
        ]
        signe = contrats[0].signe_le
        assert signe is not None
        for contrat in contrats:
            services.declarer_ressources(
                agent, contrat, mois=signe.replace(day=1), situation=SEUL, ressources=[SALAIRE], version=None
            )
        services.demander_pieces(
            agent, contrats[1], saisies=PiecesSaisies("Avis d'imposition", eligibilite_demontree=True), version=None
        )
        _trop_percu(agent, contrats[2])
        demande = DemandePacea(signe.replace(day=1), Decimal("120.00"), "Un abonnement de train.")
        preparer_pacea(agent, contrats[0].dossier, demande=demande)
    return Lieu(structure, agent, f"{signe:%Y-%m}", contrats)


def _trop_percu(agent: Agent, contrat: ContratEngagement) -> None:
    decision = DecisionAllocation.objects.get(contrat=contrat)
    decision.contrat = contrat
    prise = services.decider_allocation(agent, decision, version=decision.version)
    seconde = services.corriger_le_mois(
        agent,
        contrat,
        mois=prise.mois,
        correction=CorrectionSaisie(CauseTropPercu.FRAUDE, "Un salaire d'intérim n'avait pas été déclaré."),
        situation=SEUL,
        ressources=[RessourceSaisie("salaire", Decimal("950.00"))],
        corrige=prise.pk,
    )
    services.decider_allocation(agent, seconde, version=seconde.version)


def entrer(contexte: BrowserContext, moi: Agent, ici: str) -> Page:
    client = Client()
    client.force_login(moi)
    nom = settings.SESSION_COOKIE_NAME
    contexte.add_cookies([{"name": nom, "value": client.cookies[nom].value, "url": ici}])
    return contexte.new_page()


def test_decider_un_mois_au_clavier(context: BrowserContext, ici: str, lieu: Lieu) -> None:
    page = entrer(context, lieu.agent, ici)
    page.goto(f"{ici}/allocations/{lieu.code}/")
    case = page.get_by_role("checkbox", name="Diallo")
    case.focus()
    page.keyboard.press("Space")
    expect(case).to_be_checked()
    page.keyboard.press("Tab")
    bouton = page.get_by_role("button", name="Vérifier et décider celles que j'ai cochées")
    bouton.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Prendre 1 décision ?")).to_be_visible()
    page.get_by_role("button", name="Prendre la décision").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("En cours, vous pouvez quitter cette page")).to_be_visible()
    with perimetre(lieu.structure.pk):
        lot = LotAllocations.objects.get()
    services.traiter_lot(lot.pk, lieu.structure.pk)
    # The page follows by itself.
    expect(page.get_by_text("Terminé")).to_be_visible(timeout=10_000)
    with perimetre(lieu.structure.pk):
        assert DecisionAllocation.objects.get(contrat=lieu.contrats[0]).etat == EtatDecision.DECIDEE


def adresses(lieu: Lieu) -> dict[str, str]:
    """Every screen, by a name."""
    contrat, sans_piece, corrige = (c.pk for c in lieu.contrats)
    with perimetre(lieu.structure.pk):
        trop, pacea = TropPercu.objects.get().pk, AllocationPacea.objects.get().pk
    mois = f"/allocations/{lieu.code}/"
    return {
        "mois": mois,
        "mois-manque": f"{mois}?section=manque",
        "mois-decidees": f"{mois}?section=decidees",
        "mois-vide": f"{mois}?section=a_decider&nom=personne",
        "decision": f"/dossiers/{lieu.dossier(0)}/contrats/{contrat}/allocations/{lieu.code}/",
        "decision-corrigee": f"/dossiers/{lieu.dossier(2)}/contrats/{corrige}/allocations/{lieu.code}/",
        "corriger": f"/dossiers/{lieu.dossier(2)}/contrats/{corrige}/allocations/{lieu.code}/corriger",
        "declarer": f"/dossiers/{lieu.dossier(0)}/contrats/{contrat}/allocations/{lieu.code}/ressources",
        "pieces": f"/dossiers/{lieu.dossier(1)}/contrats/{sans_piece}/pieces-allocation/",
        "trop-percus": "/allocations/trop-percus/",
        "trop-percu": f"/dossiers/{lieu.dossier(2)}/trop-percus/{trop}/",
        "reglages": "/allocations/reglages/",
        "a-revoir": "/allocations/a-revoir/",
        "baremes": "/allocations/baremes/",
        "pacea-liste": f"/dossiers/{lieu.dossier(0)}/allocations-pacea/",
        "pacea-demander": f"/dossiers/{lieu.dossier(0)}/allocations-pacea/demander",
        "pacea": f"/dossiers/{lieu.dossier(0)}/allocations-pacea/{pacea}/",
    }


def test_rien_a_redire_a_l_accessibilite(context: BrowserContext, ici: str, lieu: Lieu) -> None:
    page = entrer(context, lieu.agent, ici)
    for nom, adresse in adresses(lieu).items():
        reponse = page.goto(ici + adresse)
        assert reponse is not None
        assert reponse.status == 200, nom
        sans_reproche(page, nom)


def test_la_journee_de_qui_decide_et_la_creance_qu_il_decide(
    context: BrowserContext, ici: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A suspension lifted since April was decided, an update sent and not signed, then a claim shown before it is."""
    agent = fabriques.agent(fabriques.structure(), Profil.DIRECTION, representant_legal=True)
    structure = agent.affectations.get().structure
    regler = parcours_sanction.calendrier(monkeypatch)
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent, jeune_nom_naissance="Diallo", telephone="+33612345678")
        contrat = parcours_sanction.contrat_signe(regler, agent, agent, dossier)
        procedure = parcours_sanction.executoire(regler, agent, agent, dossier)
        regler(date(2026, 5, 4))
        avril = services.declarer_ressources(
            agent, contrat, mois=date(2026, 4, 1), situation=SEUL, ressources=[], version=None
        )
        services.decider_allocation(agent, avril, version=avril.version)
        demande = DemandePacea(date(2026, 4, 1), Decimal("200.00"), "Un abonnement de train.")
        preparer_pacea(agent, dossier, demande=demande)  # refused for another reason; what is withheld of it shows
        procedure = definir_conditions(agent, procedure, version=procedure.version, conditions="L'atelier CV.")
        lever_suspension(agent, procedure, version=procedure.version, conforme_le=date(2026, 4, 10))
        saisie = ActualisationSaisie("demande", "Un stage commence.", cej.saisi(agent, debut=contrat.debut))
        changement = preparer_actualisation(agent, contrat, version=cej.relire(contrat).version, saisie=saisie)
        envoyer_actualisation(agent, changement, version=1)
    regler(date(2026, 5, 8))
    page = entrer(context, agent, ici)
    page.goto(f"{ici}/ma-journee")
    expect(page.get_by_text("Changement du contrat envoyé le 4 mai 2026, pas encore signé")).to_be_visible()
    sans_reproche(page, "journee")
    with perimetre(structure.pk):
        retenue = AllocationPacea.objects.get()
    page.goto(f"{ici}/dossiers/{dossier}/allocations-pacea/{retenue.pk}/")
    expect(page.get_by_text("200,00 € demandés, dont 60,00 € retenus par une sanction")).to_be_visible()
    sans_reproche(page, "pacea-sanctionnee")
    page.goto(f"{ici}/ma-journee")
    page.get_by_role("link", name="Voir ce mois à revoir").press("Enter")
    page.get_by_role("button", name="Recalculer").press("Enter")
    page.get_by_role("link", name="Décider", exact=True).press("Enter")
    expect(page.get_by_text("Cette correction règle la différence")).to_be_visible()
    sans_reproche(page, "decider-correction")
    page.goto(f"{ici}/contrats/repere")
    sans_reproche(page, "contrats-reglages")


def test_le_jeune_declare_son_mois_sous_son_lien(context: BrowserContext, ici: str) -> None:
    """What is missing is said at its field and nothing typed is lost; sent, it waits for the counsellor."""
    agent = fabriques.agent(fabriques.structure(), Profil.DIRECTION, representant_legal=True)
    structure = agent.affectations.get().structure
    mois = mois_plus(debut_du_mois(date.today()), -1)
    with il_est(mois.replace(day=7)), perimetre(structure.pk):
        contrat = cej.signer(agent, cej.preparer(agent, fabriques.dossier(structure, agent, telephone="+33612345678")))
    client = Client()
    adresse = ouvrir(client, GENRE, contrat.dossier, agent, objet_id=contrat.pk)
    context.add_cookies([{"name": n, "value": c.value, "url": ici} for n, c in client.cookies.items()])
    page = context.new_page()
    page.goto(ici + adresse)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Vos ressources {francais.du_mois(mois)}")
    sans_reproche(page, "jeune-ressources")
    page.get_by_label("Nature").first.select_option("salaire")
    page.get_by_label("Montant reçu").first.fill("-1")
    page.get_by_text("Chez mes parents", exact=True).click()
    page.get_by_text("Je déclare que tout cela est exact.").click()
    page.get_by_role("button", name="Envoyer ma déclaration").click()
    expect(page.get_by_text("Un montant est positif ou nul.").first).to_be_visible()
    expect(page.get_by_text("Vous vivez chez vos parents : dites s'ils vous aident.").first).to_be_visible()
    sans_reproche(page, "jeune-ressources-refus")
    page.get_by_label("Montant reçu").first.fill("612,50")
    page.get_by_text("Pas chez mes parents", exact=True).click()
    page.get_by_role("button", name="Envoyer ma déclaration").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("C'est envoyé")
    sans_reproche(page, "jeune-ressources-envoyees")
    with perimetre(structure.pk):
        declaration = DecisionAllocation.objects.get().declaration
        assert (declaration.mois, declaration.a_verifier) == (mois, True)
        assert [(r.nature, r.montant) for r in declaration.ressources.all()] == [("salaire", Decimal("612.50"))]
