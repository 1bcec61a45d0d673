"""`imilo serve` as a whole: starts, stops, and what it refuses with a sentence."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import psutil
import pytest

from imilo.config.base_de_donnees import verrou
from imilo.config.superviseur import joue_l_asp
from tests.resilience.application import Application, application, imilo, port_libre


@pytest.fixture
def lancee() -> Iterator[Application]:
    with application() as essai:
        yield essai


@pytest.fixture
def home() -> Iterator[Path]:
    dossier = Path(tempfile.mkdtemp(prefix="imilo-essai-"))
    dossier.chmod(0o755)
    yield dossier / "h"
    shutil.rmtree(dossier, ignore_errors=True)


def test_la_vie_d_une_installation(lancee: Application) -> None:
    """Start, a child killed comes back, a stop leaves nothing, the second start answers again.

    The paying agency of the demonstration starts and stops with the rest; never where another one has its door.
    """
    lancee.demarrer()
    with build_opener(ProxyHandler({})).open(lancee.adresse, timeout=30) as page:
        assert page.status == 200
    avant = lancee.part("serveur")
    assert avant is not None
    travailleurs = avant.children()
    avant.kill()
    assert psutil.wait_procs(travailleurs, timeout=20)[1] == []  # its own workers go with it
    lancee.attendre()
    assert "nouveau départ" in lancee.sortie
    lancee.attendre_tout()
    asp = lancee.part("asp")
    assert asp is not None
    assert (lancee.home / "asp" / "depot").is_dir()
    assert lancee.arreter() == 0
    assert not asp.is_running()
    assert "I-MILO est arrêté" in lancee.sortie
    lancee.variables["IMILO_ASP"] = str(lancee.home / "ailleurs")
    second = lancee.demarrer()
    assert second < 60
    lancee.attendre_tout()
    assert lancee.part("travailleur") is not None
    assert lancee.part("asp") is None
    lancee.tuer("superviseur")
    lancee.demarrer()
    assert lancee.arreter() == 0


@pytest.mark.parametrize(
    ("env", "attendu"),
    [({}, True), ({"IMILO_ENV": "production"}, False), ({"IMILO_ASP": "sftp://nous@asp.example/"}, False)],
)
def test_l_asp_se_joue_hors_production_et_sans_autre_porte(env: dict[str, str], attendu: bool) -> None:
    assert joue_l_asp(env) is attendu


def test_port_pris_avant_de_toucher_a_rien(home: Path) -> None:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        prise.listen()
        port = prise.getsockname()[1]
        resultat = imilo("serve", "--port", str(port), home=home)
    assert resultat.returncode == 1
    assert f"Le port {port} est déjà pris" in resultat.stderr
    assert f"processus {os.getpid()}" in resultat.stderr
    assert "IMILO_PORT" in resultat.stderr
    assert "Traceback" not in resultat.stderr
    assert not home.exists()


def test_deux_departs_sur_un_meme_dossier(home: Path) -> None:
    with verrou(home, port=8123) as libre:
        assert libre
        resultat = imilo("serve", "--port", str(port_libre()), home=home)
    assert resultat.returncode == 1
    assert "tourne déjà" in resultat.stderr
    assert f"processus {os.getpid()}" in resultat.stderr
    assert "http://127.0.0.1:8123" in resultat.stderr


def test_dossier_non_inscriptible(home: Path) -> None:
    home.parent.joinpath("fichier").write_text("")
    resultat = imilo("serve", "--port", str(port_libre()), home=home.parent / "fichier" / "h")
    assert resultat.returncode == 1
    assert "IMILO_HOME" in resultat.stderr
    assert "Traceback" not in resultat.stderr


def test_l_aide_est_immediate(home: Path) -> None:
    """No Django, no database: the help answers at once."""
    debut = time.monotonic()
    resultat = imilo("--help", home=home)
    assert resultat.returncode == 0
    for commande in ("serve", "migrate", "demo", "importer", "journal"):
        assert commande in resultat.stdout
    assert time.monotonic() - debut < 10  # half a second alone; the machine may be busy
    assert not home.exists()
