"""The personas of the sandbox: the agents that the demonstration made."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from imilo.acteurs.models import Agent
from imilo.acteurs.reconnaissance import sirets_de
from imilo.acteurs.selectors import affectations_en_cours
from imilo.config.demonstration.personas import PERSONAS

DOMAINE = "@demo.imilo.example"


@dataclass(frozen=True)
class Persona:
    agent_id: int
    nom: str
    courriel: str
    profil: str
    structure: str
    essayer: str = ""


def personas(*, limite: int = 60) -> list[Persona]:
    """The agents of the demonstration, those it presents by name first, with what to look at as each."""
    trouvees = []
    conseils = {p.courriel: p.essayer for p in PERSONAS}
    for agent in Agent.objects.filter(courriel__endswith=DOMAINE, is_active=True).order_by("pk")[:limite]:
        affectations = affectations_en_cours(agent=agent)
        profils = " et ".join(dict.fromkeys(a.get_profil_display() for a in affectations))
        structure = affectations[0].structure.nom if affectations else "sans affectation en cours"
        conseil = conseils.get(agent.courriel, "")
        trouvees.append(Persona(agent.pk, str(agent), agent.courriel, profils or "aucun profil", structure, conseil))
    # Those whom the demonstration presents come first.
    return sorted(trouvees, key=lambda p: not p.essayer)


def sub_de(agent: Agent) -> str:
    """The `sub` that this provider gives: the known one, else one that the sign-in will attach."""
    return agent.sub or "bac-a-sable-" + hashlib.sha256(agent.courriel.encode()).hexdigest()[:32]


def claims_de(agent: Agent, portees: list[str]) -> dict[str, Any]:
    """The userinfo of a persona: what the granted scopes open, as ProConnect names it."""
    sirets = sorted(sirets_de(agent))
    tous = {
        "given_name": agent.prenom,
        "usual_name": agent.nom,
        "email": agent.courriel,
        "uid": str(agent.pk),
        "siret": sirets[0] if sirets else "",
        "siren": sirets[0][:9] if sirets else "",
        "idp_id": "bac-a-sable",
    }
    return {"sub": sub_de(agent), **{nom: valeur for nom, valeur in tous.items() if nom in portees}}
