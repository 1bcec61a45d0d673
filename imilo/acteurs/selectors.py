"""Who is who: affectations that run, and who may decide in the State's name."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from imilo.acteurs.models import Affectation, Agent, Structure


def aujourd_hui(structure: Structure) -> date:
    """The day it is in the structure's own time zone."""
    return timezone.now().astimezone(structure.zone).date()


def affectations_en_cours(*, agent: Agent) -> list[Affectation]:
    """The affectations of an agent that run today in each structure's time zone, the main one first."""
    if not agent.is_active:
        return []
    jour = timezone.now().date()
    veille, lendemain = jour - timedelta(days=1), jour + timedelta(days=1)
    candidates = (
        Affectation.objects.filter(
            Q(au__isnull=True) | Q(au__gte=veille),
            du__lte=lendemain,
            agent=agent,
            structure__active=True,
        )
        .select_related("structure", "site", "agent")
        .order_by("-principale", "structure__code", "pk")
    )

    def en_cours(affectation: Affectation) -> bool:
        le = aujourd_hui(affectation.structure)
        return affectation.du <= le and (affectation.au is None or affectation.au >= le)

    return [a for a in candidates if en_cours(a)]
