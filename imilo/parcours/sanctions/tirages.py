"""The random controls of each month, drawn by the worker (L. 5426-1 IV)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from imilo.acteurs.models import Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.delais import debut_du_mois
from imilo.parcours.sanctions import selectors
from imilo.parcours.sanctions.services import tirer_controles
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import perimetre


def tirer_le_mois(structure: Structure) -> bool:
    """Draw the month that runs, in the structure's perimeter; False when it is drawn already, or nothing can be.

    Somebody may draw at the same instant: the database keeps one draw, and the other finds it made.
    """
    mois = debut_du_mois(aujourd_hui(structure))
    if selectors.tirage(structure=structure, mois=mois) is not None:
        return False
    try:
        with transaction.atomic():
            tirer_controles(None, structure=structure, mois=mois, part=selectors.part_a_tirer(structure=structure))
    except RegleViolee:  # no contract runs, or another draw came first
        return False
    return True


def tirer_partout(structures: Iterable[Structure] | None = None) -> int:
    """The same in every active structure, each on its own day and in its own transaction; how many were drawn."""
    tirees = 0
    for structure in Structure.objects.filter(active=True) if structures is None else structures:
        with perimetre(structure.pk):
            tirees += tirer_le_mois(structure)
    return tirees
