"""Whose dossiers are an agent's today: their own, and those of the colleagues whom they replace.

Who replaces whom is known by another application:

    from imilo.parcours.dossiers.selectors import referents
    referents.declarer_remplacements(fonction(agent, structure, le) -> query set of the agents replaced)

Declared in `AppConfig.ready`. The query set has one column, their keys; it runs in the structure's perimeter.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.models import DossierQuerySet
from imilo.parcours.dossiers.selectors.acces import dossiers_visibles

Source = Callable[[Agent, Structure, date], QuerySet[Any, Any]]
_sources: list[Source] = []


def declarer_remplacements(source: Source) -> None:
    """Add who knows of replacements."""
    _sources.append(source)


def remplaces(*, agent: Agent, structure: Structure, le: date) -> tuple[int, ...]:
    """Keys of the agents whom `agent` replaces in `structure` on the day `le`. One query for each source."""
    return tuple(sorted({cle for source in _sources for (cle,) in source(agent, structure, le)}))


def dossiers_suivis(*, agent: Agent, structure: Structure, le: date) -> DossierQuerySet:
    """Dossiers of `structure` that the agent answers for on that day, in their own name or in a colleague's."""
    siens = Q(referent_id=agent.pk)
    for source in _sources:
        siens |= Q(referent_id__in=source(agent, structure, le))
    return dossiers_visibles(agent=agent, structure=structure, le=le).filter(siens)
