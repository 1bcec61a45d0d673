"""`kill -9` at each step of an exchange, in real processes: nothing lost, nothing doubled, resends byte-identical.

And two processes at once. The agency's own ledger, which knows nothing of our database, is the judge.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from imilo.droit.delais import debut_du_mois, mois_plus
from imilo.echanges.connecteurs.asp.faux import FausseAsp
from imilo.echanges.connecteurs.asp.models import Envoi, EtatEnvoi, EtatLigne
from imilo.socle.perimetre import perimetre
from tests import amorce
from tests.echanges.connecteurs.asp import programme
from tests.echanges.connecteurs.asp.scene import IBANS, Scene, ouvrir_la_scene
from tests.processus import MORT, Processus

pytestmark = pytest.mark.django_db(transaction=True)
PREMIER = mois_plus(debut_du_mois(date.today()), -4)  # months already due to be paid, on the real clock
PAUSE = 4.0  # seconds in which the second process has the time to come and see that the first is at work


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Three contracts and two months of each, decided; nothing has left."""
    scene = ouvrir_la_scene(tmp_path / "asp")
    for rang in range(3):
        contrat = scene.contrat(PREMIER.replace(day=7 + rang), iban=IBANS[rang])
        for mois in range(2):
            scene.decision(contrat, mois_plus(PREMIER, mois), f"{rang + 1}{mois}0.5{rang}")
    return scene


def lancer(scene: Scene, etape: str, pause: float = 0) -> Processus:
    return Processus(programme.echanger, scene.structure.pk, str(scene.asp.base), etape, pause)


def envois(scene: Scene) -> dict[str, tuple[str, str]]:
    """Name to (bytes, print) of the files still to be answered."""
    with perimetre(scene.structure.pk):
        return {e.nom: (e.contenu, e.sha256) for e in Envoi.objects.exclude(etat=EtatEnvoi.REPONDU)}


def tout_est_la_une_fois(scene: Scene) -> None:
    """Each contract accepted, each month accepted and paid, once on both sides and to the cent."""
    sien = scene.asp.lignes()
    references = Counter(r for r, *_ in sien)
    lignes = scene.lignes()
    assert references == Counter(ligne.reference for ligne in lignes)
    assert set(references.values()) == {1}
    assert len(lignes) == 9
    assert {code for _, _, code, _ in sien} == {"0000"}
    payees = {ligne.reference: str(ligne.paye) for ligne in lignes if ligne.etat == EtatLigne.PAYEE}
    assert payees == {r: montant for r, montant, _, paye_le in sien if paye_le}
    assert len(payees) == 6
    assert list(scene.asp.depot.iterdir()) == []
    assert list(scene.asp.retrait.iterdir()) == []
    with perimetre(scene.structure.pk):
        assert {e.etat for e in Envoi.objects.all()} == {EtatEnvoi.REPONDU}


def finir(scene: Scene, **options: Any) -> None:
    """Another process, this one, takes over until there is nothing left to say."""
    for _ in range(4):
        scene.echanger(date.today(), malgre_l_attente=True, **options)
        scene.asp.passer()
    scene.echanger(date.today(), malgre_l_attente=True, **options)


@pytest.mark.parametrize("etape", programme.ETAPES)
def test_tue_a_cette_etape(scene: Scene, etape: str) -> None:
    """At each visit: the process dies at the step, then another one takes over."""
    morts, vus = 0, dict[str, tuple[str, str]]()
    for _ in range(4):
        morts += lancer(scene, etape).attendre() == MORT
        if morts == 3:
            break
        avant = envois(scene)
        for nom in vus.keys() & avant.keys():
            assert vus[nom] == avant[nom]
        vus |= avant
        scene.asp.passer()  # it may have read what was deposited before we died
        if etape == "apres_le_depot" and morts == 1:
            # And it may see the same file once more: under the same name, the same bytes.
            (nom,) = avant
            (scene.asp.depot / nom).write_bytes(avant[nom][0].encode())
            scene.asp.passer()
    assert morts >= 2
    finir(scene)
    tout_est_la_une_fois(scene)


def test_deux_processus_a_la_fois(scene: Scene) -> None:
    """Both want to fix and send the same, and one stops in the middle: the other goes away without waiting.

    Then both want to read the same answer.
    """
    occupees = 0
    for etape in ("pendant_l_ecriture", "pendant_l_application"):
        deux = [lancer(scene, etape, PAUSE), lancer(scene, etape, PAUSE)]
        occupees += sum(processus.attendre()["occupees"] for processus in deux)
        scene.asp.passer()
    finir(scene)
    tout_est_la_une_fois(scene)
    assert occupees >= 1


def test_l_agence_tuee_ne_perd_ni_ne_double(scene: Scene) -> None:
    """The agency of ours killed at random moments: what it answers and pays stays right."""
    for _ in range(3):
        scene.echanger(date.today())
        commande = [sys.executable, "-m", "imilo.config.commandes", "asp", "faux", "--dossier", str(scene.asp.base)]
        fausse = subprocess.Popen(commande, cwd=amorce.RACINE, stderr=subprocess.DEVNULL)
        time.sleep(2.5)
        fausse.kill()
        fausse.wait()
    FausseAsp(scene.asp.base).passer()
    finir(scene)
    tout_est_la_une_fois(scene)
