"""A database that holds the demonstration, loaded by the command itself: one load of each size for the whole run."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import psycopg

from imilo.parcours.dossiers.decisions import sources
from imilo.socle.champs import ChampDecisions
from imilo.socle.postgres_roles import avec
from imilo.socle.urls_base import VARIABLES, Role
from tests import amorce, processus

# A country, as large ones are written: its search keys are for the end. Its load is killed in its third batch, then
# gone on with to its end.
NATIONALE = ("--taille", "nationale", "--dossiers", "2000", "--actes", "3", "--faits")
LOT = 300  # dossiers, all of the third written, nothing committed
INTERROMPUE = f"""
import os, signal
from imilo.config.base_de_donnees import base_disponible, django
from imilo.socle.urls_base import Role
with base_disponible():
    django(Role.LOTS)
    from imilo.config.demonstration import plans
    from imilo.config.demonstration.chargement import charger
    from imilo.socle.models import Avancement
    plans.LOT = {LOT}
    plans.CLES_DIFFEREES = 1000
    avancer = Avancement.avancer
    def mourir(self):
        if self.pas == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        avancer(self)
    Avancement.avancer = mourir
    charger("nationale", 2000, actes=3, faits=True)
"""


@dataclass(frozen=True)
class Demonstration:
    """URLs of the database by role, the superuser's, what the load answered and what it said on its way."""

    admin: str
    urls: dict[Role, str]
    bilan: dict[str, Any]
    dit: str = ""

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


def gardees(base: Demonstration) -> dict[str, list[Any]]:
    """Every decision of the law that the base keeps, as it was written, by the code of its source: all of them."""
    trouvees = {}
    for code, source in sources().items():
        champ = source.lu
        un = f"jsonb_array_elements({champ.column})" if isinstance(champ, ChampDecisions) else champ.column
        table = champ.model._meta.db_table
        lues = base.lire(f"SELECT {un} FROM {table} WHERE {champ.column} IS NOT NULL")  # our own names
        trouvees[code] = [ecrite for (ecrite,) in lues]
    return trouvees


def commande(urls: dict[Role, str], *arguments: str) -> processus.Fini:
    """`imilo …` on that database."""
    return processus.imilo(*arguments, env=environnement(urls))


def environnement(urls: dict[Role, str]) -> dict[str, str]:
    return {**os.environ, **{VARIABLES[role]: url for role, url in urls.items()}}


def base_nue(nom: str) -> Demonstration:
    """A fresh clone of the migrated database, nothing loaded."""
    return _cloner(f"demo_{_ouvrier()}_{nom}")


def base_a_grossir(nom: str) -> Demonstration:
    """A clone of the small demonstration, for one test to load more on top of it."""
    _modele("demo_petite")
    return _cloner(f"demo_{_ouvrier()}_{nom}", "demo_petite")


@cache
def base_demontree() -> Demonstration:
    """This worker's own clone of what `imilo demo` loads, once for the whole run."""
    return _la_sienne("demo_petite")


@cache
def base_interrompue() -> Demonstration:
    """The same of a country's load that was killed."""
    return _la_sienne("demo_interrompue")


@cache
def base_nationale() -> Demonstration:
    """The same of that load, gone on with to its end by the command."""
    return _la_sienne("demo_nationale")


def _charger(modele: str) -> processus.Fini:
    if modele == "demo_interrompue":
        return processus.programme(INTERROMPUE, env=environnement(_cloner(modele).urls))
    if modele == "demo_nationale":
        _modele("demo_interrompue")
        return commande(_cloner(modele, "demo_interrompue").urls, "demo", *NATIONALE, "--json")
    return commande(_cloner(modele).urls, "demo", "--json")


def _modele(nom: str) -> tuple[str, str]:
    """What its load answered and said; loaded by the first worker that asks."""
    fiche = amorce.home() / f"{nom}.json"
    with amorce.verrouiller(fiche.with_suffix(".verrou")):
        if not fiche.exists():
            fini = _charger(nom)
            fiche.write_text(json.dumps([fini.returncode, fini.stdout, fini.stderr]))
        code, reponse, dit = json.loads(fiche.read_text())
    assert code == (processus.MORT if nom == "demo_interrompue" else 0), dit[-4000:]
    return reponse, dit


def _la_sienne(modele: str) -> Demonstration:
    reponse, dit = _modele(modele)
    return replace(_cloner(f"{modele}_{_ouvrier()}", modele), bilan=json.loads(reponse or "{}"), dit=dit)


def _ouvrier() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "seul")


def _cloner(nom: str, modele: str = amorce.GABARIT) -> Demonstration:
    admin = amorce.cloner(nom, modele)
    roles = json.loads((amorce.home() / "postgres.json").read_text())
    hote = str(psycopg.conninfo.conninfo_to_dict(admin)["host"])
    return Demonstration(admin, {role: avec(roles[role.value], host=hote, dbname=nom) for role in Role}, {})
