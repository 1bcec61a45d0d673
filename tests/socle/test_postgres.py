"""The embedded PostgreSQL: its starts, its leftovers, and what it tells when it can't start."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import psycopg
import pytest

from imilo.socle import postgres, postgres_lieu, processus
from imilo.socle.demarrage import Empechement
from imilo.socle.postgres_lieu import Binaires
from imilo.socle.postgres_roles import Urls, avec, preparer_roles, verifier_roles
from imilo.socle.processus import Compte, compte_courant, lancer

PETIT = {**postgres.SANS_DURABILITE, "shared_buffers": "16MB", "max_connections": "20"}
CODE_PARENT = """
import sys, time
from pathlib import Path
from imilo.socle import postgres
serveur = postgres.demarrer(Path(sys.argv[1]), reglages={"shared_buffers": "16MB"})
print(serveur.enfant.pid, flush=True)
time.sleep(600)
"""


class Place(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def home() -> Iterator[Path]:
    """A short path that PostgreSQL's own account can go through, unlike pytest's."""
    with tempfile.TemporaryDirectory(prefix="imilo-essai-") as dossier:
        Path(dossier).chmod(0o755)
        yield Path(dossier) / "h"


@pytest.fixture(scope="module")
def modele() -> Iterator[Path]:
    """An installation already initialised, stopped: copied by tests that need one."""
    with tempfile.TemporaryDirectory(prefix="imilo-essai-") as dossier:
        Path(dossier).chmod(0o755)
        base = Path(dossier) / "h"
        serveur = postgres.demarrer(base, reglages=PETIT)
        preparer_roles(serveur.url_admin, base, base="imilo")
        serveur.arreter()
        yield base


@pytest.fixture
def installation(modele: Path, home: Path) -> Path:
    subprocess.run(["cp", "-a", str(modele), str(home)], check=True)
    return home


@pytest.fixture
def demarrer() -> Iterator[Callable[[Path], postgres.Serveur]]:
    serveurs: list[postgres.Serveur] = []

    def _demarrer(home: Path) -> postgres.Serveur:
        serveurs.append(postgres.demarrer(home, reglages=PETIT))
        return serveurs[-1]

    yield _demarrer
    for serveur in serveurs:
        serveur.arreter()


def test_premier_depart_puis_second(home: Path, demarrer: Callable[[Path], postgres.Serveur]) -> None:
    premier = postgres.demarrer(home)
    with psycopg.connect(premier.url_admin) as connexion:
        reglages: dict[str, str] = dict(
            connexion.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)",
                [["fsync", "full_page_writes", "synchronous_commit", "data_checksums", "listen_addresses"]],
            ).fetchall()
        )
        connexion.execute("CREATE TABLE garde (mot text)")
        connexion.execute("INSERT INTO garde VALUES ('été')")
        majuscule = connexion.execute("SELECT upper('é'), 'é' < 'z'").fetchone()
    premier.arreter()
    assert reglages == {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "listen_addresses": "",
    }
    assert majuscule == ("É", False)  # accented letters are letters; the order is of code points everywhere
    with psycopg.connect(demarrer(home).url_admin) as connexion:
        assert connexion.execute("SELECT mot FROM garde").fetchone() == ("été",)


def test_le_mot_de_passe_est_demande_et_garde_prive(
    installation: Path, demarrer: Callable[[Path], postgres.Serveur]
) -> None:
    serveur = demarrer(installation)
    for fichier in ("postgres.mdp", "postgres.json"):
        assert stat.S_IMODE((installation / fichier).stat().st_mode) == 0o600
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(avec(serveur.url_admin, password="faux"))


def test_trois_roles_sans_pouvoir(installation: Path, demarrer: Callable[[Path], postgres.Serveur]) -> None:
    serveur = demarrer(installation)
    avant = json.loads((installation / "postgres.json").read_text())
    urls = preparer_roles(serveur.url_admin, installation, base="imilo")
    # Nothing changes at the second start but the folder of the socket, which the copy moved.
    assert {r: psycopg.conninfo.conninfo_to_dict(u)["password"] for r, u in avant.items()} == {
        r: psycopg.conninfo.conninfo_to_dict(getattr(urls, r))["password"] for r in avant
    }
    verifier_roles(urls)
    with psycopg.connect(urls.app) as connexion, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connexion.execute("CREATE TABLE a_moi (x int)")
    with psycopg.connect(urls.proprietaire) as connexion:
        connexion.execute("CREATE TABLE a_nous (x int)")
        extensions = {e for (e,) in connexion.execute("SELECT extname FROM pg_extension")}
        pouvoirs = connexion.execute(
            "SELECT bool_or(rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls) FROM pg_roles "
            "WHERE rolname LIKE 'imilo_%'"
        ).fetchone()
    assert extensions >= {"pg_trgm", "unaccent", "btree_gist"}
    assert pouvoirs == (False,)
    with pytest.raises(Empechement, match="cloisonnement"):
        verifier_roles(Urls(proprietaire=urls.proprietaire, app=serveur.url("imilo"), lots=urls.lots))


def test_roles_par_un_administrateur_sans_superpouvoir(
    installation: Path, home: Path, demarrer: Callable[[Path], postgres.Serveur]
) -> None:
    """What DATABASE_URL does on somebody else's server, where others may have made roles of these names."""
    serveur = demarrer(installation)
    with psycopg.connect(serveur.url_admin, autocommit=True) as connexion:
        connexion.execute("CREATE ROLE chef LOGIN CREATEROLE CREATEDB PASSWORD 'chef'")
        connexion.execute("CREATE DATABASE ailleurs OWNER chef")
        connexion.execute("CREATE ROLE simple LOGIN PASSWORD 'simple'")
    chef = serveur.url("ailleurs", "chef", "chef")
    neuf = home.parent / "autre"
    neuf.mkdir()
    with pytest.raises(Empechement, match="IMILO_REPRENDRE_ROLES"):
        preparer_roles(chef, neuf)  # the roles are another installation's
    with pytest.raises(Empechement, match="CREATEROLE"):
        preparer_roles(serveur.url("ailleurs", "simple", "simple"), neuf)
    assert not (neuf / "postgres.json").exists()


