"""The hours of a week for 20,000 young people: the ledger computed from what happened, structure by structure."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta

JEUNES = 20_000
HEURES_S = 10.0


@dataclass(frozen=True)
class Mesure:
    """How many young people, in how many structures (a perimeter and a query each), how many had hours, and seconds."""

    jeunes: int
    structures: int
    avec_heures: int
    secondes: float


def mesurer(jour: date) -> Mesure:
    """The last whole week before `jour`, as imilo_app, under row-level security."""
    from imilo.acteurs.models import Structure
    from imilo.parcours.activites.selectors import minutes_par_semaine
    from imilo.parcours.activites.semaines import lundi_de
    from imilo.parcours.dossiers.models import Dossier
    from imilo.socle.perimetre import perimetre

    lundi = lundi_de(jour) - timedelta(days=7)
    vus = structures = avec = 0
    secondes = 0.0
    for cle in Structure.objects.order_by("pk").values_list("pk", flat=True):
        with perimetre(cle):
            dossiers = list(Dossier.objects.order_by("-pk").values_list("pk", flat=True)[: JEUNES - vus])
            debut = time.perf_counter()
            heures = minutes_par_semaine(dossiers=dossiers, du=lundi, au=lundi)
            secondes += time.perf_counter() - debut
        vus += len(dossiers)
        avec += len(heures)
        structures += bool(dossiers)
        if vus >= JEUNES:
            break
    return Mesure(vus, structures, avec, round(secondes, 3))
