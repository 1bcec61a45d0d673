"""The real application in a test: `imilo serve` in its own process, on a free port, with its own IMILO_HOME."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from imilo.config.superviseur import page_repond
from tests import amorce

# How each part shows in the list of processes.
PARTS = {"serveur": "imilo.config.servir", "travailleur": "travailleur", "postgres": "postgres", "asp": "faux"}


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


def environnement(home: Path, **variables: str) -> dict[str, str]:
    """Ours without what the tests set for themselves, and these variables."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "IMILO_", "PYTEST_"))}
    return env | {"IMILO_HOME": str(home)} | variables


def imilo(*arguments: str, home: Path, **options: object) -> subprocess.CompletedProcess[str]:
    """Run one command of `imilo` to its end."""
    commande = [sys.executable, "-m", "imilo.config.commandes", *arguments]
    return subprocess.run(
        commande, env=environnement(home), cwd=amorce.RACINE, capture_output=True, text=True, check=False, timeout=300
    )


@dataclass
class Application:
    """One `imilo serve`, which can be started and killed many times on the same data."""

    home: Path
    port: int = field(default_factory=port_libre)
    options: tuple[str, ...] = ("--sans-demo",)
    variables: dict[str, str] = field(default_factory=dict)
    processus: subprocess.Popen[bytes] | None = None
    depart: int = 0  # where the last start begins in `sortie`

    @property
    def adresse(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sortie(self) -> str:
        return (self.home / "sortie.txt").read_text()

    def demarrer(self, delai: float = 180.0) -> float:
        """Start and wait for the page; return the seconds it took."""
        debut = time.monotonic()
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "sortie.txt").touch()
        self.depart = len(self.sortie)
        with (self.home / "sortie.txt").open("ab") as sortie:
            self.processus = subprocess.Popen(
                [sys.executable, "-m", "imilo.config.commandes", "serve", "--port", str(self.port), *self.options],
                env=environnement(self.home, **self.variables),
                cwd=amorce.RACINE,
                stdout=sortie,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.attendre(delai)
        return time.monotonic() - debut

    def attendre(self, delai: float = 180.0) -> None:
        """Wait until the page answers."""
        limite = time.monotonic() + delai
        while time.monotonic() < limite:
            if page_repond(self.adresse + "/"):
                return
            if self.processus is not None and self.processus.poll() is not None:
                raise AssertionError(f"imilo serve stopped with {self.processus.returncode}:\n{self.sortie[-4000:]}")
            time.sleep(0.2)
        raise AssertionError(f"the page does not answer:\n{self.sortie[-4000:]}")

    def attendre_tout(self, delai: float = 60.0) -> None:
        """Wait until the last start has said that everything is up: the page comes before the rest."""
        limite = time.monotonic() + delai
        while "I-MILO est prêt" not in self.sortie[self.depart :]:
            assert time.monotonic() < limite, f"not everything is up:\n{self.sortie[-4000:]}"
            time.sleep(0.1)

    def famille(self) -> list[psutil.Process]:
        """The supervisor and everything below it."""
        assert self.processus is not None
        with contextlib.suppress(psutil.NoSuchProcess):
            superviseur = psutil.Process(self.processus.pid)
            return [superviseur, *superviseur.children(recursive=True)]
        return []

    def part(self, nom: str) -> psutil.Process | None:
        """The direct child that plays `nom` (see PARTS), None while it is being started again."""
        assert self.processus is not None
        for enfant in psutil.Process(self.processus.pid).children():
            with contextlib.suppress(psutil.Error):
                if any(PARTS[nom] in Path(mot).name for mot in enfant.cmdline()[:5]):
                    return enfant
        return None

    def tuer(self, nom: str) -> None:
        """`kill -9` of one part, or of the `superviseur` itself (everything must then go by itself)."""
        assert self.processus is not None
        if nom == "superviseur":
            famille = self.famille()
            self.processus.kill()
            self.processus.wait()
            restants = psutil.wait_procs(famille[1:], timeout=60)[1]
            assert not restants, f"left running after the supervisor was killed: {[r.cmdline() for r in restants]}"
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            victime = self._victime(nom)
            if victime is not None:
                victime.kill()

    def _victime(self, nom: str) -> psutil.Process | None:
        """A part, a worker of the web server (`ouvrier`), or a session of PostgreSQL (`session`)."""
        if nom == "ouvrier":
            serveur = self.part("serveur")
            return next(iter(serveur.children()), None) if serveur else None
        if nom == "session":
            postgres = self.part("postgres")
            sessions = postgres.children() if postgres else []
            return next((s for s in sessions if any("imilo_app" in mot for mot in s.cmdline())), None)
        return self.part(nom)

    def arreter(self) -> int:
        """SIGTERM, as a service manager does; return the exit code."""
        assert self.processus is not None
        famille = self.famille()
        self.processus.send_signal(signal.SIGTERM)
        code = self.processus.wait(60)
        restants = psutil.wait_procs(famille[1:], timeout=5)[1]
        assert not restants, f"left running after a stop: {restants}"
        return code

    def achever(self) -> None:
        if self.processus is not None and self.processus.poll() is None:
            self.processus.kill()
            self.processus.wait()


@contextlib.contextmanager
def application() -> Iterator[Application]:
    """An application on a migrated, empty database (copied from the tests' template when there is one)."""
    dossier = Path(tempfile.mkdtemp(prefix="imilo-essai-"))
    dossier.chmod(0o755)
    essai = Application(dossier / "h")
    amorce.copier_gabarit(essai.home)
    try:
        yield essai
    finally:
        essai.achever()
        shutil.rmtree(dossier, ignore_errors=True)
