"""The agents of the demonstration: the personas, their affectations, and the delegations of signature."""

from __future__ import annotations

from datetime import date

from imilo.acteurs.models import Agent, Portee, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.services import creer_agent, donner_delegation, ouvrir_affectation
from imilo.config.demonstration.personas import PERSONAS, Persona
from imilo.config.demonstration.territoire import Territoire

# What the legal representative delegates, and to whom.
DELEGATIONS = ((Portee.CONTRATS, Profil.CONSEILLER), (Portee.ALLOCATIONS, Profil.GESTIONNAIRE))


def creer_equipe(territoires: dict[str, Territoire], *, le: date) -> dict[str, Agent]:
    """Make the personas, in office from the day `le`; returns the agents by the key of their persona.

    The legal representative delegates contracts to counsellors and allowances to the manager of allowances.
    """
    equipe: dict[str, Agent] = {}
    for persona in PERSONAS:
        territoire = territoires[persona.departement]
        equipe[persona.cle] = _creer(persona, territoire, le)
    for persona in PERSONAS:
        if persona.representant:
            _deleguer(equipe[persona.cle], territoires[persona.departement].structure, le)
    return equipe


def _creer(persona: Persona, territoire: Territoire, le: date) -> Agent:
    structure = territoire.structure
    agent = creer_agent(
        None, structure=structure, courriel=persona.courriel, nom=persona.nom, prenom=persona.prenom, le=le
    )
    ouvrir_affectation(
        None,
        vise=agent,
        structure=structure,
        profil=persona.profil,
        du=le,
        le=le,
        site=territoire.sites[0] if territoire.sites else None,
        representant_legal=persona.representant,
    )
    return agent


def _deleguer(representant: Agent, structure: Structure, le: date) -> None:
    for portee, profil in DELEGATIONS:
        donner_delegation(representant, structure=structure, portee=portee, du=le, le=le, a_profil=profil)
