"""Who signs in: the agent that an identity given by ProConnect designates."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from imilo.acteurs.models import Affectation, Agent
from imilo.journal.services import consigner
from imilo.socle.perimetre import perimetre


@dataclass(frozen=True)
class Identite:
    """What ProConnect says of a person: `sub` (opaque), e-mail, SIRET of the employer (14 digits)."""

    sub: str
    courriel: str
    siret: str


class NonReconnu(Exception):
    """Nobody to let in. `raison` is "inconnu", "autre_siret", "plusieurs" or "inactif"; `agent` if it is known."""

    def __init__(self, raison: str, agent: Agent | None = None) -> None:
        super().__init__(raison)
        self.raison = raison
        self.agent = agent


def reconnaitre(identite: Identite) -> Agent:
    """The agent of this identity: by `sub`; else by a known e-mail with the same SIRET, which attaches the `sub`.

    `sub` is specific to the identity provider that the person chose, and changes with it: that is why a new
    one is attached, and written in the journal. Raises `NonReconnu`.
    """
    agent = Agent.objects.filter(sub=identite.sub).first()
    if agent is None:
        agent = _rattacher(identite)
    if not agent.is_active:
        raise NonReconnu("inactif", agent)
    return agent


@transaction.atomic
def _rattacher(identite: Identite) -> Agent:
    candidats = list(Agent.objects.select_for_update().filter(courriel__iexact=identite.courriel.strip())[:2])
    if not candidats or not identite.courriel.strip():
        raise NonReconnu("inconnu")
    if len(candidats) > 1:
        raise NonReconnu("plusieurs")
    agent = candidats[0]
    if not agent.is_active:
        raise NonReconnu("inactif", agent)
    if not identite.siret or identite.siret not in sirets_de(agent):
        raise NonReconnu("autre_siret", agent)
    nouveau = agent.sub is None
    agent.sub = identite.sub
    agent.save(update_fields=["sub"])
    noter(agent, "agent.rattache", premier="oui" if nouveau else "non")
    return agent


def sirets_de(agent: Agent) -> frozenset[str]:
    """The SIRET under which an agent may come: the one declared for them, else those of where they work."""
    if agent.siret:
        return frozenset({agent.siret})
    lieux = Affectation.objects.filter(agent=agent).values_list("structure__siret", "structure__sites__siret")
    return frozenset(siret for ligne in lieux for siret in ligne if siret)


def structure_principale(agent: Agent) -> int | None:
    """The structure under which a fact about an agent alone is written: of their main affectation."""
    return (
        Affectation.objects.filter(agent=agent)
        .order_by("-principale", "-du")
        .values_list("structure_id", flat=True)
        .first()
    )


def noter(agent: Agent, genre: str, **identifiants: str) -> None:
    """Write a fact of an agent about themselves (sign-in, second factor), under their main structure.

    Nobody's perimeter is open yet when a person signs in: this opens that structure's for the one fact.
    """
    structure = structure_principale(agent)
    with perimetre(structure):
        consigner(agent, genre, agent, structure=structure, dossier_id=None, acteur=None, **identifiants)
