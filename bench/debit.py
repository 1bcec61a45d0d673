"""Requests per second of a real server: granian as `imilo serve` starts it, and clients that wait for each answer."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from statistics import median
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from bench.cas import Cas

CLIENTS = 8
TOURS, SECONDES = 7, 2.0
ATTENTE = 60.0


@dataclass(frozen=True)
class Debits:
    """Requests per second (medians of the rounds), and ratios (medians of each round's own)."""

    dossier: float
    constante: float
    vide: float
    sur_constante: float
    sur_vide: float
    clients: int = CLIENTS


@contextmanager
def serveur() -> Iterator[int]:
    """The server on a free port, with the reference views; yields the port."""
    port = _port_libre()
    env = {**os.environ, "IMILO_ROLE": "app"}
    commande = [sys.executable, "-m", "imilo.config.servir", "--interface", "wsgi", "--no-ws", "--http", "1"]
    commande += ["--host", "127.0.0.1", "--port", str(port), "--backlog", "1024", "--log-level", "warning"]
    commande += ["--workers", str(min(2, os.cpu_count() or 1)), "--blocking-threads", "4"]
    processus = subprocess.Popen([*commande, "imilo.config.wsgi:application"], env=env)  # noqa: S603  # our own server
    try:
        _attendre(port)
        yield port
    finally:
        processus.terminate()
        processus.wait(30)


def _port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


def _attendre(port: int) -> None:
    limite = time.monotonic() + ATTENTE
    while time.monotonic() < limite:
        try:
            build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/bench/vide", timeout=5).close()
        except (URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("Le serveur mesuré ne répond pas.")


def mesurer(cas: Cas) -> Debits:
    """Rounds in which each kind of request takes its turn; what slows the machine slows all three."""
    entete = f"X-Gravitee-Api-Key: {cas.cle}\r\n"
    chemins = {
        "dossier": [f"/api/sue/dossiers/{n}" for n in cas.justifies],
        "constante": [f"/bench/constante/dossiers/{n}" for n in cas.justifies],
        "vide": ["/bench/vide"],
    }
    mesures: dict[str, list[float]] = {nom: [] for nom in chemins}
    with serveur() as port:
        for tour in range(TOURS + 1):
            for nom, adresses in chemins.items():
                debit = _charger(port, [_demande(a, entete) for a in adresses], SECONDES)
                if tour:  # the first round warms up
                    mesures[nom].append(debit)
    dossier, constante, vide = (mesures[nom] for nom in ("dossier", "constante", "vide"))
    return Debits(
        round(median(dossier), 1),
        round(median(constante), 1),
        round(median(vide), 1),
        round(median(d / c for d, c in zip(dossier, constante, strict=True)), 3),
        round(median(d / v for d, v in zip(dossier, vide, strict=True)), 3),
    )


def _demande(chemin: str, entete: str) -> bytes:
    return f"GET {chemin} HTTP/1.1\r\nHost: 127.0.0.1\r\n{entete}\r\n".encode()


def _charger(port: int, demandes: Sequence[bytes], secondes: float) -> float:
    """Answers per second that `CLIENTS` connections get. Raises `RuntimeError` for any answer but a 200."""
    faites = [0] * CLIENTS
    erreurs: list[str] = []
    fin = time.monotonic() + secondes

    def client(rang: int) -> None:
        suite = cycle(demandes[rang::CLIENTS] or demandes)
        with socket.create_connection(("127.0.0.1", port), timeout=30) as prise:
            prise.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while time.monotonic() < fin and not erreurs:
                prise.sendall(next(suite))
                statut = _recevoir(prise)
                if statut != b"200":
                    erreurs.append(statut.decode())
                    return
                faites[rang] += 1

    debut = time.monotonic()
    fils = [threading.Thread(target=client, args=(rang,)) for rang in range(CLIENTS)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    if erreurs:
        raise RuntimeError(f"Réponse {erreurs[0]} pendant la mesure.")
    return sum(faites) / (time.monotonic() - debut)


def _recevoir(prise: socket.socket) -> bytes:
    """Read one answer; its status. The servers measured always give the length."""
    recu = _lire(prise)
    while b"\r\n\r\n" not in recu:
        recu += _lire(prise)
    tete, corps = recu.split(b"\r\n\r\n", 1)
    longueur = next(
        int(ligne.split(b":")[1]) for ligne in tete.lower().split(b"\r\n") if ligne.startswith(b"content-length")
    )
    while len(corps) < longueur:
        corps += _lire(prise)
    return tete.split(b" ", 2)[1]


def _lire(prise: socket.socket) -> bytes:
    morceau = prise.recv(65536)
    if not morceau:
        raise RuntimeError("Le serveur mesuré a fermé la connexion.")
    return morceau
