"""`kill -9` at random under load: nothing acknowledged is lost, nothing counts twice, the journal verifies.

Three kills in an ordinary run; `IMILO_KILLS=50 pytest tests/resilience/test_kill.py` for more.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from imilo.socle.postgres import url_locale
from tests import amorce
from tests.resilience.application import Application, application, environnement, imilo
from tests.resilience.charge import Conseillere

COUPS = int(os.environ.get("IMILO_KILLS", "3"))
CIBLES = ("postgres", "serveur", "travailleur", "superviseur", "ouvrier", "session")


@pytest.fixture
def lancee() -> Iterator[Application]:
    with application() as essai:
        yield essai


def semer(home: Path) -> dict[str, object]:
    commande = [sys.executable, "-m", "tests.resilience.semence"]
    sortie = subprocess.run(commande, env=environnement(home), cwd=amorce.RACINE, capture_output=True, check=True)
    return dict(json.loads(sortie.stdout))


def actes_en_base(home: Path, dossier: object) -> tuple[Counter[str], int]:
    """What the database holds, as the superuser sees it: texts of acts, and facts written about them."""
    mot_de_passe = (home / "postgres.mdp").read_text().strip()
    url = psycopg.conninfo.conninfo_to_dict(json.loads((home / "postgres.json").read_text())["app"])
    prise = Path(str(url["host"]))
    with psycopg.connect(url_locale(prise, base="imilo", role="postgres", mot_de_passe=mot_de_passe)) as connexion:
        textes = connexion.execute("SELECT compte_rendu FROM dossiers_acte WHERE dossier_id = %s", [dossier]).fetchall()
        faits = connexion.execute(
            "SELECT count(*) FROM journal_fait WHERE genre LIKE 'acte.%%' AND dossier_id = %s", [dossier]
        ).fetchone()
    return Counter(str(t[0]) for t in textes), int(str(faits[0])) if faits else 0


def test_rien_d_accepte_n_est_perdu(lancee: Application) -> None:
    graine = random.randrange(10**6)
    hasard = random.Random(graine)
    lancee.demarrer()
    lieu = semer(lancee.home)
    conseillere = Conseillere(lancee.adresse, int(str(lieu["agent"])), str(lieu["numero"]))
    conseillere.commencer()
    conseillere.attendre(5)
    # A short run kills different parts; a long one draws each time.
    cibles = hasard.sample(CIBLES, COUPS) if len(CIBLES) >= COUPS else hasard.choices(CIBLES, k=COUPS)
    for cible in cibles:
        time.sleep(hasard.uniform(0, 0.5))  # in the middle of anything
        debut = time.monotonic()
        lancee.tuer(cible)
        if cible == "superviseur":
            lancee.demarrer()
        conseillere.attendre(3)
        print(f"{cible}: killed, {time.monotonic() - debut:.1f} s until three more acts")
    conseillere.finir()
    assert lancee.arreter() == 0
    print(f"seed {graine}: {COUPS} kills, {len(conseillere.reconnus)} acts, {conseillere.renvois} sent again")

    lancee.demarrer()  # the next start works
    textes, faits = actes_en_base(lancee.home, lieu["dossier"])
    assert {t: n for t, n in textes.items() if n > 1} == {}
    assert set(conseillere.reconnus) <= set(textes)
    assert len(textes) - len(conseillere.reconnus) <= 1  # the one in flight at the end may be there
    assert faits == len(textes)
    resultat = imilo("journal", "sceller", home=lancee.home)
    while "Un autre scellement est en cours" in resultat.stderr:  # the one of each minute: ours comes after it
        resultat = imilo("journal", "sceller", home=lancee.home)
    assert resultat.returncode == 0, resultat.stdout + resultat.stderr
    resultat = imilo("journal", "verifier", "--json", home=lancee.home)
    assert resultat.returncode == 0, resultat.stdout + resultat.stderr
    assert json.loads(resultat.stdout)["valide"] is True
    assert lancee.arreter() == 0
