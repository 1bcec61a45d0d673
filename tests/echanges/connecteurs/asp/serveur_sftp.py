"""A real SFTP server in this process, shut in a folder, that knows one account and its key."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import asyncssh


@dataclass(frozen=True)
class Serveur:
    """Where it listens, and what a client needs."""

    adresse: str
    cle: str
    hotes_connus: str


class _Compte(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True


class _SansPosixRename(asyncssh.SFTPServer):
    """A server that knows nothing of OpenSSH's extension: it won't rename onto a file that exists."""

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> NoReturn:
        raise asyncssh.SFTPOpUnsupported("posix-rename@openssh.com")


@contextmanager
def serveur_sftp(base: Path, racine: Path, *, posix_rename: bool = True) -> Iterator[Serveur]:
    """Serve `racine` as the account `imilo`; keys are made in `base`."""
    genre = asyncssh.SFTPServer if posix_rename else _SansPosixRename
    notre, sienne = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    notre.write_private_key(str(base / "cle"))
    autorises = base / "autorises"
    autorises.write_bytes(notre.export_public_key())
    boucle = asyncio.new_event_loop()
    fil = threading.Thread(target=boucle.run_forever, daemon=True)
    fil.start()

    async def ecouter() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=_Compte,
            server_host_keys=[sienne],
            authorized_client_keys=str(autorises),
            sftp_factory=lambda canal: genre(canal, chroot=str(racine).encode()),
        )

    acceptant = asyncio.run_coroutine_threadsafe(ecouter(), boucle).result(20)
    port = acceptant.get_port()
    hotes = base / "hotes"
    hotes.write_text(f"[127.0.0.1]:{port} {sienne.export_public_key().decode()}")

    async def fermer() -> None:
        acceptant.close()
        await acceptant.wait_closed()

    try:
        yield Serveur(f"sftp://imilo@127.0.0.1:{port}/", str(base / "cle"), str(hotes))
    finally:
        asyncio.run_coroutine_threadsafe(fermer(), boucle).result(20)
        boucle.call_soon_threadsafe(boucle.stop)
        fil.join(20)
        boucle.close()
