"""Who is who: affectations that run, and who may decide in the State's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from imilo.acteurs.models import Affectation, Agent, Delegation, Structure
from imilo.acteurs.profils import peut
from imilo.droit import francais


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


def en_cours_dans(*, agent: Agent, structure: Structure, le: date) -> list[Affectation]:
    """The affectations of an agent in one structure that run on the day `le`, the main one first."""
    return list(
        Affectation.objects.en_cours(le=le)
        .filter(agent=agent, structure=structure, agent__is_active=True)
        .order_by("-principale", "pk")
    )


def habilite(*, agent: Agent, structure: Structure, action: str, le: date) -> bool:
    """Whether a running affectation of the agent in the structure opens the action."""
    return any(peut(a.profil, action) for a in en_cours_dans(agent=agent, structure=structure, le=le))


def agents_de(*, structure: Structure, le: date, profils: Iterable[str] = ()) -> QuerySet[Agent]:
    """The agents assigned to a structure on the day `le`, by name; of some profiles only when given."""
    affectations = Affectation.objects.en_cours(le=le).filter(structure=structure)
    if profils := list(profils):
        affectations = affectations.filter(profil__in=profils)
    return Agent.objects.filter(pk__in=affectations.values("agent_id"), is_active=True).order_by("nom", "prenom", "pk")


def affectations_de_la_structure(*, structure: Structure, le: date) -> QuerySet[Affectation]:
    """Affectations of the structure that run on `le` or start later, with their agents, by name."""
    return (
        Affectation.objects.filter(Q(au__isnull=True) | Q(au__gte=le), structure=structure)
        .select_related("agent", "site")
        .order_by("agent__nom", "agent__prenom", "du", "pk")
    )


def delegations_de_la_structure(*, structure: Structure, le: date) -> QuerySet[Delegation]:
    """Delegations of signature that run on `le` or start later."""
    return (
        Delegation.objects.filter(Q(au__isnull=True) | Q(au__gte=le), structure=structure)
        .select_related("agent", "delegant")
        .order_by("portee", "du", "pk")
    )


@dataclass(frozen=True)
class Pouvoir:
    """Why an agent may decide in the State's name, in words to print under a signature.

    `qualite` is "représentant légal" or "par délégation"; `mention` is the whole line for a document;
    `delegation_id` is empty for the legal representative.
    """

    agent_id: int
    nom: str
    qualite: str
    mention: str
    delegation_id: int | None = None


def _representants(structure: Structure, le: date) -> QuerySet[Affectation]:
    return Affectation.objects.en_cours(le=le).filter(
        structure=structure, representant_legal=True, agent__is_active=True
    )


def representants_legaux(*, structure: Structure, le: date) -> list[Agent]:
    """Those in office on the day `le`, by name."""
    en_fonction = _representants(structure, le).values("agent_id")
    return list(Agent.objects.filter(pk__in=en_fonction).order_by("nom", "prenom", "pk"))


def est_representant_legal(*, agent: Agent, structure: Structure, le: date) -> bool:
    return _representants(structure, le).filter(agent=agent).exists()


def pouvoir_de_signer(*, agent: Agent, structure: Structure, portee: str, le: date) -> Pouvoir | None:
    """The power of an agent to decide on `le`, within `portee` (`Portee`), in the name of a structure.

    R. 5131-15 and R. 5131-25: the legal representative decides, or whom they delegated their signature to,
    by name or by profile, for these dates. A delegation falls with the office of the one who gave it, and
    only serves agents assigned to the structure that day. `None`: the agent may not sign.
    """
    affectations = en_cours_dans(agent=agent, structure=structure, le=le)
    if any(a.representant_legal for a in affectations):
        mention = f"{agent}, représentant légal de {structure.nom_officiel}"
        return Pouvoir(agent.pk, str(agent), "représentant légal", mention)
    profils = {a.profil for a in affectations}
    if not profils:
        return None
    delegations = (
        Delegation.objects.filter(
            Q(au__isnull=True) | Q(au__gte=le),
            Q(agent=agent) | Q(agent__isnull=True, profil__in=profils),
            structure=structure,
            portee=portee,
            du__lte=le,
            delegant__in=_representants(structure, le).values("agent_id"),
        )
        .select_related("delegant")
        .order_by(F("agent").asc(nulls_last=True), "-du", "pk")
    )
    delegation = delegations.first()
    if delegation is None:
        return None
    mention = (
        f"{agent}, par délégation de signature du {francais.jour(delegation.du)} "
        f"{francais.de(str(delegation.delegant))}, "
        f"représentant légal de {structure.nom_officiel}"
    )
    return Pouvoir(agent.pk, str(agent), "par délégation", mention, delegation.pk)
