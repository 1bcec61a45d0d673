"""One exchange for a structure in a process of its own (`tests.processus`), killed by SIGKILL at a named step.

Nothing of the application knows of the steps: they are wrapped around its own functions here. With a pause (seconds) it
isn't killed but stops there for that long, holding what it holds: two of them then really run at once.
"""

from __future__ import annotations

import inspect
import os
import signal
import time
from collections.abc import Callable
from typing import Any, NoReturn

from django.conf import settings

ETAPES = (
    "apres_avoir_fixe",
    "pendant_l_ecriture",
    "apres_le_depot",
    "pendant_la_lecture",
    "pendant_l_application",
    "avant_la_suppression",
    "apres_la_suppression",
)


def mourir(*_: object, **__: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def poser(etape: str, agir: Callable[..., Any]) -> None:
    """Have `agir` called at a step."""
    from imilo.echanges.connecteurs.asp import envoi, reception
    from imilo.echanges.connecteurs.asp.client import PorteDossier

    def moitie(self: PorteDossier, descripteur: int, octets: bytes) -> None:
        os.write(descripteur, octets[: len(octets) // 2])
        agir()
        os.write(descripteur, octets[len(octets) // 2 :])

    appliquer = reception._appliquer

    def apres_application(*arguments: Any) -> int:
        nombre = appliquer(*arguments)
        agir()  # in its transaction
        return nombre

    supprimer = PorteDossier.supprimer

    def avant_la_suppression(self: PorteDossier, nom: str) -> None:
        agir()
        supprimer(self, nom)

    def apres_la_suppression(self: PorteDossier, nom: str) -> None:
        supprimer(self, nom)
        agir()

    deposer, noter = envoi.deposer, envoi.noter_le_depot

    def apres_avoir_fixe(*arguments: Any) -> int:
        agir()
        return deposer(*arguments)

    def apres_le_depot(envoye: Any) -> None:
        agir()
        noter(envoye)

    lire = PorteDossier.lire

    def pendant_la_lecture(self: PorteDossier, nom: str) -> bytes:
        octets = lire(self, nom)
        agir()
        return octets

    poses: dict[str, tuple[Any, str, Any]] = {
        "apres_avoir_fixe": (envoi, "deposer", apres_avoir_fixe),
        "pendant_l_ecriture": (PorteDossier, "_ecrire", moitie),
        "apres_le_depot": (envoi, "noter_le_depot", apres_le_depot),
        "pendant_la_lecture": (PorteDossier, "lire", pendant_la_lecture),
        "pendant_l_application": (reception, "_appliquer", apres_application),
        "avant_la_suppression": (PorteDossier, "supprimer", avant_la_suppression),
        "apres_la_suppression": (PorteDossier, "supprimer", apres_la_suppression),
    }
    setattr(*poses[etape])


ETAPES_SFTP = (
    "pendant_l_ecriture",
    "avant_le_renommage",
    "apres_le_renommage",
    "pendant_la_lecture",
    "avant_la_suppression",
    "apres_la_suppression",
)
RENOMMAGES_SIMPLES = ("avant_le_renommage_simple", "apres_le_renommage_simple")  # of a server without posix-rename


def poser_sur_sftp(etape: str) -> None:
    """Have the process die at a step of the door over SFTP: between two requests that the server has answered."""
    import asyncssh

    from imilo.echanges.connecteurs.asp.client import PorteSftp

    ecrire, client = asyncssh.SFTPClientFile.write, asyncssh.SFTPClient

    async def moitie(self: asyncssh.SFTPClientFile, octets: Any, *reste: Any) -> int:
        await ecrire(self, octets[: len(octets) // 2], *reste)
        mourir()

    def autour(objet: type, nom: str, *, avant: bool) -> tuple[type, str, Any]:
        async def asynchrone(*arguments: Any) -> Any:
            if not avant:
                await reelle(*arguments)
            mourir()

        def ordinaire(*arguments: Any) -> Any:
            if not avant:
                reelle(*arguments)
            mourir()

        reelle = getattr(objet, nom)
        return objet, nom, asynchrone if inspect.iscoroutinefunction(reelle) else ordinaire

    setattr(
        *{
            "pendant_l_ecriture": (asyncssh.SFTPClientFile, "write", moitie),
            "avant_le_renommage": autour(client, "posix_rename", avant=True),
            "apres_le_renommage": autour(client, "posix_rename", avant=False),
            "pendant_la_lecture": autour(PorteSftp, "lire", avant=False),
            "avant_la_suppression": autour(PorteSftp, "supprimer", avant=True),
            "apres_la_suppression": autour(PorteSftp, "supprimer", avant=False),
            "avant_le_renommage_simple": autour(client, "rename", avant=True),
            "apres_le_renommage_simple": autour(client, "rename", avant=False),
        }[etape]
    )


def echanger_par_sftp(structure_id: int, adresse: str, cle: str, hotes: str, etape: str = "") -> Any:
    """The same over SFTP."""
    settings.ASP_CLE, settings.ASP_HOTES_CONNUS = cle, hotes
    if etape:
        poser_sur_sftp(etape)
    return echanger(structure_id, adresse)


def echanger(structure_id: int, asp: str, etape: str = "", pause: float = 0) -> Any:
    """What the exchange did, as its command prints it."""
    from imilo.acteurs.models import Structure
    from imilo.echanges.connecteurs.asp import echange

    settings.ASP = asp
    if etape:
        poser(etape, (lambda: time.sleep(pause)) if pause else mourir)
    return echange.echanger([Structure.objects.get(pk=structure_id)], malgre_l_attente=True).donnees()