def test_version_trop_vieille(
    monkeypatch: pytest.MonkeyPatch, installation: Path, demarrer: Callable[[Path], postgres.Serveur]
) -> None:
    serveur = demarrer(installation)
    monkeypatch.setattr("imilo.socle.postgres_roles.VERSION_MINIMALE", 990000)
    with pytest.raises(Empechement, match="version 15"):
        preparer_roles(serveur.url_admin, installation)


def test_donnees_d_une_autre_version(installation: Path) -> None:
    (installation / "postgres" / "PG_VERSION").write_text("14\n")
    with pytest.raises(Empechement, match=r"PostgreSQL 14.*pg_dump"):
        postgres.demarrer(installation)


def test_mot_de_passe_perdu(installation: Path) -> None:
    (installation / "postgres.mdp").unlink()
    with pytest.raises(Empechement, match="sauvegarde"):
        postgres.demarrer(installation)


def test_dossier_qui_n_est_pas_une_base(home: Path) -> None:
    (home / "postgres").mkdir(parents=True)
    (home / "postgres" / "notes.txt").write_text("à moi")
    with pytest.raises(Empechement, match="n'est pas une base"):
        postgres.demarrer(home)
    assert (home / "postgres" / "notes.txt").exists()


def test_disque_plein_avant_de_demarrer(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Place(10**9, 10**9 - 10, 10))
    with pytest.raises(Empechement, match=r"plein.*IMILO_HOME"):
        postgres.demarrer(installation)


