"""A database that holds the demonstration, loaded by the command itself; one of each size for a worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import psycopg

from imilo.socle.postgres_roles import avec
from imilo.socle.urls_base import VARIABLES, Role
from tests import amorce


@dataclass(frozen=True)
class Demonstration:
    """URLs of the database by role, the superuser's, and what the command answered."""

    admin: str
    urls: dict[Role, str]
    bilan: dict[str, Any]

    @property
    def jour(self) -> date:
        """The day of the appointments."""
        return date.fromisoformat(self.bilan["jour"])

    def lire(self, requete: str, *parametres: object) -> list[tuple[Any, ...]]:
        """Rows as the superuser sees them: all."""
        with psycopg.connect(self.admin) as connexion:
            return connexion.execute(requete, parametres).fetchall()

    def valeur(self, requete: str, *parametres: object) -> Any:
        return self.lire(requete, *parametres)[0][0]


def commande(urls: dict[Role, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """`imilo …` on that database."""
    env = {**os.environ, **{VARIABLES[role]: url for role, url in urls.items()}}
    return subprocess.run(
        [sys.executable, "-m", "imilo.config.commandes", *arguments],
        env=env,
        cwd=amorce.RACINE,
        capture_output=True,
        text=True,
        check=False,
    )


def base_nue(nom: str) -> Demonstration:
    """A fresh clone of the migrated database, nothing loaded."""
    nom = f"demo_{os.environ.get('PYTEST_XDIST_WORKER', 'seul')}_{nom}"
    admin = amorce.cloner(nom)
    roles = json.loads((amorce.home() / "postgres.json").read_text())
    hote = str(psycopg.conninfo.conninfo_to_dict(admin)["host"])
    return Demonstration(admin, {role: avec(roles[role.value], host=hote, dbname=nom) for role in Role}, {})


@cache
def base_demontree(*options: str) -> Demonstration:
    """`imilo demo` with these options on a fresh clone of the migrated database."""
    base = base_nue(str(len(options)))
    resultat = commande(base.urls, "demo", *options, "--json")
    assert resultat.returncode == 0, resultat.stderr[-4000:]
    return replace(base, bilan=json.loads(resultat.stdout))
