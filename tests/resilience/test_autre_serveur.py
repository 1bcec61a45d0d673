"""`DATABASE_URL`: somebody else's PostgreSQL, an account that is no superuser, and what such a server may refuse.

A second embedded server plays it: the roles of the tests' own were made by its superuser.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from imilo.socle import postgres
from imilo.socle.demarrage import Empechement
from imilo.socle.postgres_roles import avec, preparer_roles
from tests import amorce
from tests.resilience.application import Application, environnement
from tests.resilience.charge import Conseillere

PETIT = {**postgres.SANS_DURABILITE, "shared_buffers": "32MB", "max_connections": "40"}
MOT_DE_PASSE = "un mot/de:passe@"
REPRENDRE = ("IMILO_REPRENDRE_ROLES", "1")  # each test is an installation of its own on this server
PREPARER = (
    f"CREATE ROLE operateur LOGIN CREATEROLE PASSWORD '{MOT_DE_PASSE}'",
    "CREATE ROLE simple LOGIN PASSWORD 'simple'",
    "CREATE DATABASE missions OWNER operateur",
    "CREATE DATABASE a_un_autre",
    "CREATE DATABASE en_latin OWNER operateur ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0",
)


@pytest.fixture(scope="module")
def serveur() -> Iterator[postgres.Serveur]:
    """As an administrator would prepare it, following docs/exploitation."""
    dossier = Path(tempfile.mkdtemp(prefix="imilo-essai-"))
    dossier.chmod(0o755)
    lance = postgres.demarrer(dossier / "h", reglages=PETIT)
    try:
        with psycopg.connect(lance.url_admin, autocommit=True) as connexion:
            for ordre in PREPARER:
                connexion.execute(ordre)
        yield lance
    finally:
        lance.arreter()
        shutil.rmtree(dossier, ignore_errors=True)


def operateur(serveur: postgres.Serveur, base: str = "missions") -> str:
    return serveur.url(base, "operateur", MOT_DE_PASSE)


@pytest.fixture
def reprendre(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*REPRENDRE)


@pytest.fixture
def application(serveur: postgres.Serveur, tmp_path: Path) -> Iterator[Application]:
    essai = Application(tmp_path / "h", variables={"DATABASE_URL": operateur(serveur), REPRENDRE[0]: REPRENDRE[1]})
    try:
        yield essai
    finally:
        essai.achever()


def test_an_account_that_owns_its_database_is_enough(application: Application, serveur: postgres.Serveur) -> None:
    """Migrate, serve, sign in, write an act, read the dossier; stop, start again: no superuser anywhere."""
    application.demarrer(600)
    lieu = _semer(application)
    _travailler(application, lieu, actes=2)
    assert application.arreter() == 0
    assert not (application.home / "postgres").exists()
    application.demarrer()
    _travailler(application, lieu, actes=1)
    assert application.arreter() == 0

    with psycopg.connect(avec(serveur.url_admin, dbname="missions")) as connexion:
        assert connexion.execute("SELECT count(*) FROM dossiers_acte").fetchone() == (3,)
        pouvoirs = connexion.execute(
            "SELECT bool_or(rolsuper OR rolbypassrls) FROM pg_roles WHERE rolname ~ '^(imilo_|operateur$)'"
        )
        assert pouvoirs.fetchone() == (False,)
    _cloisonner(json.loads((application.home / "postgres.json").read_text()))


def _semer(application: Application) -> dict[str, object]:
    resultat = subprocess.run(
        [sys.executable, "-m", "tests.resilience.semence"],
        env=environnement(application.home, **application.variables),
        cwd=amorce.RACINE,
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(resultat.stdout))


def _travailler(application: Application, lieu: dict[str, object], *, actes: int) -> None:
    """Sign in and write acts, then read the dossier and find it again by the function of the directory."""
    agent, numero = int(str(lieu["agent"])), str(lieu["numero"]).zfill(7)
    conseillere = Conseillere(application.adresse, agent, numero)
    with conseillere.client as client:
        for n in range(actes):
            conseillere._un_acte(f"acte {n}")
        assert len(conseillere.reconnus) == actes
        page = client.get(f"/dossiers/{numero}", follow_redirects=True)
        assert page.status_code == 200
        assert "acte 0" in page.text
        trouve = client.get("/accueil", params={"q": numero}, follow_redirects=True)
        assert trouve.status_code == 200
        assert f"/dossiers/{numero}" in trouve.text


def _cloisonner(urls: dict[str, str]) -> None:
    """Without a perimeter nobody reads anything, whatever they set; neither does the owner by a plain SELECT."""
    for role in ("app", "lots", "proprietaire"):
        with psycopg.connect(urls[role]) as connexion:
            for table in ("dossiers_dossier", "jeunes_jeune", "dossiers_acte"):
                assert connexion.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), (role, table)
    with psycopg.connect(urls["app"]) as connexion:
        connexion.execute("SELECT set_config('imilo.annuaire', 'on', false)")
        assert connexion.execute("SELECT count(*) FROM jeunes_jeune").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connexion.execute("SET ROLE imilo_proprietaire")


@pytest.mark.usefixtures("reprendre")
@pytest.mark.parametrize(
    ("base", "compte", "phrase"),
    [
        ("missions", ("operateur", "faux"), "ne répond pas ou refuse la connexion"),
        ("nulle_part", ("operateur", MOT_DE_PASSE), "ne répond pas ou refuse la connexion"),
        ("a_un_autre", ("simple", "simple"), "CREATEROLE"),
        ("a_un_autre", ("operateur", MOT_DE_PASSE), "ALTER DATABASE a_un_autre OWNER TO operateur"),
        ("en_latin", ("operateur", MOT_DE_PASSE), "demande UTF-8"),
    ],
)
def test_what_is_missing_gets_a_sentence(
    base: str, compte: tuple[str, str], phrase: str, serveur: postgres.Serveur, tmp_path: Path
) -> None:
    with pytest.raises(Empechement) as empechement:
        preparer_roles(serveur.url(base, *compte), tmp_path)
    assert phrase in empechement.value.francais
    assert MOT_DE_PASSE not in empechement.value.francais + empechement.value.anglais


@pytest.mark.usefixtures("reprendre")
def test_a_server_without_the_extensions(
    serveur: postgres.Serveur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imilo.socle.postgres_roles.EXTENSIONS", ("extension_qui_n_existe_pas",))
    with pytest.raises(Empechement, match="contrib"):
        preparer_roles(operateur(serveur), tmp_path)