@pytest.mark.parametrize("programme", ["initdb", "postgres"])
def test_disque_plein_pendant(programme: str, home: Path, modele: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program fails as it does on a full disk (a stand-in says what the real one says)."""
    if programme == "postgres":
        subprocess.run(["cp", "-a", str(modele), str(home)], check=True)
    faux = home.parent / "faux" / "bin" / programme
    faux.parent.mkdir(parents=True)
    faux.write_text('#!/bin/sh\necho "FATAL:  could not write to file: No space left on device" >&2\nexit 1\n')
    faux.chmod(0o755)
    for dossier in (faux.parent.parent, faux.parent):
        dossier.chmod(0o755)
    monkeypatch.setattr(postgres_lieu, "binaires", lambda _: Binaires(faux.parent.parent, "18"))
    with pytest.raises(Empechement, match="plein"):
        postgres.demarrer(home)
    assert not list(home.glob("postgres.nouveau-*"))


def test_initialisation_interrompue(home: Path, demarrer: Callable[[Path], postgres.Serveur]) -> None:
    """A crash during the very first start leaves a folder that the next one removes."""
    reste = home / "postgres.nouveau-abc"
    reste.mkdir(parents=True)
    (reste / "PG_VERSION").write_text("18\n")
    demarrer(home)
    assert not reste.exists()


def test_fichier_pid_perime(installation: Path, demarrer: Callable[[Path], postgres.Serveur]) -> None:
    """The number was given to another program since (this one): PostgreSQL alone would refuse to start."""
    pid = installation / "postgres" / "postmaster.pid"
    pid.write_text(f"{os.getpid()}\n{installation / 'postgres'}\n1700000000\n5432\n/tmp\n\n  12345  678\nready\n")
    assert demarrer(installation).vivant()


def test_serveur_orphelin_arrete_proprement(installation: Path, demarrer: Callable[[Path], postgres.Serveur]) -> None:
    orphelin = demarrer(installation)
    with psycopg.connect(orphelin.url_admin, autocommit=True) as connexion:
        connexion.execute("CREATE TABLE garde AS SELECT 7 AS x")
    suivant = demarrer(installation)
    assert not orphelin.vivant()
    assert orphelin.enfant.processus.returncode == 0  # asked, not killed
    with psycopg.connect(suivant.url_admin) as connexion:
        assert connexion.execute("SELECT x FROM garde").fetchone() == (7,)


def test_apres_kill_9_du_serveur(installation: Path, demarrer: Callable[[Path], postgres.Serveur]) -> None:
    premier = demarrer(installation)
    premier.enfant.processus.kill()
    premier.enfant.processus.wait()
    assert (installation / "postgres" / "postmaster.pid").exists()
    assert demarrer(installation).vivant()


def test_kill_9_du_parent_ne_laisse_rien(installation: Path, demarrer: Callable[[Path], postgres.Serveur]) -> None:
    with subprocess.Popen([sys.executable, "-c", CODE_PARENT, str(installation)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        famille = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        assert len(famille) > 1
        parent.kill()
    restants = psutil.wait_procs(famille, timeout=20)[1]
    assert restants == []
    assert not (installation / "postgres" / "postmaster.pid").exists()  # a fast shutdown, not a crash
    assert demarrer(installation).vivant()


def test_gardien_hors_de_linux() -> None:
    """Where the kernel has no such signal, the warden's pipe does the same."""
    code = (
        "import sys, time\n"
        "from imilo.socle import processus\n"
        "processus.LINUX = False\n"
        "enfant = processus.lancer('dormeur', ['sleep', '600'], avec_gardien=True)\n"
        "print(enfant.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        enfant = psutil.Process(int(parent.stdout.readline()))
        time.sleep(0.2)
        assert enfant.is_running()
        parent.kill()
    assert psutil.wait_procs([enfant], timeout=10)[1] == []


def test_enfant_sourd_est_acheve() -> None:
    enfant = lancer("sourd", ["sh", "-c", "trap '' TERM; sleep 600 & wait"], signal_de_fin=signal.SIGTERM)
    groupe = [psutil.Process(enfant.pid)]
    time.sleep(0.3)
    groupe += groupe[0].children(recursive=True)
    enfant.arreter(delai=0.5)
    assert psutil.wait_procs(groupe, timeout=5)[1] == []


def test_chemin_trop_long_pour_la_prise(modele: Path, home: Path, demarrer: Callable[[Path], postgres.Serveur]) -> None:
    loin = home.parent / ("d" * 60) / ("e" * 60)
    loin.parent.mkdir()
    loin.parent.chmod(0o755)
    subprocess.run(["cp", "-a", str(modele), str(loin)], check=True)
    serveur = demarrer(loin)
    assert len(os.fsencode(serveur.prise)) < 90
    assert stat.S_IMODE(serveur.prise.stat().st_mode) == 0o700
    serveur.arreter()
    assert not serveur.prise.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another account to run PostgreSQL under")
def test_dossier_que_le_compte_ne_peut_pas_traverser(
    home: Path, monkeypatch: pytest.MonkeyPatch, demarrer: Callable[[Path], postgres.Serveur]
) -> None:
    """Nobody's folder is opened to others: the data goes elsewhere, with a link."""
    prive = home.parent / "prive"
    prive.mkdir(mode=0o700)
    monkeypatch.setattr(postgres_lieu, "AILLEURS", home.parent / "ailleurs")
    serveur = demarrer(prive / "imilo")
    assert stat.S_IMODE(prive.stat().st_mode) == 0o700
    assert (prive / "imilo" / "postgres").is_symlink()
    assert serveur.donnees.parent == home.parent / "ailleurs"
    serveur.arreter()
    assert demarrer(prive / "imilo").donnees == serveur.donnees


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another account to run PostgreSQL under")
def test_programmes_hors_d_atteinte_sont_copies(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_lieu, "AILLEURS", home.parent / "ailleurs")
    monkeypatch.setattr(postgres_lieu, "_executable_par", lambda *_: False)
    compte = postgres_lieu.compte_systeme()
    copie = postgres_lieu.binaires(compte)
    assert copie.racine.is_relative_to(home.parent / "ailleurs")
    for nom in ("postgres", "initdb"):
        # It finds its libraries from there.
        subprocess.run([copie.programme(nom), "--version"], user=compte.uid, group=compte.gid, cwd="/", check=True)


def test_traverser_se_lit_dans_les_droits(tmp_path: Path) -> None:
    autre = Compte("autre", 54321, 54321)
    tmp_path.chmod(0o700)
    assert not postgres_lieu.peut_traverser(tmp_path, autre)
    assert postgres_lieu.peut_traverser(tmp_path, compte_courant())
    assert processus.LINUX is sys.platform.startswith("linux")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p%40ss@/imilo?host=%2Ftmp%2Fprise",
        "postgresql://u:p%40ss@exemple.fr:5433/imilo?sslmode=require",
        "host=exemple.fr user=u password=p@ss dbname=imilo sslmode=verify-full",
    ],
)
def test_changer_une_url_garde_le_reste(url: str) -> None:
    avant = psycopg.conninfo.conninfo_to_dict(url)
    apres = psycopg.conninfo.conninfo_to_dict(avec(url, user="imilo_app", password="é/ @"))
    assert apres == {**avant, "user": "imilo_app", "password": "é/ @"}
