"""The database of the measures of the search: the real schema, on the embedded PostgreSQL, in a home of its own."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from imilo.config import base_de_donnees
from imilo.socle import postgres
from imilo.socle.postgres_roles import BASE, Urls, avec, preparer_roles
from imilo.socle.urls_base import VARIABLES, Role

Connexion = psycopg.Connection[Any]
Dire = Callable[[str], None]
DOSSIERS_MAX = 9_999_999  # a dossier number has seven digits
TABLES = ("jeunes_jeune", "dossiers_dossier", "jeunes_cle", "jeunes_mot", "jeunes_paire")
# A national server's memory, not a laptop's; nothing here outlives the measure.
REGLAGES = {
    **postgres.SANS_DURABILITE,
    "shared_buffers": "4GB",
    "effective_cache_size": "12GB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "16GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


@dataclass
class BaseMesuree:
    """`admin` is the superuser's URL, `urls` those of the roles; `secondes` what each step of the loading took."""

    admin: str
    urls: Urls
    dossiers: int
    secondes: dict[str, float]

    @contextmanager
    def superutilisateur(self) -> Iterator[Connexion]:
        with psycopg.connect(self.admin, autocommit=True) as connexion:
            yield connexion


def empreinte(dossiers: int) -> str:
    """What the loaded people and their keys depend on."""
    somme = hashlib.sha256(f"{dossiers}".encode())
    racine = Path(__file__).resolve().parents[2]
    for fichier in (*sorted(racine.glob("jeunes/migrations/*.py")), Path(__file__).with_name("population.py")):
        somme.update(fichier.read_bytes())
    return somme.hexdigest()


@contextmanager
def base_mesuree(home: Path, dossiers: int, dire: Dire) -> Iterator[BaseMesuree]:
    """The database of `dossiers` people, loaded unless the same one is there already."""
    for variable in VARIABLES.values():
        os.environ.pop(variable, None)
    os.environ["IMILO_HOME"] = str(home)
    dossiers = min(dossiers, DOSSIERS_MAX)
    temoin = home / "mesure.json"
    if temoin.exists() and json.loads(temoin.read_text())["empreinte"] != empreinte(dossiers):
        _vider(home)
    with base_de_donnees.verrou(home) as libre:
        if not libre:
            raise base_de_donnees.deja_lance(home)
        serveur = postgres.demarrer(home, reglages=REGLAGES)
        try:
            urls = preparer_roles(serveur.url_admin, home, base=BASE)
            base = BaseMesuree(avec(serveur.url_admin, dbname=BASE), urls, dossiers, {})
            _preparer_django(base)
            if not temoin.exists():
                _charger(base, dire)
                temoin.write_text(json.dumps({"empreinte": empreinte(dossiers), "secondes": base.secondes}))
            base.secondes = json.loads(temoin.read_text())["secondes"]
            yield base
        finally:
            serveur.arreter()


def _vider(home: Path) -> None:
    """Take away the database of another size or of another code: nothing but what this module made."""
    donnees = (home / "postgres").resolve()
    shutil.rmtree(donnees, ignore_errors=True)
    for nom in ("postgres", "mesure.json", "postgres.mdp", "postgres.json"):
        (home / nom).unlink(missing_ok=True)


def _charger(base: BaseMesuree, dire: Dire) -> None:
    with _chronometre(base, "migrations", dire):
        from imilo.config.schema import migrer

        migrer()
    with base.superutilisateur() as connexion:
        connexion.execute("SET session_replication_role = replica")
        with _chronometre(base, "copie", dire):
            _copier(connexion, base.admin, base.dossiers, dire)
        with _chronometre(base, "cles", dire):
            connexion.execute("SET max_parallel_maintenance_workers = 2")
            connexion.execute("SELECT annuaire_reconstruire()")
        with _chronometre(base, "statistiques", dire):
            for table in TABLES:
                connexion.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))


@contextmanager
def _chronometre(base: BaseMesuree, etape: str, dire: Dire) -> Iterator[None]:
    dire(f"  {etape}…")
    debut = time.monotonic()
    yield
    base.secondes[etape] = round(time.monotonic() - debut, 1)
    dire(f"  {etape} : {base.secondes[etape]} s")


def _preparer_django(base: BaseMesuree) -> None:
    """What follows needs the models; the migrations are the owner's."""
    for role in Role:
        os.environ[VARIABLES[role]] = base.urls.pour(role)
    base_de_donnees.django(Role.PROPRIETAIRE)


def _copier(connexion: Connexion, admin: str, dossiers: int, dire: Dire) -> None:
    from imilo.config.mesures.population import LIGNES, STRUCTURES, Population, lots

    index = connexion.execute(
        "SELECT indexname, indexdef FROM pg_indexes i WHERE tablename IN ('jeunes_jeune', 'dossiers_dossier') "
        "AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"
    ).fetchall()
    for nom, _ in index:
        connexion.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(nom)))
    connexion.execute(
        "INSERT INTO acteurs_structure (id, cree_le, modifie_le, code, nom_officiel, nom_usuel, siret, "
        "code_departement, nom_departement, code_region, nom_region, fuseau, telephone, courriel, active) "
        "SELECT n, now(), now(), lpad(n::text, 5, '0') || 'S00', 'ML ' || n, '', '', '37', '', '', '', 'Europe/Paris', "
        "'+33247000000', '', true FROM generate_series(1, %s) n",
        [STRUCTURES],
    )
    with ExitStack() as pile:
        copies = []
        for table, colonnes, ligne in LIGNES:
            # One connection per table: the server reads both while the lines are being made.
            vers = pile.enter_context(psycopg.connect(admin, autocommit=True))
            vers.execute("SET session_replication_role = replica")
            ordre = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), sql.SQL(colonnes))
            copies.append((pile.enter_context(vers.cursor().copy(ordre)), ligne))
        for rang, lot in enumerate(lots(Population().personnes(dossiers)), 1):
            for copie, ligne in copies:
                copie.write("".join(map(ligne, lot)))
            if rang % 25 == 0:
                dire(f"    {rang * len(lot):,} personnes".replace(",", " "))
    for _, definition in index:
        connexion.execute(definition)
