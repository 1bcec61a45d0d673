"""What waits around the decisions is told in the dossier and in *Ma journée*, to whom it concerns."""

from __future__ import annotations

from datetime import timedelta

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.allocations import services
from imilo.parcours.allocations.models import CauseTropPercu, DecisionAllocation, Reglement, TropPercu
from imilo.parcours.allocations.services import CorrectionSaisie, PiecesSaisies
from imilo.parcours.allocations.sources_suites import alertes, echeances
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.alertes import Urgence
from tests import fabriques
from tests.parcours.allocations.conftest import SALAIRE, SEUL


def test_les_pieces_attendues_se_disent_jusqu_a_leur_reception(agent: Agent, contrat: ContratEngagement) -> None:
    dossier, structure = contrat.dossier, contrat.dossier.structure
    le = aujourd_hui(structure)
    assert list(alertes(dossier, le)) == []
    pieces = services.demander_pieces(agent, contrat, saisies=PiecesSaisies("Avis d'imposition"), version=None)
    (alerte,) = alertes(dossier, le)
    assert "Avis d'imposition" in alerte.message
    assert alerte.urgence == Urgence.BIENTOT
    (alerte,) = alertes(dossier, pieces.limite + timedelta(days=1))
    assert alerte.urgence == Urgence.DEPASSEE
    (echeance,) = echeances(agent, structure, le)
    assert (echeance.le, echeance.dossier.pk) == (pieces.limite, dossier.pk)
    assert list(echeances(fabriques.agent(structure), structure, le)) == []
    services.recevoir_pieces(agent, pieces, version=pieces.version, recues_le=le)
    assert list(alertes(dossier, le)) == []
    assert list(echeances(agent, structure, le)) == []


def test_un_trop_percu_se_dit_jusqu_a_son_reglement(
    agent: Agent, directrice: Agent, decidee: DecisionAllocation
) -> None:
    dossier = decidee.dossier
    le = aujourd_hui(decidee.structure)
    seconde = services.corriger_le_mois(
        agent,
        decidee.contrat,
        mois=decidee.mois,
        correction=CorrectionSaisie(CauseTropPercu.FRAUDE, "Un salaire."),
        situation=SEUL,
        ressources=[SALAIRE],
        corrige=decidee.pk,
    )
    services.decider_allocation(directrice, seconde, version=seconde.version)
    (alerte,) = alertes(dossier, le)
    assert "Trop-perçu à régler" in alerte.message
    trop = TropPercu.objects.get()
    services.regler_trop_percu(directrice, trop, version=trop.version, reglement=Reglement.REMBOURSE, regle_le=le)
    assert list(alertes(dossier, le)) == []
