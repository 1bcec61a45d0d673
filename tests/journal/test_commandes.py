"""`imilo journal` as the person at the terminal runs it, and the periodic work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from imilo.journal.chainage import VERROU
from imilo.journal.models import Fait
from imilo.socle.perimetre import perimetre
from tests.journal.aides import Connexion, S, attendre_les_ecrivains, ecrire, sceller

FALSIFIER = "UPDATE journal_fait SET agent_id = 1 WHERE id = (SELECT min(id) FROM journal_fait)"


@pytest.fixture
def imilo(comme_lots: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run `imilo journal …` in this process."""
    from imilo.config.commandes import app

    monkeypatch.setenv("IMILO_ROLE", "lots")  # given back afterwards
    monkeypatch.setenv("COLUMNS", "300")

    def lancer(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["journal", *arguments])

    return lancer


def test_sceller_puis_verifier(imilo: Any) -> None:
    ecrire(S, 1, 2)
    attendre_les_ecrivains()
    scellement = imilo("sceller")
    assert scellement.exit_code == 0, scellement.output
    assert "2 inscription(s) chaînée(s) ; sceau n° 1, 1 chaîne(s)." in scellement.output
    assert "rien de neuf" in imilo("sceller").output
    verification = imilo("verifier")
    assert verification.exit_code == 0, verification.output
    assert "2 faits et 0 consultations dans 1 chaînes" in verification.output
    assert "Le journal est intact." in verification.output


def test_verifier_nomme_ce_qui_a_change(imilo: Any, base_proprietaire: Connexion) -> None:
    from tests import fabriques

    structure = fabriques.structure()
    ecrire(structure.pk, 1, 2)
    sceller()
    base_proprietaire.execute(FALSIFIER)
    with perimetre("*"):
        numero = Fait.objects.order_by("id").values_list("id", flat=True)[0]
    verification = imilo("verifier")
    assert verification.exit_code == 1
    attendu = f"Le fait n° {numero}, le rang 1 dans la chaîne des faits de la structure {structure.code}, a été modifié"
    assert attendu in verification.output
    assert "1 anomalie" in verification.output
    assert imilo("verifier", "--structure", structure.code.lower()).exit_code == 1
    inconnue = imilo("verifier", "--structure", "00000000")
    assert inconnue.exit_code == 1
    assert "Aucune structure ne porte le code" in inconnue.output


def test_verifier_en_json(imilo: Any, base_proprietaire: Connexion) -> None:
    ecrire(S, 1)
    sceller()
    reponse = json.loads(imilo("verifier", "--json").stdout)
    assert (reponse["valide"], reponse["anomalies"], reponse["comptes"]["faits"]) == (True, [], 1)
    base_proprietaire.execute(FALSIFIER)
    resultat = imilo("verifier", "--json")
    assert resultat.exit_code == 1
    (anomalie,) = json.loads(resultat.stdout)["anomalies"]
    assert (anomalie["genre"], anomalie["structure"], anomalie["rang"]) == ("fait_modifie", S, 1)
    assert anomalie["phrase"].endswith(".")


def test_une_mauvaise_cle_est_soupconnee(imilo: Any, settings: Any) -> None:
    ecrire(S, 1)
    sceller()
    settings.CLE_SCEAU = "A" * 43 + "="
    assert "IMILO_CLE_SCEAU est-elle bien celle de cette base" in imilo("verifier").output


def test_un_scellement_deja_en_cours_est_dit(imilo: Any, base_proprietaire: Connexion) -> None:
    with base_proprietaire.transaction():
        base_proprietaire.execute("SELECT pg_advisory_xact_lock(%s)", [VERROU])
        resultat = imilo("sceller")
    assert resultat.exit_code == 1
    assert "Réessayez" in resultat.output


def test_un_second_lieu_plein_ou_ferme_est_dit(imilo: Any, comme_lots: Path) -> None:
    comme_lots.write_text("")
    resultat = imilo("sceller")
    assert resultat.exit_code == 1
    assert "n'a pas pu être écrit" in resultat.output


def test_un_second_lieu_illisible_est_dit(imilo: Any, comme_lots: Path) -> None:
    ecrire(S, 1)
    sceller()
    (fichier,) = comme_lots.iterdir()
    fichier.rename(fichier.with_suffix(".ailleurs"))
    fichier.mkdir()
    resultat = imilo("verifier")
    assert resultat.exit_code == 1
    assert "Le second lieu ne se lit pas" in resultat.output


def test_dans_un_processus_a_part(comme_lots: Path) -> None:
    """Its own Django, under the batches' role that the command takes by itself."""
    ecrire(S, 1)
    env = {**os.environ, "IMILO_SCEAUX": str(comme_lots)}
    commande = [sys.executable, "-m", "imilo.config.commandes", "journal"]
    attendre_les_ecrivains()
    resultat = subprocess.run([*commande, "sceller", "--json"], env=env, capture_output=True, text=True, check=True)
    assert json.loads(resultat.stdout) == {"chaines": 1, "tetes": 1, "sceau": 1}
    resultat = subprocess.run([*commande, "verifier"], env=env, capture_output=True, text=True, check=False)
    assert (resultat.returncode, "intact" in resultat.stdout) == (0, True), resultat.stderr


def test_le_travail_de_chaque_minute(comme_lots: Path, base_proprietaire: Connexion) -> None:
    from imilo.config import travaux

    ecrire(S, 1)
    attendre_les_ecrivains()
    travaux.journal_sceller(0)
    assert len(list(comme_lots.iterdir())) == 1
    with base_proprietaire.transaction():
        base_proprietaire.execute("SELECT pg_advisory_xact_lock(%s)", [VERROU])
        travaux.journal_sceller(60)  # says so and leaves
    travaux.journal_partitions(0)


def test_le_travail_est_periodique() -> None:
    from procrastinate.contrib.django import app

    import imilo.config.travaux  # noqa: F401  # declares the tasks

    crons = {t.task.name: t.cron for t in app.periodic_registry.periodic_tasks.values()}
    assert crons["journal_sceller"] == "* * * * *"
    assert "journal_partitions" in crons
