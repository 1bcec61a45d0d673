"""The sending of one message in a process of its own (`tests.processus`), killed by SIGKILL at a named step.

The carrier is a file to which each message taken adds a line: it knows nothing of our database.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from imilo.parcours.messagerie.expediteurs import Pli

ETAPES = ("avant_la_tentative", "avant_l_envoi", "apres_l_envoi", "pendant_la_note")


def mourir() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Carnet:
    """A carrier that takes everything, and writes what it took."""

    chemin: Path
    avant: Callable[[], object] = staticmethod(lambda: None)
    apres: Callable[[], object] = staticmethod(lambda: None)

    def pret(self) -> str:
        return ""

    def expedier(self, pli: Pli) -> str:
        self.avant()
        with self.chemin.open("a", encoding="utf-8") as carnet:
            carnet.write(f"{pli.reference}\n")
        self.apres()
        return "prise-1"


def _poser(etape: str, agir: Callable[[], object]) -> None:
    """Have `agir` called at a step."""
    from imilo.parcours.messagerie import services

    depart, consigner = services._etat_au_depart, services.consigner

    def avant_la_tentative(message: Any) -> str:
        etat = depart(message)  # written, in a transaction that never ends
        agir()
        return etat

    def pendant_la_note(*arguments: Any, **reste: Any) -> None:
        consigner(*arguments, **reste)
        agir()

    poses: dict[str, tuple[Any, str, Any]] = {
        "avant_la_tentative": (services, "_etat_au_depart", avant_la_tentative),
        "avant_l_envoi": (Carnet, "avant", staticmethod(agir)),
        "apres_l_envoi": (Carnet, "apres", staticmethod(agir)),
        "pendant_la_note": (services, "consigner", pendant_la_note),
    }
    setattr(*poses[etape])


def envoyer(message_id: int, structure_id: int, carnet: str, etape: str = "", pause: float = 0) -> str:
    """The state in which the worker leaves the message."""
    from imilo.parcours.messagerie.services import partir

    Carnet.chemin = Path(carnet)
    ici = f"{Carnet.__module__}.{Carnet.__name__}"
    settings.EXPEDITEURS = {"sms": ici, "courriel": ici}
    if etape:
        _poser(etape, (lambda: time.sleep(pause)) if pause else mourir)
    return partir(message_id, structure_id)
