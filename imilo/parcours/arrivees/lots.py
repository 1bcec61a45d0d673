"""Many arrivals given to one agent at once, and taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui, habilite
from imilo.journal.services import consigner
from imilo.parcours.arrivees.models import Arrivee
from imilo.parcours.arrivees.selectors import arrivees_visibles
from imilo.parcours.arrivees.services import TRAITER
from imilo.socle.erreurs import RegleViolee

LOT_MAX = 500


@dataclass(frozen=True)
class Confiees:
    """What was changed, to give it back: by arrival, the version left and who had it. `deja`: had it already."""

    memoire: dict[int, tuple[int, int | None]]
    deja: int = 0


@transaction.atomic
def confier_un_lot(agent: Agent, *, structure: Structure, arrivees: Collection[int], a: Agent | None) -> Confiees:
    """Give these arrivals to an agent who works on arrivals, or to nobody. One fact, `arrivees.confiees`.

    Those that the agent may not see are left out. Raises `RegleViolee` at `a`, or at `arrivees` for none of them.
    """
    if not arrivees:
        raise RegleViolee("Cochez les arrivées à confier.", "arrivees")
    if len(arrivees) > LOT_MAX:
        raise RegleViolee(f"{LOT_MAX} arrivées au plus à la fois.", "arrivees")
    if a is not None and not habilite(agent=a, structure=structure, action=TRAITER, le=aujourd_hui(structure)):
        raise RegleViolee(f"{a} ne traite pas les arrivées de votre structure.", "a")
    voulues = _verrouillees(agent, structure, arrivees)
    changees = [x for x in voulues if x.assignee_id != (a.pk if a else None)]
    memoire = {x.pk: (x.version + 1, x.assignee_id) for x in changees}
    _donner(changees, dict.fromkeys(memoire, a.pk if a else None))
    if changees:
        consigner(agent, "arrivees.confiees", structure=structure, nombre=len(changees), a=a.pk if a else None)
    return Confiees(memoire, len(voulues) - len(changees))


@transaction.atomic
def reprendre_un_lot(agent: Agent, *, structure: Structure, memoire: Mapping[int, tuple[int, int | None]]) -> int:
    """Give back to each arrival whom it had, unless somebody worked on it since; returns how many. One fact."""
    intactes = [x for x in _verrouillees(agent, structure, memoire) if x.version == memoire[x.pk][0]]
    _donner(intactes, {x.pk: memoire[x.pk][1] for x in intactes})
    if intactes:
        consigner(agent, "arrivees.reprises", structure=structure, nombre=len(intactes))
    return len(intactes)


def _verrouillees(agent: Agent, structure: Structure, cles: Collection[int]) -> list[Arrivee]:
    visibles = arrivees_visibles(agent=agent, structure=structure).filter(pk__in=cles)
    return list(visibles.select_for_update(of=("self",)).order_by("pk"))


def _donner(arrivees: Collection[Arrivee], a: Mapping[int, int | None]) -> None:
    for arrivee in arrivees:
        arrivee.assignee_id = a[arrivee.pk]
        arrivee.version += 1
        arrivee.modifie_le = timezone.now()
    Arrivee.objects.bulk_update(arrivees, ["assignee", "version", "modifie_le"])
