"""A database that holds the demonstration, loaded by the command itself: one load of each size for the whole run."""

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
    return _cloner(f"demo_{_ouvrier()}_{nom}")


@cache
def base_demontree(*options: str) -> Demonstration:
    """This worker's own clone of what `imilo demo` loads with these options, once for the whole run."""
    modele = "demo_" + ("".join(options).replace("-", "") or "petite")
    fiche = amorce.home() / f"{modele}.json"
    with amorce.verrouiller(fiche.with_suffix(".verrou")):
        if not fiche.exists():
            resultat = commande(_cloner(modele).urls, "demo", *options, "--json")
            fiche.write_text(json.dumps([resultat.returncode, resultat.stdout, resultat.stderr[-4000:]]))
        code, bilan, erreurs = json.loads(fiche.read_text())
        assert code == 0, erreurs
        base = _cloner(f"{modele}_{_ouvrier()}", modele)  # nobody is on the model any more
    return replace(base, bilan=json.loads(bilan))


def _ouvrier() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "seul")


def _cloner(nom: str, modele: str = amorce.GABARIT) -> Demonstration:
    admin = amorce.cloner(nom, modele)
    roles = json.loads((amorce.home() / "postgres.json").read_text())
    hote = str(psycopg.conninfo.conninfo_to_dict(admin)["host"])
    return Demonstration(admin, {role: avec(roles[role.value], host=hote, dbname=nom) for role in Role}, {})
