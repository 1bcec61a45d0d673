"""What activities say in Ma journée: who is under the hours of their contract, and how many declarations wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.activites import selectors
from imilo.parcours.activites.selectors import SousLaDuree
from imilo.parcours.dossiers.selectors.referents import dossiers_suivis

MONTRES = 5  # those who miss the most; the others are one click away


@dataclass(frozen=True)
class DeLActivite:
    """`sous`: of the agent's caseload, those under their hours for two weeks; `nombre` of them in all; `attente`:
    declarations to examine."""

    sous: list[SousLaDuree]
    nombre: int
    attente: int


def de_l_activite(*, agent: Agent, structure: Structure, le: date) -> DeLActivite:
    """Six queries at most."""
    dossiers = dossiers_suivis(agent=agent, structure=structure, le=le)
    sous = selectors.sous_la_duree(dossiers=dossiers.actifs(), le=le)
    attente = selectors.a_examiner(dossiers=dossiers).count()
    return DeLActivite(sous[:MONTRES], len(sous), attente)
