"""`kill -9` of the sealer at any instant: nothing is lost, nothing is sealed twice, and the journal verifies."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from imilo.journal.anomalies import Genre
from imilo.journal.verification import Verification
from tests.journal.aides import Connexion, S, T, ecrire, sceller

MORTS = 3
SCELLEUR = """
import django
django.setup()
from imilo.journal.chainage import Occupe
from imilo.journal.sceau import sceller
print("pret", flush=True)
while True:
    try:
        sceller(lot=2)
    except Occupe:
        pass
"""


def _tuer_en_plein_travail(sceaux: Path, hasard: random.Random, numeros: range) -> None:
    env = {**os.environ, "IMILO_ROLE": "lots", "IMILO_SCEAUX": str(sceaux)}
    with subprocess.Popen([sys.executable, "-c", SCELLEUR], env=env, stdout=subprocess.PIPE) as scelleur:
        assert scelleur.stdout is not None
        assert scelleur.stdout.readline() == b"pret\n"
        fin = time.monotonic() + hasard.uniform(0.05, 0.6)
        for numero in numeros:
            ecrire((S, T)[numero % 2], numero)
        time.sleep(max(0.0, fin - time.monotonic()))
        scelleur.kill()


def test_un_scelleur_tue_reprend(comme_lots: Path, base_proprietaire: Connexion) -> None:
    hasard = random.Random()  # any instant
    for mort in range(MORTS):
        _tuer_en_plein_travail(comme_lots, hasard, range(40 * mort, 40 * (mort + 1)))
        assert {a.genre for a in Verification().anomalies()} <= {Genre.LIGNE_COUPEE}
    # PostgreSQL may still be ending the session of the last one killed.
    base_proprietaire.execute("SELECT pg_advisory_xact_lock(%s)", [0x494D494C4F])
    sceller()
    verification = Verification()
    assert {a.genre for a in verification.anomalies()} <= {Genre.LIGNE_COUPEE}
    assert (verification.comptes.faits, verification.comptes.en_attente) == (40 * MORTS, 0)
