"""The handover brief: the months that wait are those of a CEJ."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.transferts.passation import brief
from tests import fabriques
from tests.parcours import parcours_cej
from tests.parcours import parcours_sanction as ps
from tests.parcours.contrats.test_cadres import preparer

pytestmark = pytest.mark.django_db
LE = date(2026, 4, 2)


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent)


def mois_qui_attendent(dossier: Dossier) -> int:
    note = brief(dossier, familles=["decisions_allocation"], le=LE, a=datetime(2026, 4, 2, 12, tzinfo=UTC))
    return sum(ligne.startswith("Allocation") for partie in note for ligne in partie["lignes"])


def test_seul_un_cej_laisse_des_mois_d_allocation_a_decider(
    dossier: Dossier, agent: Agent, directrice: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L. 5131-6: January, February and March of a CEJ signed on 12 January; no month of a common contract."""
    regler = ps.calendrier(monkeypatch)
    ps.contrat_signe(regler, directrice, agent, dossier)
    commun = fabriques.dossier(dossier.structure, agent)
    parcours_cej.signer(agent, preparer(agent, commun, Cadre.COMMUN))
    regler(LE)
    assert (mois_qui_attendent(dossier), mois_qui_attendent(commun)) == (3, 0)
