"""Loading the demonstration. Runs as imilo_lots, in a database that holds nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from imilo.acteurs.models import Structure
from imilo.config.demonstration.masse import Masse, refaire_les_cles
from imilo.config.demonstration.petite import Petite
from imilo.config.demonstration.plans import Commande, Plan, commander, preparer_masse
from imilo.config.demonstration.requetes import MEMOIRE
from imilo.config.demonstration.territoire import creer_territoires
from imilo.journal.services import consigner
from imilo.socle.demarrage import Empechement
from imilo.socle.models import Avancement
from imilo.socle.perimetre import TOUTES, perimetre

GRAINE = "imilo"
TRAITEMENT = "demonstration"
COMPTES = {
    "structures": "acteurs_structure",
    "agents": "acteurs_agent",
    "jeunes": "jeunes_jeune",
    "dossiers": "dossiers_dossier",
    "actes": "dossiers_acte",
    "situations": "dossiers_situation",
    "rendez_vous": "agenda_rendezvous",
    "contrats": "contrats_contratengagement",
    "allocations": "allocations_decisionallocation",
    "faits": "journal_fait",
}
HOMONYMES = """
SELECT COALESCE(sum(n), 0) FROM (
    SELECT count(*) AS n FROM jeunes_jeune GROUP BY nom_naissance, prenom HAVING count(*) > 1
) h
"""
PLANS = {
    "structure": Plan(dossiers=5_600, actes=10, annees=3, conseillers=40, faits=True),
    "nationale": Plan(dossiers=100_000, actes=0, annees=10, faits=False),
}


class Suivi:
    """Who is told how the load goes; nobody, here."""

    def dire(self, etape: str) -> None:
        pass

    def progresser(self, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """A context that gives the function to call with each number of dossiers written, of `total`."""
        return nullcontext(lambda _n: None)


@dataclass(frozen=True)
class Bilan:
    """What the base holds after a load, and how long it took.

    `homonymes`: persons who share birth name and first name with somebody else. `masse`: dossiers written in
    bulk, lines given to COPY, seconds.
    """

    taille: str
    jour: date
    comptes: dict[str, int]
    homonymes: int
    secondes: float
    masse: dict[str, float]

    @property
    def par_seconde(self) -> float:
        """Dossiers written in a second by the bulk load; 0 without one."""
        return self.masse["dossiers"] / self.masse["secondes"] if self.masse else 0.0

    @property
    def phrase(self) -> str:
        """The same in French, for the terminal."""
        comptes = ", ".join(f"{nombre} {nom.replace('_', '-')}" for nom, nombre in self.comptes.items())
        debit = f" ({self.par_seconde:.0f} dossiers par seconde en masse)" if self.masse else ""
        return (
            f"Démonstration « {self.taille} » du {self.jour:%d/%m/%Y} chargée en {self.secondes:.0f} s{debit} : "
            f"{comptes}. {self.homonymes} personnes ont au moins un homonyme."
        )

    def en_dictionnaire(self) -> dict[str, Any]:
        return {**asdict(self), "dossiers_par_seconde": round(self.par_seconde, 1)}


def charger(
    taille: str = "petite",
    dossiers: int | None = None,
    suivi: Suivi | None = None,
    *,
    actes: float | None = None,
    faits: bool = False,
    jour: date | None = None,
    graine: str = GRAINE,
) -> Bilan:
    """Load one size: "petite", "structure" or "nationale" (`dossiers` in all), the last two on top of the first.

    `actes` is the mean number of acts of a dossier written in bulk, `faits` writes their journal too; `jour`
    (today by default) is the day of the appointments. A bulk load that was stopped goes on where it was, its
    own day kept. Raises `Empechement` when the base holds structures and no load to go on with, when what
    was stopped is another load, or for more dossiers than numbers.
    """
    suivi, jour = suivi or Suivi(), jour or timezone.localdate()
    plan = None if taille == "petite" else PLANS[taille].avec(dossiers=dossiers, actes=actes, faits=faits)
    depart = time.monotonic()
    avancement = inacheve()
    if avancement is None:
        _refuser_une_base_pleine()
        with transaction.atomic(), _sans_points_de_reprise():
            avancement = _commencer(taille, plan, suivi, jour, graine)
    else:
        _refuser_une_autre(avancement, taille, plan)
    if avancement is None:
        return _bilan(taille, jour, time.monotonic() - depart, None)
    masse = _ecrire(avancement, suivi)
    return _bilan(taille, masse.redaction.jour, time.monotonic() - depart, masse)


def _commencer(taille: str, plan: Plan | None, suivi: Suivi, jour: date, graine: str) -> Avancement | None:
    """All but the bulk; None when there is none."""
    suivi.dire("Structures, sites et communes desservies")
    territoires = creer_territoires()
    suivi.dire("Soixante dossiers et leurs histoires")
    Petite(territoires, jour=jour, graine=graine).charger()
    if plan is None:
        consigner(None, "donnees.demonstration", taille=taille)
        return None
    commande = commander(taille, plan, territoires, jour=jour, graine=graine)
    return Avancement.objects.create(nom=TRAITEMENT, parametres=commande.en_json())


def inacheve() -> Avancement | None:
    """The bulk load that was stopped before its end, if there is one."""
    return Avancement.objects.filter(nom=TRAITEMENT, fini_le__isnull=True).first()


def a_finir(avancement: Avancement) -> Empechement:
    """What to do of a load that was stopped."""
    commande = Commande.depuis(avancement.parametres)
    ecrits = commande.ecrits(avancement.pas)
    return Empechement(
        f"Un chargement de la démonstration s'est arrêté à {ecrits} dossiers sur {commande.plan.dossiers}. Pour le "
        f"finir : {commande.ligne}. Pour repartir de zéro, donnez un autre dossier avec IMILO_HOME, ou effacez "
        "celui-ci.",
        f"A load of the demonstration stopped at {ecrits} dossiers of {commande.plan.dossiers}. To finish it: "
        f"{commande.ligne}. To start from nothing, give another folder with IMILO_HOME, or remove this one.",
    )


def _refuser_une_autre(avancement: Avancement, taille: str, plan: Plan | None) -> None:
    commencee = Commande.depuis(avancement.parametres)
    if (commencee.taille, commencee.plan) != (taille, plan):
        raise a_finir(avancement)


def _refuser_une_base_pleine() -> None:
    if Structure.objects.exists():
        raise Empechement(
            "La base contient déjà des structures : la démonstration se charge dans une base vide. Donnez un autre "
            "dossier avec IMILO_HOME, ou effacez celui-ci.",
            "The database already holds structures: the demonstration is loaded into an empty one. Give another "
            "folder with IMILO_HOME, or remove this one.",
        )


def _ecrire(avancement: Avancement, suivi: Suivi) -> Masse:
    commande = Commande.depuis(avancement.parametres)
    masse = preparer_masse(commande, creer_territoires(), lots_faits=avancement.pas)
    masse.apres = avancement.avancer
    reprise = f", reprise à {commande.ecrits(avancement.pas)}" if avancement.pas else ""
    suivi.dire(f"Dossiers en masse{reprise}")
    with suivi.progresser(masse.restants) as masse.avancer:
        masse.ecrire()
    # The load isn't over before everybody is found.
    with transaction.atomic():
        if commande.cles_differees:
            suivi.dire("Clés de recherche")
            refaire_les_cles()
        avancement.finir()
        consigner(None, "donnees.demonstration", taille=commande.taille, dossiers=masse.attendus)
    return masse


@contextmanager
def _sans_points_de_reprise() -> Iterator[None]:
    """No savepoint for each service: all is loaded or nothing, and half of the orders to the database are saved."""
    connection.features.uses_savepoints = False
    try:
        yield
    finally:
        connection.features.uses_savepoints = True


def _bilan(taille: str, jour: date, secondes: float, masse: Masse | None) -> Bilan:
    comptes: dict[str, int] = {}
    with perimetre(TOUTES), connection.cursor() as curseur:
        curseur.execute(MEMOIRE)
        for nom, table in COMPTES.items():
            curseur.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  # names of our own tables
            comptes[nom] = curseur.fetchone()[0]
        curseur.execute(HOMONYMES)
        homonymes = int(curseur.fetchone()[0])
    mesures: dict[str, float] = (
        {}
        if masse is None
        else {"dossiers": masse.ecrits, "lignes": masse.lignes, "secondes": round(masse.secondes, 2)}
    )
    return Bilan(taille, jour, comptes, homonymes, round(secondes, 2), mesures)
