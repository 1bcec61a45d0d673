"""The rank of a failing is the person's (R. 5412-3-4): it follows them from a structure to another, and in a merge."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from imilo.acteurs.models import Agent, Structure
from imilo.droit.decision import rejouer
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.doublons.services.fusion import fusionner
from imilo.parcours.sanctions import faits, services
from imilo.parcours.sanctions.models import Procedure
from imilo.parcours.transferts.services import Demande, accepter, demander
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej
from tests.parcours import parcours_sanction as ps
from tests.parcours.doublons.lignes import paire
from tests.parcours.parcours_sanction import Regler

pytestmark = pytest.mark.django_db
RECIDIVE = date(2026, 5, 20)  # after the end of the first sanction, within its twenty-four months


@pytest.fixture
def regler(monkeypatch: pytest.MonkeyPatch) -> Regler:
    return ps.calendrier(monkeypatch)


@pytest.fixture
def sanctionne(dans_perimetre: Structure, agent: Agent, directrice: Agent, regler: Regler) -> Dossier:
    """A dossier whose person was sanctioned once, the decision received on 20 March 2026."""
    dossier = fabriques.dossier(dans_perimetre, agent)
    ps.contrat_signe(regler, directrice, agent, dossier)
    ps.executoire(regler, agent, directrice, dossier)
    regler(RECIDIVE)
    return dossier


def rang(dossier: Dossier) -> str | None:
    """The rank of one more failing, noted in this dossier; its decision replays."""
    constat = Procedure(dossier=dossier, manquement="engagements", constate_le=RECIDIVE, se_poursuit=False)
    decision = faits.decider_rang(constat, le=RECIDIVE)
    assert rejouer(decision).identique
    return decision.resultat["rang"]


def test_un_rang_survit_a_un_transfert_et_pas_a_une_nouvelle_orientation(
    sanctionne: Dossier, agent: Agent, directrice: Agent, autre_structure: Structure
) -> None:
    transfert = demander(agent, sanctionne, demande=Demande(autre_structure, "demenagement"))
    accueillante = fabriques.agent(autre_structure)
    with perimetre(autre_structure.pk, agent_id=accueillante.pk):
        nouveau, _ = accepter(
            accueillante, structure=autre_structure, origine_id=sanctionne.structure_id, transfert_id=transfert.pk,
            referent=accueillante,
        )  # fmt: skip
        assert not Procedure.objects.exists()  # the sanction itself stays where it was pronounced
        assert rang(nouveau) == "reitere"
        parcours_cej.orienter(accueillante, nouveau, le=date(2026, 5, 10))
        assert rang(nouveau) == "premier"
    with perimetre(sanctionne.structure_id):
        assert rang(sanctionne) == "premier"  # oriented anew, wherever that was noted
        procedure = Procedure.objects.get()
        services.retirer_sanction(directrice, procedure, version=procedure.version, raison="Recours admis")
        assert faits._precedentes(Procedure(dossier=sanctionne)) == ()


def test_un_rang_survit_a_une_fusion(sanctionne: Dossier, agent: Agent) -> None:
    garde = fabriques.dossier(sanctionne.structure, agent)
    assert rang(garde) == "premier"
    fusionner(agent, paire(garde, sanctionne), garde_id=garde.pk)
    assert rang(Dossier.objects.get(pk=garde.pk)) == "reitere"


def test_qui_ne_suit_pas_la_personne_n_apprend_rien(sanctionne: Dossier) -> None:
    """The functions answer to a structure that has a dossier of the person."""
    ailleurs = fabriques.structure()
    for structure, attendu in ((sanctionne.structure_id, 1), (ailleurs.pk, 0)):
        with perimetre(structure), connection.cursor() as curseur:
            curseur.execute("SELECT count(*) FROM sanctions_nationales(%s)", [sanctionne.jeune_id])
            assert curseur.fetchone() == (attendu,)
            curseur.execute("SELECT count(*) FROM orientations_nationales(%s, %s)", [sanctionne.jeune_id, RECIDIVE])
            assert curseur.fetchone() == (attendu,)
