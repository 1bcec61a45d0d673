"""The door of the paying agency: two directories, `depot` (ours to it) and `retrait` (its to us) (no Django).

Over SFTP, or as folders of a disk. A file appears under its name whole or not at all, and depositing twice the same
bytes under the same name is the same as once. asyncssh rather than paramiko: it is typed, needs nothing but
`cryptography`, which we have, and brings the server that the tests run.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote, urlsplit

import asyncssh

from imilo.echanges.connecteurs.asp.messages import DEPOT, EN_COURS, RETRAIT

DELAI = 30.0  # seconds for one operation
TAILLE_MAX = 8_000_000  # no file of the format comes near it
T = TypeVar("T")


class PorteInjoignable(Exception):
    """No answer for now: to be tried again. The message is a French sentence."""


class PorteFermee(Exception):
    """Settings are to be corrected first: trying again would change nothing. The message is a French sentence."""


class Porte(Protocol):
    """An open door. Every method raises `PorteInjoignable`."""

    def deposer(self, nom: str, octets: bytes) -> None:
        """Put a file in `depot`, whole or not at all."""

    def depots(self) -> list[str]:
        """Names of the files in `depot`, not read yet by the agency."""

    def retraits(self) -> list[str]:
        """Names of the files in `retrait`, sorted."""

    def lire(self, nom: str) -> bytes:
        """The bytes of a file of `retrait`."""

    def supprimer(self, nom: str) -> None:
        """Remove a file of `retrait`; nothing when it is gone already."""


@contextmanager
def ouvrir(adresse: str, *, cle: str = "", hotes_connus: str = "") -> Iterator[Porte]:
    """Open the door at `adresse`: `/a/folder`, or `sftp://account@host:port/path` with the private key file `cle`.

    `hotes_connus` is the file of known host keys, needed for SFTP. Raises `PorteInjoignable`, `PorteFermee`.
    """
    if not adresse:
        raise PorteFermee("L'adresse de l'ASP n'est pas réglée : donnez IMILO_ASP.")
    if not adresse.startswith("sftp://"):
        yield PorteDossier(Path(adresse))
        return
    with PorteSftp(adresse, cle=cle, hotes_connus=hotes_connus) as porte:
        yield porte


class PorteDossier:
    """The door as two folders of this machine, or of a disk that it mounts."""

    def __init__(self, base: Path) -> None:
        self.depot, self.retrait = base / DEPOT, base / RETRAIT
        for dossier in (self.depot, self.retrait):
            if not dossier.is_dir():
                raise PorteInjoignable(f"Le dossier {dossier.name} de l'ASP est absent.")

    def deposer(self, nom: str, octets: bytes) -> None:
        with _disque():
            provisoire = self.depot / f"{nom}{EN_COURS}"
            with provisoire.open("wb") as fichier:
                self._ecrire(fichier.fileno(), octets)
            provisoire.replace(self.depot / nom)

    def _ecrire(self, descripteur: int, octets: bytes) -> None:
        reste = memoryview(octets)
        while reste:
            reste = reste[os.write(descripteur, reste) :]
        os.fsync(descripteur)

    def depots(self) -> list[str]:
        return self._noms(self.depot)

    def retraits(self) -> list[str]:
        return self._noms(self.retrait)

    def _noms(self, dossier: Path) -> list[str]:
        with _disque():
            return sorted(f.name for f in dossier.iterdir() if f.suffix == ".csv" and f.is_file())

    def lire(self, nom: str) -> bytes:
        with _disque(), (self.retrait / nom).open("rb") as fichier:
            return fichier.read(TAILLE_MAX)

    def supprimer(self, nom: str) -> None:
        with _disque():
            (self.retrait / nom).unlink(missing_ok=True)


@contextmanager
def _disque() -> Iterator[None]:
    try:
        yield
    except OSError as erreur:
        raise PorteInjoignable(f"Le dossier de l'ASP ne répond pas ({erreur.strerror or erreur}).") from erreur


class PorteSftp:
    """The door over SFTP, held open for a visit. Works in a thread of its own: callers aren't asynchronous."""

    def __init__(self, adresse: str, *, cle: str, hotes_connus: str) -> None:
        lue = urlsplit(adresse)
        if not lue.hostname or not lue.username:
            raise PorteFermee("L'adresse de l'ASP s'écrit sftp://compte@serveur:22/chemin.")
        if not hotes_connus or not Path(hotes_connus).is_file():
            raise PorteFermee("Le fichier des clés du serveur de l'ASP est absent : donnez IMILO_ASP_HOTES_CONNUS.")
        if not cle or not Path(cle).is_file():
            raise PorteFermee("La clé privée de l'ASP est absente : donnez IMILO_ASP_CLE.")
        self._adresse, self._base = lue, unquote(lue.path).rstrip("/")
        self._cle, self._hotes = cle, hotes_connus
        self._fil = ThreadPoolExecutor(max_workers=1, thread_name_prefix="asp")
        self._coureur = asyncio.Runner()
        self._lien: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None

    def __enter__(self) -> PorteSftp:
        try:
            self._faire(self._connecter())
        except BaseException:
            self._fermer()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._fermer()

    def _fermer(self) -> None:
        async def couper() -> None:
            if self._lien is not None:
                self._lien.abort()

        try:
            self._fil.submit(lambda: self._coureur.run(couper())).result()
        finally:
            self._fil.submit(self._coureur.close).result()
            self._fil.shutdown()

    def _faire(self, coroutine: Coroutine[Any, Any, T]) -> T:
        async def bornee() -> T:
            async with asyncio.timeout(DELAI):
                return await coroutine

        try:
            return self._fil.submit(lambda: self._coureur.run(bornee())).result()
        except asyncssh.PermissionDenied as erreur:
            raise PorteFermee(
                "Le serveur de l'ASP refuse notre compte ou notre clé : vérifiez-les avec elle."
            ) from erreur
        except asyncssh.HostKeyNotVerifiable as erreur:
            raise PorteFermee(
                "Le serveur qui répond à l'adresse de l'ASP n'a pas la clé attendue : n'envoyez rien, appelez l'ASP."
            ) from erreur
        except (OSError, asyncssh.Error, TimeoutError) as erreur:
            raison = str(erreur) or "délai dépassé"
            raise PorteInjoignable(f"Le serveur de l'ASP ne répond pas ({raison}).") from erreur

    async def _connecter(self) -> None:
        self._lien = await asyncssh.connect(
            str(self._adresse.hostname),
            self._adresse.port or 22,
            username=unquote(str(self._adresse.username)),
            client_keys=[self._cle],
            known_hosts=self._hotes,
            config=None,  # nothing of the account's own ssh settings
            agent_path=None,
            connect_timeout=DELAI,
            login_timeout=DELAI,
        )
        self._sftp = await self._lien.start_sftp_client()

    @property
    def _ouvert(self) -> asyncssh.SFTPClient:
        assert self._sftp is not None
        return self._sftp

    def _chemin(self, dossier: str, nom: str = "") -> str:
        return f"{self._base}/{dossier}" + (f"/{nom}" if nom else "")

    def deposer(self, nom: str, octets: bytes) -> None:
        self._faire(self._deposer(nom, octets))

    async def _deposer(self, nom: str, octets: bytes) -> None:
        definitif = self._chemin(DEPOT, nom)
        provisoire = f"{definitif}{EN_COURS}"
        async with self._ouvert.open(provisoire, "wb") as fichier:
            await fichier.write(octets)
        try:
            await self._ouvert.posix_rename(provisoire, definitif)
        except asyncssh.SFTPOpUnsupported:  # a server without that extension won't rename onto an existing file
            if await self._ouvert.exists(definitif):
                await self._ouvert.remove(definitif)
            await self._ouvert.rename(provisoire, definitif)

    def depots(self) -> list[str]:
        return self._faire(self._noms(DEPOT))

    def retraits(self) -> list[str]:
        return self._faire(self._noms(RETRAIT))

    async def _noms(self, dossier: str) -> list[str]:
        noms = []
        async for entree in self._ouvert.scandir(self._chemin(dossier)):
            nom = str(entree.filename)
            ordinaire = entree.attrs.permissions is None or stat.S_ISREG(entree.attrs.permissions)
            if nom.endswith(".csv") and ordinaire:
                noms.append(nom)
        return sorted(noms)

    def lire(self, nom: str) -> bytes:
        return self._faire(self._lire(nom))

    async def _lire(self, nom: str) -> bytes:
        async with self._ouvert.open(self._chemin(RETRAIT, nom), "rb") as fichier:
            return bytes(await fichier.read(TAILLE_MAX))  # type: ignore[arg-type]  # opened as bytes

    def supprimer(self, nom: str) -> None:
        self._faire(self._supprimer(nom))

    async def _supprimer(self, nom: str) -> None:
        try:
            await self._ouvert.remove(self._chemin(RETRAIT, nom))
        except asyncssh.SFTPNoSuchFile:
            return
