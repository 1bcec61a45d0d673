"""Contracts signed, or ended, on 29 February: what a month, six months and a year then are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.contrats.echeancier import echeancier
from imilo.parcours.contrats.etats import Cadre, Etat
from imilo.parcours.contrats.models import ContratEngagement, DecisionContrat
from imilo.parcours.contrats.services import terminer_contrat
from imilo.parcours.dossiers.models import Document, Dossier
from imilo.socle.erreurs import RegleViolee
from tests import fabriques
from tests.parcours import parcours_cej as cej
from tests.parcours.contrats.test_cadres import phases, preparer
from tests.parcours.dossiers.test_documents import texte

pytestmark = pytest.mark.django_db
BISSEXTIL = date(2028, 2, 29)


@pytest.fixture(autouse=True)
def ce_jour_la(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2028, 2, 29, 9, tzinfo=UTC))


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent, jeune_prenom="Zoé", jeune_nom_naissance="Diop")


def lettre(genre: str) -> str:
    return texte(bytes(DecisionContrat.objects.get(genre=genre).document.contenu))


def test_la_premiere_phase_commence_au_plus_tard_le_29_mars(agent: Agent, dossier: Dossier) -> None:
    """R. 5131-12: a month after 29 February 2028 (article 641 of the code de procédure civile)."""
    with pytest.raises(RegleViolee, match=r"R\. 5131-12"):
        preparer(agent, dossier, Cadre.PACEA, phases=phases(BISSEXTIL, decalage=30))


def test_un_pacea_signe_ce_jour_la(agent: Agent, dossier: Dossier) -> None:
    pacea = cej.signer(agent, preparer(agent, dossier, Cadre.PACEA, phases=phases(BISSEXTIL, decalage=29)))
    assert (pacea.signe_le, pacea.premiere_phase_limite) == (BISSEXTIL, date(2028, 3, 29))
    assert pacea.document is not None
    assert "29 février 2028" in texte(bytes(Document.objects.get(pk=pacea.document_id).contenu))
    (echeance,) = echeancier(Dossier.objects.all(), le=date(2028, 3, 20), genres=["premiere_phase"])
    assert echeance.le == date(2028, 3, 29)
    assert "du 29/02/2028" in lettre("attribution")


def test_un_cej_d_un_an_finit_le_28_fevrier(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    """R. 5131-16: twelve months from 29 February 2028 end on 28 February 2029; a day more is refused."""
    with pytest.raises(RegleViolee, match=r"R\. 5131-16"):
        cej.preparer(agent, dossier, fin_prevue=date(2029, 3, 1))
    contrat = cej.signer(directrice, _entier(agent, dossier))
    assert (contrat.debut, contrat.fin_prevue) == (BISSEXTIL, date(2029, 2, 28))
    lu = lettre("attribution")
    assert "du 29/02/2028 au 28/02/2029" in lu


def _entier(agent: Agent, dossier: Dossier) -> ContratEngagement:
    from imilo.parcours.contrats.services import preparer_contrat

    return preparer_contrat(
        agent, dossier, saisi=cej.saisi(agent, debut=BISSEXTIL, fin_prevue=date(2029, 2, 28)), actions=cej.ACTIONS
    )


def test_six_mois_apres_une_fin_ce_jour_la(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    """R. 5131-16: ended on 29 February 2028, another CEJ from 30 August: the six months run to the 29th."""
    contrat = cej.signer(directrice, cej.preparer(agent, dossier))
    fini = terminer_contrat(agent, contrat, version=contrat.version, fin_le=BISSEXTIL, motif="EMPLOI")
    assert (fini.etat, fini.fin_le) == (Etat.ROMPU, BISSEXTIL)
    (attente,) = echeancier(Dossier.objects.all(), le=date(2028, 8, 20), genres=["attente"])
    assert attente.le == date(2028, 8, 30)
    assert "à partir du 30/08/2028" in lettre("fin")
    assert echeancier(Dossier.objects.all(), le=date(2028, 8, 30) + timedelta(days=15), genres=["attente"]) == []
