"""Loading the demonstration. Runs as imilo_lots, in a database that holds nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from imilo.acteurs.models import Structure
from imilo.config.demonstration.petite import Petite
from imilo.config.demonstration.territoire import creer_territoires
from imilo.journal.services import consigner
from imilo.socle.demarrage import Empechement
from imilo.socle.perimetre import TOUTES, perimetre

GRAINE = "imilo"
COMPTES = {
    "structures": "acteurs_structure",
    "agents": "acteurs_agent",
    "jeunes": "jeunes_jeune",
    "dossiers": "dossiers_dossier",
    "actes": "dossiers_acte",
    "situations": "dossiers_situation",
    "rendez_vous": "agenda_rendezvous",
    "contrats": "contrats_contratcej",
    "allocations": "allocations_decisionallocation",
    "faits": "journal_fait",
}
HOMONYMES = """
SELECT COALESCE(sum(n), 0) FROM (
    SELECT count(*) AS n FROM jeunes_jeune GROUP BY nom_naissance, prenom HAVING count(*) > 1
) h
"""


@dataclass(frozen=True)
class Bilan:
    """What the base holds after a load, how long it took, and the rate of the dossiers written.

    `homonymes`: persons who share birth name and first name with somebody else.
    """

    taille: str
    jour: date
    comptes: dict[str, int]
    homonymes: int
    secondes: float
    ecrits: int

    @property
    def par_seconde(self) -> float:
        return self.ecrits / self.secondes if self.secondes else 0.0

    @property
    def phrase(self) -> str:
        """The same in French, for the terminal."""
        comptes = ", ".join(f"{nombre} {nom.replace('_', '-')}" for nom, nombre in self.comptes.items())
        return (
            f"Démonstration « {self.taille} » chargée en {self.secondes:.1f} s ({self.par_seconde:.0f} dossiers par "
            f"seconde), au {self.jour:%d/%m/%Y} : {comptes}. {self.homonymes} personnes ont un homonyme."
        )

    def en_dictionnaire(self) -> dict[str, Any]:
        return {**asdict(self), "dossiers_par_seconde": round(self.par_seconde, 1)}


@contextmanager
def _sans_points_de_reprise() -> Iterator[None]:
    """No savepoint for each service: all is loaded or nothing, and half of the orders to the database are saved."""
    connection.features.uses_savepoints = False
    try:
        yield
    finally:
        connection.features.uses_savepoints = True


def _rien(_texte: str) -> None:
    pass


def charger(
    taille: str = "petite",
    dossiers: int | None = None,
    suivi: Callable[[str], None] = _rien,
    *,
    jour: date | None = None,
    graine: str = GRAINE,
) -> Bilan:
    """Load one size. `suivi` is told what is being done; `jour` (today by default) is the day of the appointments.

    Raises `Empechement` when the base already holds structures.
    """
    depart = time.monotonic()
    jour = jour or timezone.localdate()
    if Structure.objects.exists():
        raise Empechement(
            "La base contient déjà des structures : la démonstration se charge dans une base vide. Donnez un autre "
            "dossier avec IMILO_HOME, ou effacez celui-ci.",
            "The database already holds structures: the demonstration is loaded into an empty one. Give another "
            "folder with IMILO_HOME, or remove this one.",
        )
    with transaction.atomic(), _sans_points_de_reprise():
        territoires = creer_territoires(suivi=suivi)
        Petite(territoires, jour=jour, graine=graine, suivi=suivi).charger()
        consigner(None, "donnees.demonstration", taille=taille)
    return _bilan(taille, jour, time.monotonic() - depart)


def _bilan(taille: str, jour: date, secondes: float) -> Bilan:
    comptes: dict[str, int] = {}
    with perimetre(TOUTES), connection.cursor() as curseur:
        for nom, table in COMPTES.items():
            curseur.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  # names of our own tables
            comptes[nom] = curseur.fetchone()[0]
        curseur.execute(HOMONYMES)
        homonymes = int(curseur.fetchone()[0])
    return Bilan(taille, jour, comptes, homonymes, round(secondes, 2), comptes["dossiers"])
