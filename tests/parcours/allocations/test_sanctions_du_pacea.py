"""What a sanction leaves of the one-off allowance of the PACEA (L. 5412-1 I: it covers that of L. 5131-5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.droit.decision import depuis_json, rejouer
from imilo.echanges.connecteurs.asp.a_envoyer import pacea_payables
from imilo.parcours.allocations.models import AllocationPacea, EtatPacea
from imilo.parcours.allocations.selectors_pacea import versements
from imilo.parcours.allocations.services.pacea import DemandePacea, decider_pacea, preparer_pacea
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.sanctions import services as sanctions
from imilo.parcours.sanctions.faits import Mesure
from imilo.parcours.sanctions.models import Procedure
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej
from tests.parcours import parcours_sanction as ps
from tests.parcours.contrats.test_cadres import phases, preparer
from tests.parcours.dossiers.test_documents import texte
from tests.parcours.parcours_sanction import Regler

pytestmark = pytest.mark.django_db
AVRIL, MAI, LE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 5, 4)


@pytest.fixture
def regler(monkeypatch: pytest.MonkeyPatch) -> Regler:
    return ps.calendrier(monkeypatch)


@pytest.fixture
def contrat(dans_perimetre: Structure, agent: Agent, directrice: Agent, regler: Regler) -> ContratEngagement:
    """A PACEA since January."""
    dossier = fabriques.dossier(dans_perimetre, agent)
    regler(ps.SIGNATURE)
    longues = phases(ps.SIGNATURE, jours=200)
    return parcours_cej.signer(directrice, preparer(agent, dossier, Cadre.PACEA, phases=longues))


@pytest.fixture
def sanction(regler: Regler, agent: Agent, directrice: Agent, contrat: ContratEngagement) -> Procedure:
    """Thirty per cent of April withheld."""
    procedure = ps.executoire(regler, agent, directrice, contrat.dossier)
    regler(LE)
    return procedure


def demander(agent: Agent, dossier: Dossier, mois: date = AVRIL, montant: str = "500.00") -> AllocationPacea:
    return preparer_pacea(agent, dossier, demande=DemandePacea(mois, Decimal(montant), "Un abonnement de train."))


def accorder(agent: Agent, demandee: AllocationPacea) -> AllocationPacea:
    return decider_pacea(agent, demandee, version=demandee.version, accorder=True)


def test_une_suspension_de_trente_pour_cent_retient_trente_pour_cent(
    contrat: ContratEngagement, sanction: Procedure, agent: Agent, directrice: Agent
) -> None:
    """R. 5412-1: 500.00 × 30 % = 150.00 withheld, 350.00 paid; nothing of the month after."""
    accordee = accorder(directrice, demander(agent, contrat.dossier))
    assert (accordee.montant, accordee.retenu, accordee.a_verser) == (
        Decimal("500.00"),
        Decimal("150.00"),
        Decimal("350.00"),
    )
    (effet,) = accordee.effets
    assert rejouer(depuis_json(effet)).identique
    assert accordee.document is not None
    lu = texte(bytes(accordee.document.contenu))
    assert "350,00" in lu
    assert "suspendue à 30" in lu
    assert "une part de votre allocation" in lu
    assert "Aucune décision ne suspend" not in lu
    assert "150,00" in lu
    mai = accorder(directrice, demander(agent, contrat.dossier, MAI))
    assert (mai.a_verser, mai.effets) == (mai.montant, [])
    assert [(p.mois, p.du) for p in pacea_payables(contrat.structure).order_by("mois")] == [
        (AVRIL, Decimal("350.00")),
        (MAI, Decimal("500.00")),
    ]


def test_l_annee_compte_ce_qui_est_verse_et_le_mois_ce_qui_est_accorde(
    contrat: ContratEngagement, sanction: Procedure, agent: Agent, directrice: Agent
) -> None:
    """D. 5131-9: the amount never passes that of D. 5131-19 I 1° a; what is *paid*, six times that in a year."""
    accorder(directrice, demander(agent, contrat.dossier))
    (verse,) = versements(jeune_id=contrat.jeune_id, sauf=None)
    assert (verse.montant, verse.retenu) == (Decimal("500.00"), Decimal("150.00"))
    suite = depuis_json(demander(agent, contrat.dossier, montant="10.00").droit).resultat
    assert suite["reste_annuel"] == suite["plafond_annuel"] - Decimal("350.00")
    assert suite["maximum"] == suite["plafond_mensuel"] - Decimal("500.00")  # else a second request undoes the first


def test_suspendue_en_totalite_elle_ne_s_accorde_pas(
    regler: Regler, contrat: ContratEngagement, agent: Agent, directrice: Agent
) -> None:
    """R. 5412-1: « au moins 30 % », and so the whole of it."""
    ps.executoire(regler, agent, directrice, contrat.dossier, mesure=Mesure("suspension", Decimal(1), 1))
    regler(LE)
    demandee = demander(agent, contrat.dossier)
    assert (demandee.retenu, depuis_json(demandee.droit).resultat["accordable"]) == (Decimal("500.00"), False)
    with pytest.raises(RegleViolee, match="suspend"):
        accorder(directrice, demandee)
    refusee = decider_pacea(directrice, demandee, version=1, accorder=False, raison="Votre allocation est suspendue.")
    assert refusee.etat == EtatPacea.REFUSEE
    assert refusee.document is not None
    assert "en totalité pendant 1 mois" in texte(bytes(refusee.document.contenu))


def test_retiree_avant_la_decision_elle_ne_suspend_plus_rien(
    regler: Regler, contrat: ContratEngagement, agent: Agent, directrice: Agent
) -> None:
    procedure = ps.executoire(regler, agent, directrice, contrat.dossier, mesure=Mesure("suspension", Decimal(1), 1))
    regler(LE)
    demandee = demander(agent, contrat.dossier)
    sanctions.retirer_sanction(directrice, procedure, version=procedure.version, raison="Recours admis")
    with pytest.raises(RegleViolee, match="a changé"):  # what was shown isn't what would be paid
        accorder(directrice, demandee)


def test_prononcee_ailleurs_elle_retient_aussi(
    regler: Regler,
    contrat: ContratEngagement,
    sanction: Procedure,
    agent: Agent,
    autre_structure: Structure,
) -> None:
    """The measure is on the person's allowance, wherever it was pronounced (`retenues_nationales`)."""
    la_bas = fabriques.agent(autre_structure, "direction", representant_legal=True)
    with perimetre(autre_structure.pk, agent_id=la_bas.pk):
        dossier = fabriques.dossier(autre_structure, la_bas, jeune=contrat.dossier.jeune)
        assert not Procedure.objects.exists()
        demandee = demander(la_bas, dossier)
    assert (demandee.retenu, demandee.a_verser) == (Decimal("150.00"), Decimal("350.00"))
