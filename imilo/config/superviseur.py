"""`imilo serve`: PostgreSQL, the web server and the background worker, started, watched, stopped together.

The supervisor loads no Django: what needs it runs in a child. Every child dies with it (see
`imilo.socle.processus`), and one that dies alone is started again.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import psutil

from imilo.config import base_de_donnees
from imilo.config.base_de_donnees import Base
from imilo.config.commandes.migrate import VIDE
from imilo.config.commandes.sortie import dire
from imilo.socle import postgres
from imilo.socle.chemins import dossier_imilo
from imilo.socle.demarrage import Empechement
from imilo.socle.processus import Enfant, lancer, mourir_avec_le_parent

PAS = 0.2  # seconds between two looks at the children
REPRISES = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before starting a dead child again
STABLE = 60.0  # seconds alive after which past deaths are forgotten
DELAI_PAGE = 120.0
TAILLE_JOURNAL = 10 * 1024 * 1024


class Arret(BaseException):
    """Someone asked us to stop."""


@dataclass
class Veille:
    """One watched child and how to start it."""

    nom: str
    demarrer: Callable[[], Enfant]
    enfant: Enfant | None = None
    depuis: float = 0.0
    morts: int = 0
    reprise: float | None = None

    def lancer(self) -> None:
        self.enfant = self.demarrer()
        self.depuis = time.monotonic()
        self.reprise = None

    def mort(self) -> bool:
        return self.enfant is not None and not self.enfant.vivant()

    def constater(self) -> float:
        """Reap the dead child; return the seconds to wait before the next start."""
        assert self.enfant is not None
        self.enfant.achever()
        if time.monotonic() - self.depuis > STABLE:
            self.morts = 0
        delai = REPRISES[min(self.morts, len(REPRISES) - 1)]
        self.morts += 1
        self.enfant = None
        self.reprise = time.monotonic() + delai
        return delai


def joue_l_asp(env: Mapping[str, str]) -> bool:
    """Whether the paying agency is ours to play: in the demonstration, unless a door of another is given."""
    return env.get("IMILO_ENV") != "production" and not env.get("IMILO_ASP")


@dataclass
class Superviseur:
    """One `imilo serve`."""

    port: int
    hote: str = "127.0.0.1"
    migrer: bool = True
    demonstration: bool = True
    home: Path = field(default_factory=dossier_imilo)
    base: Base | None = None
    veilles: list[Veille] = field(default_factory=list)
    arret_demande: bool = False

    def vivre(self) -> int:
        """Start everything, watch until asked to stop; return the exit code."""
        if os.environ.get("IMILO_AVEC_PARENT"):  # `make run`: a make that is killed takes us along
            mourir_avec_le_parent(signal.SIGTERM)
        verifier_port(self.hote, self.port)
        with base_de_donnees.verrou(self.home, port=self.port) as libre:
            if not libre:
                raise base_de_donnees.deja_lance(self.home)
            for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(sig, self._noter_l_arret)
            try:
                self._demarrer()
                self._veiller()
            except Arret:
                dire("\nArrêt demandé : tout s'arrête dans l'ordre…")
            finally:
                for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    signal.signal(sig, signal.SIG_IGN)
                self._arreter()
        dire("I-MILO est arrêté. Les données sont dans " + str(self.home))
        return 0

    def _noter_l_arret(self, _sig: int, _cadre: FrameType | None) -> None:
        """Only note it: an exception raised in the middle of anything (a fork, a lock) would be lost there."""
        if self.arret_demande:  # asked twice: at once
            raise Arret
        self.arret_demande = True

    def _souffler(self, secondes: float = PAS) -> None:
        """Wait a little; leave if a stop was asked."""
        if self.arret_demande:
            raise Arret
        time.sleep(secondes)

    # --- starting ---------------------------------------------------------------------------------

    def _demarrer(self) -> None:
        debut = time.monotonic()
        if base_de_donnees.embarquee():
            dire("Démarrage de PostgreSQL…")
        self.base = base_de_donnees.ouvrir(self.home)
        self._souffler(0)
        self._preparer()
        self._veiller_sur(Veille("le serveur", self._serveur))
        self._attendre_la_page()
        self._veiller_sur(Veille("les tâches de fond", self._travailleur))  # the page first
        if joue_l_asp(os.environ):
            self._veiller_sur(Veille("l'ASP d'essai", self._asp))
        self._accueillir(time.monotonic() - debut)

    def _veiller_sur(self, veille: Veille) -> None:
        self.veilles.append(veille)
        veille.lancer()

    def _preparer(self) -> None:
        code = self._commande("migrate", "--dire-si-vide", *([] if self.migrer else ["--verifier"]))
        if code == VIDE and self.demonstration and os.environ.get("IMILO_ENV") != "production":
            self._commande("demo", "--si-vide")

    def _commande(self, *arguments: str) -> int:
        """Run one of our own commands to its end; its sentences are already on the screen when it fails."""
        enfant = lancer(arguments[0], [*_imilo(), *arguments], env=self._env())
        try:
            while enfant.vivant():
                self._souffler(PAS / 4)
        finally:
            enfant.arreter(30)  # a migration that is stopped is rolled back
        code = enfant.processus.returncode
        if code in {0, VIDE}:
            return code
        raise Empechement(
            f"`imilo {' '.join(arguments)}` a échoué : son message est au-dessus. Corrigez, puis relancez.",
            f"`imilo {' '.join(arguments)}` failed: its message is above. Fix it, then start again.",
        )

    def _env(self, **variables: str) -> dict[str, str]:
        env = {k: v for k, v in os.environ.items() if k != "IMILO_AVEC_PARENT"}
        return env | {"IMILO_HOME": str(self.home), "IMILO_SUPERVISE": "1", "PYTHONUNBUFFERED": "1"} | variables

    def _serveur(self) -> Enfant:
        commande = [sys.executable, "-m", "imilo.config.servir", "--interface", "wsgi", "--no-ws", "--http", "1"]
        commande += ["--host", self.hote, "--port", str(self.port), "--backlog", "1024"]
        commande += ["--workers", str(min(2, os.cpu_count() or 1)), "--blocking-threads", "4"]
        commande += ["--respawn-failed-workers", "--workers-kill-timeout", "10", "--log-level", "warning"]
        return self._lancer("serveur", [*commande, "imilo.config.serveur:application"], IMILO_ROLE="app")

    def _travailleur(self) -> Enfant:
        return self._lancer("travailleur", [*_imilo(), "travailleur"], IMILO_ROLE="lots")

    def _asp(self) -> Enfant:
        return self._lancer("asp", [*_imilo(), "asp", "faux"])

    def _lancer(self, nom: str, commande: list[str], **variables: str) -> Enfant:
        if os.environ.get("IMILO_JOURNAUX") == "console":
            return lancer(nom, commande, env=self._env(**variables), signal_orphelin=signal.SIGKILL)
        journal = self.home / "journaux" / f"{nom}.log"
        journal.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if journal.exists() and journal.stat().st_size > TAILLE_JOURNAL:
            journal.replace(journal.with_suffix(".log.1"))
        with journal.open("ab") as sortie:
            return lancer(nom, commande, env=self._env(**variables), sortie=sortie, signal_orphelin=signal.SIGKILL)

    @property
    def adresse(self) -> str:
        hote = "127.0.0.1" if self.hote in {"0.0.0.0", "::"} else self.hote  # noqa: S104  # compared, not bound
        return f"http://{hote}:{self.port}"

    def _attendre_la_page(self) -> None:
        limite = time.monotonic() + DELAI_PAGE
        while time.monotonic() < limite:
            if page_repond(self.adresse + "/"):
                return
            self._regarder()
            self._souffler(PAS / 2)
        raise Empechement(
            f"La page {self.adresse} ne répond pas. Lisez {self.home / 'journaux' / 'serveur.log'}, puis relancez.",
            f"The page {self.adresse} does not answer. Read {self.home / 'journaux' / 'serveur.log'}, then retry.",
        )

    def _accueillir(self, secondes: float) -> None:
        dire(f"\n[bold]I-MILO est prêt[/bold] en {secondes:.0f} s : [bold underline]{self.adresse}[/bold underline]")
        qui = personas(self.home)
        if qui:
            dire("Connectez-vous par « S'identifier avec ProConnect » (fournisseur d'essai), par exemple en tant que :")
        for persona in qui:
            dire(f"  • {persona}")
        dire(f"Données et journaux : {self.home}   Ctrl-C arrête tout.")

    # --- watching ---------------------------------------------------------------------------------

    def _veiller(self) -> None:
        while True:
            self._regarder()
            self._souffler()

    def _regarder(self) -> None:
        serveur = self.base.serveur if self.base else None
        if self.base is not None and serveur is not None and not serveur.vivant():
            dire("PostgreSQL s'est arrêté : redémarrage…")
            serveur.enfant.achever()
            # What was committed is in its log: it recovers by itself, on the same socket.
            self.base.serveur = postgres.demarrer(self.home)
            dire("PostgreSQL est reparti.")
        for veille in self.veilles:
            if veille.mort():
                delai = veille.constater()
                dire(f"Processus arrêté : {veille.nom} ; nouveau départ dans {delai:.0f} s.")
            elif veille.enfant is None and veille.reprise is not None and time.monotonic() >= veille.reprise:
                veille.lancer()

    # --- stopping ---------------------------------------------------------------------------------

    def _arreter(self) -> None:
        for veille in self.veilles:
            if veille.enfant is not None:
                veille.enfant.arreter(15)
        if self.base is not None and self.base.serveur is not None:
            self.base.serveur.arreter()


def _imilo() -> list[str]:
    return [sys.executable, "-m", "imilo.config.commandes"]


def page_repond(url: str) -> bool:
    """Does a page answer (even with a refusal)? No proxy: it is ours."""
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=10):
            return True
    except HTTPError as erreur:
        return erreur.code < 500
    except OSError:
        return False


def verifier_port(hote: str, port: int) -> None:
    """Refuse a busy or forbidden port before anything is touched."""
    famille = socket.AF_INET6 if ":" in hote else socket.AF_INET
    with socket.socket(famille, socket.SOCK_STREAM) as prise:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            prise.bind((hote, port))
        except OSError as erreur:
            if erreur.errno == errno.EADDRINUSE:
                raise _port_pris(port) from erreur
            raise Empechement(
                f"Impossible d'écouter sur {hote}:{port} ({erreur.strerror}). Donnez un autre port avec IMILO_PORT.",
                f"Cannot listen on {hote}:{port} ({erreur.strerror}). Choose another port with IMILO_PORT.",
            ) from erreur


def _port_pris(port: int) -> Empechement:
    qui = _qui_ecoute(port)
    par, by = (f" par {qui}", f" by {qui}") if qui else ("", "")
    return Empechement(
        f"Le port {port} est déjà pris{par}. Arrêtez ce programme, ou choisissez un autre port : "
        f"IMILO_PORT={port + 1 if port < 65535 else 8000} make run",
        f"Port {port} is already in use{by}. Stop that program, or choose another port with IMILO_PORT.",
    )


def _qui_ecoute(port: int) -> str | None:
    """ "name (process n)" of who listens, where this account may know it."""
    try:
        for lien in psutil.net_connections("tcp"):
            if lien.status == psutil.CONN_LISTEN and lien.laddr and lien.laddr.port == port and lien.pid:
                return f"{psutil.Process(lien.pid).name()} (processus {lien.pid})"
    except (psutil.Error, OSError):
        return None
    return None


def personas(home: Path) -> list[str]:
    """Whom to sign in as, as the demonstration wrote it: one line each."""
    try:
        return [str(p) for p in json.loads((home / "personas.json").read_text())]
    except (OSError, ValueError):
        return []
