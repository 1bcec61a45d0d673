"""Whom another orientation is asked of (L. 5411-5-2 II), as the dossier tells it to the rule."""

from __future__ import annotations

from datetime import date

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import depuis_json, rejouer
from imilo.parcours.diagnostics.models import Organisme
from imilo.parcours.diagnostics.reorientation import examiner
from imilo.parcours.diagnostics.services import demander_nouvelle_orientation
from imilo.parcours.dossiers.models import Dossier
from tests import fabriques
from tests.parcours import parcours_cej as cej

pytestmark = pytest.mark.django_db
LE = date(2026, 3, 2)


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent)


@pytest.mark.parametrize(
    ("beneficiaire_rsa", "decidee_par", "attendu"),
    [
        (False, Organisme.MISSION_LOCALE, ("mission_locale", "L. 5411-5-2 II 3°")),
        (False, Organisme.CAP_EMPLOI, ("cap_emploi", "L. 5411-5-2 II 4°")),
        (False, Organisme.FRANCE_TRAVAIL, ("france_travail", "L. 5411-5-2 II 1°")),
        (True, Organisme.DEPARTEMENT, ("departement", "L. 5411-5-2 II 2°")),
        (True, Organisme.FRANCE_TRAVAIL, ("departement", "L. 5411-5-2 II 2°")),
    ],
)
def test_a_qui_demander(
    agent: Agent, dossier: Dossier, beneficiaire_rsa: bool, decidee_par: str, attendu: tuple[str, str]
) -> None:
    orientation = cej.orienter_et_notifier(agent, dossier, le=LE)
    cej.diagnostiquer(agent, dossier, le=LE)
    orientation.beneficiaire_rsa, orientation.decidee_par = beneficiaire_rsa, decidee_par
    decision = examiner(orientation, le=LE)
    assert (decision.resultat["saisir"], decision.motif("saisine").article) == attendu


def test_ce_que_la_demande_change(agent: Agent, directrice: Agent, dossier: Dossier) -> None:
    """D. 5411-8-2 before the signature, D. 5411-14-2 after it; nothing to ask before the assessment."""
    orientation = cej.orienter_et_notifier(agent, dossier, le=LE)
    assert examiner(orientation, le=LE).resultat["a_demander"] is False
    cej.diagnostiquer(agent, dossier, le=date(2026, 3, 3))
    assert examiner(orientation, le=LE).resultat["a_demander"] is False
    assert examiner(orientation, le=date(2026, 3, 3)).resultat["effet"] == "delai_interrompu"
    contrat = cej.signer(directrice, cej.preparer(agent, dossier))
    assert contrat.orientation is not None
    signee = examiner(contrat.orientation, le=aujourd_hui(dossier.structure))
    assert signee.resultat["effet"] == "nouveau_contrat"


def test_la_decision_est_gardee_avec_la_demande(agent: Agent, dossier: Dossier) -> None:
    orientation = cej.orienter_et_notifier(agent, dossier, le=LE)
    cej.diagnostiquer(agent, dossier, le=LE)
    demandee = demander_nouvelle_orientation(agent, orientation, version=2, le=LE, raison="Trop loin")
    assert demandee.reorientation is not None
    gardee = depuis_json(demandee.reorientation)
    assert (gardee.regle, gardee.le, gardee.resultat["saisir"]) == ("orientation.reorientation", LE, "mission_locale")
    assert rejouer(gardee).identique
