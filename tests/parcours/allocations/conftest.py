"""A CEJ signed today, its current month, and what declares it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Protocol

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.allocations import services
from imilo.parcours.allocations.models import DecisionAllocation
from imilo.parcours.allocations.services import RessourceSaisie, SituationDuMois
from imilo.parcours.contrats.models import ContratEngagement, FoyerFiscal, Logement
from tests import fabriques
from tests.parcours import parcours_cej

SEUL = SituationDuMois(logement=Logement.HORS_FOYER, foyer_fiscal=FoyerFiscal.NON_IMPOSABLE)
SALAIRE = RessourceSaisie("salaire", Decimal("600.00"))


class Declarer(Protocol):
    def __call__(self, *ressources: RessourceSaisie, **champs: Any) -> DecisionAllocation: ...


@pytest.fixture
def contrat(directrice: Agent, agent: Agent, dans_perimetre: Structure) -> ContratEngagement:
    """A contract signed today."""
    dossier = fabriques.dossier(dans_perimetre, agent)
    return parcours_cej.signer(directrice, parcours_cej.preparer(agent, dossier))


@pytest.fixture
def mois(contrat: ContratEngagement) -> date:
    assert contrat.signe_le is not None
    return contrat.signe_le.replace(day=1)


@pytest.fixture
def declarer(agent: Agent, contrat: ContratEngagement, mois: date) -> Declarer:
    """Declare the month of the signature, as the counsellor."""

    def faire(*ressources: RessourceSaisie, **champs: Any) -> DecisionAllocation:
        defaut: dict[str, Any] = {"situation": SEUL, "ressources": ressources, "version": None, "mois": mois}
        return services.declarer_ressources(agent, contrat, **{**defaut, **champs})

    return faire


@pytest.fixture
def decidee(directrice: Agent, declarer: Declarer) -> DecisionAllocation:
    """The month of the signature, decided without any resource: the whole flat amount."""
    decision = declarer()
    return services.decider_allocation(directrice, decision, version=decision.version)
