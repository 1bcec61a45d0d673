"""Which dossiers an agent may see: those of the structure where their profile of the day reads dossiers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Exists

from imilo.acteurs.models import Affectation, Agent, Structure
from imilo.acteurs.profils import Profil, peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.dossiers.models import NUMERO_MAX, NUMERO_MIN, Dossier, DossierQuerySet

LECTEURS = tuple(p for p in Profil if peut(p, "dossier.lire"))
Fermeture = Callable[[Agent, Structure, date], Exists]
_fermetures: list[Fermeture] = []


def declarer_fermeture(fermeture: Fermeture) -> None:
    """Add a reason for which a dossier is closed to an agent of its structure, as a condition on the dossier.

    Declared in `AppConfig.ready`; the application that declares it says the same in the database's policies.
    """
    _fermetures.append(fermeture)


def dossiers_visibles(*, agent: Agent, structure: Structure, le: date | None = None) -> DossierQuerySet:
    """Dossiers of `structure` when the agent has a place there, on the day `le`, with a profile that reads them.

    `le` is today in the structure's zone by default. Row-level security says the same in the database.
    """
    jour = le or aujourd_hui(structure)
    place = Affectation.objects.en_cours(le=jour).filter(agent=agent, structure=structure, profil__in=LECTEURS)
    visibles = Dossier.objects.filter(Exists(place), structure=structure)
    return visibles.exclude(*(fermeture(agent, structure, jour) for fermeture in _fermetures))


def dossier_visible(*, agent: Agent, structure: Structure, numero: str | int) -> Dossier | None:
    """The dossier of that number with its person, référent and structure; None when the agent may not see it.

    One query whatever the reason: unknown, malformed, or another structure's.
    """
    texte = str(numero)
    # "²".isdigit() is true, and a number of 30 digits isn't an integer of PostgreSQL.
    cle = int(texte) if texte.isascii() and texte.isdigit() and len(texte) <= 7 else 0
    visibles = dossiers_visibles(agent=agent, structure=structure)
    relies = visibles.select_related(
        "jeune",
        "jeune__naissance_commune__departement",
        "jeune__naissance_pays",
        "jeune__nationalite",
        "referent",
        "structure",
        "site",
        "adresse_commune",
        "piece_vue_par",
    )
    trouve = relies.filter(numero=cle).first()
    return trouve if NUMERO_MIN <= cle <= NUMERO_MAX else None
