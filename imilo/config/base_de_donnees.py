"""Which database this installation uses, and who may start it (no Django here)."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict

from imilo.socle import postgres
from imilo.socle.chemins import dossier_imilo
from imilo.socle.demarrage import Empechement
from imilo.socle.postgres_roles import (
    BASE,
    Urls,
    preparer_roles,
    urls_de_l_environnement,
    verifier_roles,
)
from imilo.socle.urls_base import Role, url_pour

BASES_D_ADMINISTRATION = frozenset({"postgres", "template1"})


@dataclass
class Base:
    """The database in use; `serveur` when we started it."""

    urls: Urls
    serveur: postgres.Serveur | None = None


def embarquee() -> bool:
    """Do we bring our own PostgreSQL?"""
    return not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_OWNER_URL"))


def ouvrir(home: Path) -> Base:
    """Start or join the database, its roles made. The caller holds the lock of `home`.

    Raises `Empechement` when something must be done by hand.
    """
    urls = urls_de_l_environnement()
    if urls is not None:
        verifier_roles(urls)
        return Base(urls)
    url = os.environ.get("DATABASE_URL")
    if url:
        nommee = _nom_de_base(url)
        return Base(preparer_roles(url, home, base=BASE if nommee in BASES_D_ADMINISTRATION else None))
    serveur = postgres.demarrer(home)
    try:
        return Base(preparer_roles(serveur.url_admin, home, base=BASE), serveur)
    except BaseException:
        serveur.arreter()
        raise


def _nom_de_base(url: str) -> str:
    try:
        return str(conninfo_to_dict(url).get("dbname") or "")
    except psycopg.ProgrammingError as erreur:
        raise Empechement(
            "DATABASE_URL ne se lit pas. Écrivez-la ainsi : postgresql://compte:mot_de_passe@serveur:5432/imilo",
            "DATABASE_URL can't be read. Write it as: postgresql://account:password@server:5432/imilo",
        ) from erreur


@contextmanager
def verrou(home: Path, *, port: int | None = None) -> Iterator[bool]:
    """Hold IMILO_HOME for this process alone; False when another holds it. A crash lets it go."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        fichier = (home / "verrou").open("a+")
    except OSError as erreur:
        raise Empechement(
            f"Impossible d'écrire dans {home} ({erreur.strerror}). Choisissez un dossier à vous avec IMILO_HOME.",
            f"Cannot write to {home} ({erreur.strerror}). Choose a folder of yours with IMILO_HOME.",
        ) from erreur
    with fichier:
        if not _prendre(fichier):
            yield False
            return
        fichier.truncate(0)
        fichier.write(json.dumps({"pid": os.getpid(), "port": port}))
        fichier.flush()
        yield True


def _prendre(fichier: IO[str]) -> bool:
    try:
        fcntl.flock(fichier, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def deja_lance(home: Path) -> Empechement:
    """The sentence for a second start on the same IMILO_HOME."""
    try:
        qui = json.loads((home / "verrou").read_text())
    except (OSError, ValueError):
        qui = {}
    pid, port = qui.get("pid", "?"), qui.get("port")
    ou = f" sur http://127.0.0.1:{port}" if port else ""
    on = f" on http://127.0.0.1:{port}" if port else ""
    return Empechement(
        f"I-MILO tourne déjà avec {home} (processus {pid}){ou}. Utilisez-le, arrêtez-le (kill {pid}), ou donnez un "
        "autre dossier avec IMILO_HOME.",
        f"I-MILO already runs with {home} (process {pid}){on}. Use it, stop it (kill {pid}), or give another folder "
        "with IMILO_HOME.",
    )


@contextmanager
def base_disponible() -> Iterator[Path]:
    """For a command: use the database of the running application, else start it for the time of the command.

    Yields IMILO_HOME.
    """
    home = dossier_imilo()
    with verrou(home) as libre:
        if libre:
            base = ouvrir(home)
            try:
                yield home
            finally:
                if base.serveur is not None:
                    base.serveur.arreter()
        else:
            _attendre_l_autre(home)
            yield home


def _attendre_l_autre(home: Path, delai: float = 60.0) -> None:
    limite = time.monotonic() + delai
    while time.monotonic() < limite:
        try:
            psycopg.connect(url_pour(Role.APP, home), connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.3)
        else:
            return
    raise deja_lance(home)


def django(role: Role = Role.APP) -> None:
    """Set Django up in this process under one database role."""
    os.environ["IMILO_ROLE"] = role.value
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imilo.config.settings")
    import django as _django

    _django.setup()
