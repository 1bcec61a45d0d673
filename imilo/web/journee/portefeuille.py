"""What the caseload says in Ma journée: absences of the team that touch me, and who has given no news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.portefeuilles import selectors
from imilo.parcours.portefeuilles.models import Remplacement

MUETS = 8  # the longest silences; the others are one click away


@dataclass(frozen=True)
class DuPortefeuille:
    """`muets`: dossiers of the agent without news, with `dernier_contact`; `suite`: all of them, in the caseload."""

    absences: list[Remplacement]
    muets: list[Dossier]
    d_autres: bool
    jours: int
    suite: str


def du_portefeuille(*, agent: Agent, structure: Structure, le: date) -> DuPortefeuille:
    """Three queries."""
    jours = settings.SANS_NOUVELLES_JOURS
    muets = list(selectors.sans_nouvelles(agent=agent, structure=structure, le=le)[: MUETS + 1])
    criteres = {"referent": agent.pk, "statut": "actif", "contact": jours, "tri": "dernier_contact", "ordre": "asc"}
    return DuPortefeuille(
        absences=list(selectors.remplacements_qui_me_touchent(agent=agent, structure=structure, le=le)),
        muets=muets[:MUETS],
        d_autres=len(muets) > MUETS,
        jours=jours,
        suite=f"{reverse('web:portefeuille')}?{urlencode(criteres)}",
    )
