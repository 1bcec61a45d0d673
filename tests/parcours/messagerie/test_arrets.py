"""`kill -9` at each step of the sending of a message, in real processes: never twice, and never lost in silence."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.messagerie.models import EtatMessage, MessageSortant
from imilo.parcours.messagerie.selectors import a_corriger
from imilo.parcours.messagerie.services import ecrire
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours.messagerie import programme
from tests.parcours.messagerie.programme import ETAPES
from tests.processus import MORT, Processus

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def message(structure: Structure, agent: Agent) -> MessageSortant:
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent, telephone="+33612345678")
        return ecrire(
            agent, dossier, canal="sms", adresse="+33612345678", genre="rappel", objet="Rappel", corps="À demain."
        )


def lancer(message: MessageSortant, carnet: Path, etape: str = "", pause: float = 0) -> Processus:
    return Processus(programme.envoyer, message.pk, message.structure_id, str(carnet), etape, pause)


def prises(carnet: Path) -> int:
    return len(carnet.read_text().splitlines()) if carnet.exists() else 0


@pytest.mark.parametrize("etape", ETAPES)
def test_tue_a_cette_etape(message: MessageSortant, tmp_path: Path, etape: str) -> None:
    """The worker dies at the step, then its task is started again twice, as the supervisor does."""
    carnet = tmp_path / "carnet"
    assert lancer(message, carnet, etape).attendre() == MORT
    etats = {lancer(message, carnet).attendre() for _ in range(2)}
    # Before the attempt is committed nothing may have left: it leaves. After, nobody knows: it doesn't leave again.
    attendu = EtatMessage.ENVOYE if etape == "avant_la_tentative" else EtatMessage.INCERTAIN
    assert etats == {attendu}
    assert prises(carnet) == (0 if etape == "avant_l_envoi" else 1)
    with perimetre(message.structure_id):
        a_voir = a_corriger(dossiers=Dossier.objects.filter(pk=message.dossier_id))
        assert [m.pk for m in a_voir] == ([] if attendu == EtatMessage.ENVOYE else [message.pk])


def test_deux_travailleurs_a_la_fois(message: MessageSortant, tmp_path: Path) -> None:
    """One waits for the carrier; the other, started meanwhile, sends nothing; what the first learns stays."""
    carnet = tmp_path / "carnet"
    premier = lancer(message, carnet, "apres_l_envoi", 2)
    limite = time.monotonic() + 60
    while not prises(carnet) and time.monotonic() < limite:
        time.sleep(0.05)
    assert lancer(message, carnet).attendre() == EtatMessage.INCERTAIN
    assert premier.attendre() == EtatMessage.ENVOYE
    assert prises(carnet) == 1
    with perimetre(message.structure_id):
        assert MessageSortant.objects.get().etat == EtatMessage.ENVOYE
