"""Many arrivals given to one agent at once, and taken back: from the history of it, at any time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui, habilite
from imilo.journal.services import consigner
from imilo.parcours.arrivees.models import Arrivee, Repartition
from imilo.parcours.arrivees.selectors import arrivees_visibles
from imilo.parcours.arrivees.services import TRAITER
from imilo.parcours.dossiers.selectors.equipe import agents_qui_peuvent
from imilo.socle.erreurs import RegleViolee

LOT_MAX = 500
DEJA_ANNULEE = "Cette répartition est déjà annulée."
PLUS_RIEN = "Toutes ces arrivées ont changé depuis : il n'y a plus rien à annuler."


@dataclass(frozen=True)
class Retour:
    """What undoing would do to one arrival: back to `a` (None: to nobody), or `refus` says why it is left."""

    arrivee: Arrivee
    a: Agent | None
    refus: str = ""


@transaction.atomic
def confier_un_lot(
    agent: Agent, *, structure: Structure, arrivees: Collection[int], a: Agent | None
) -> Repartition | None:
    """Give these arrivals to an agent who works on arrivals, or to nobody. One fact, `arrivees.confiees`.

    Those that the agent may not see are left out; None when those that they see were all so already, and nothing is
    written. Raises `RegleViolee` at `a`, or at `arrivees` for none of them.
    """
    if not arrivees:
        raise RegleViolee("Cochez les arrivées à confier.", "arrivees")
    if len(arrivees) > LOT_MAX:
        raise RegleViolee(f"{LOT_MAX} arrivées au plus à la fois.", "arrivees")
    if a is not None and not habilite(agent=a, structure=structure, action=TRAITER, le=aujourd_hui(structure)):
        raise RegleViolee(f"{a} ne traite pas les arrivées de votre structure.", "a")
    voulues = _verrouillees(agent, structure, arrivees)
    changees = [x for x in voulues if x.assignee_id != (a.pk if a else None)]
    if not changees:
        return None
    memoire = [[x.pk, x.version + 1, x.assignee_id] for x in changees]
    _donner(changees, dict.fromkeys((x.pk for x in changees), a.pk if a else None))
    faite = Repartition.objects.create(structure=structure, agent=agent, a=a, nombre=len(changees), memoire=memoire)
    consigner(agent, "arrivees.confiees", faite, nombre=len(changees), a=a.pk if a else None)
    return faite


def repartitions(*, structure: Structure) -> QuerySet[Repartition]:
    """What was given together in the structure, the latest first."""
    return Repartition.objects.filter(structure=structure).select_related("agent", "a", "annulee_par", "structure")


def examiner_le_retour(agent: Agent, repartition: Repartition) -> list[Retour]:
    """What undoing would do to each arrival that this agent sees, in their order. Writes nothing."""
    visibles = arrivees_visibles(agent=agent, structure=repartition.structure)
    lues = visibles.filter(pk__in=_cles(repartition)).select_related("assignee")
    return _retours(repartition, list(lues.order_by("pk")))


@transaction.atomic
def annuler_la_repartition(agent: Agent, repartition: Repartition) -> Repartition:
    """Give back to each arrival whom it had, but for those that changed since or whose agent has left.

    Fact `arrivees.reprises`. Raises `RegleViolee` when it was undone already, or when there is nothing left to undo.
    """
    stockee = repartitions(structure=repartition.structure).select_for_update(of=("self",)).get(pk=repartition.pk)
    if stockee.annulee_le is not None:
        raise RegleViolee(DEJA_ANNULEE)
    verrouillees = _verrouillees(agent, stockee.structure, _cles(stockee))
    rendues = [r for r in _retours(stockee, verrouillees) if not r.refus]
    if not rendues:
        raise RegleViolee(PLUS_RIEN)
    _donner([r.arrivee for r in rendues], {r.arrivee.pk: r.a.pk if r.a else None for r in rendues})
    stockee.annulee_le, stockee.annulee_par, stockee.rendues = timezone.now(), agent, len(rendues)
    stockee.save(update_fields=["annulee_le", "annulee_par", "rendues", "modifie_le"])
    consigner(agent, "arrivees.reprises", stockee, nombre=len(rendues))
    return stockee


def _retours(repartition: Repartition, arrivees: Collection[Arrivee]) -> list[Retour]:
    """Three queries at most, whatever their number."""
    avant = {pk: (version, a) for pk, version, a in repartition.memoire}
    structure = repartition.structure
    presents = {x.pk: x for x in agents_qui_peuvent(TRAITER, structure=structure, le=aujourd_hui(structure))}
    depuis = _changees_depuis({x.pk: avant[x.pk][0] for x in arrivees if x.version != avant[x.pk][0]})
    retours = []
    for arrivee in arrivees:
        _, a = avant[arrivee.pk]
        refus = depuis.get(arrivee.pk, "")
        if not refus and a is not None and a not in presents:
            refus = "La personne qui l'avait ne traite plus les arrivées."
        retours.append(Retour(arrivee, presents.get(a) if a is not None else None, refus))
    return retours


def _changees_depuis(versions: Mapping[int, int]) -> dict[int, str]:
    """Why each arrival that has left its version isn't given back: who changed it first, and when."""
    evenements = Arrivee.pgh_event_model.objects.filter(pgh_obj_id__in=versions)  # type: ignore[attr-defined]  # made by pghistory
    premiers = {e.pgh_obj_id: e for e in evenements.order_by("-pgh_id") if e.version == versions[e.pgh_obj_id]}
    agents = {pk: (e.pgh_context or {}).get("agent") for pk, e in premiers.items()}
    noms = {a.pk: str(a) for a in Agent.objects.filter(pk__in={a for a in agents.values() if a})}
    dites = dict.fromkeys(versions, "Modifiée depuis.")
    for pk, evenement in premiers.items():
        par = noms.get(agents[pk] or 0)
        quand = timezone.localtime(evenement.pgh_created_at)
        dites[pk] = f"Modifiée depuis{f', par {par}' if par else ''}, le {quand:%d/%m/%Y à %H:%M}."
    return dites


def _cles(repartition: Repartition) -> list[int]:
    return [pk for pk, _, _ in repartition.memoire]


def _verrouillees(agent: Agent, structure: Structure, cles: Collection[int]) -> list[Arrivee]:
    visibles = arrivees_visibles(agent=agent, structure=structure).filter(pk__in=cles)
    return list(visibles.select_for_update(of=("self",)).order_by("pk"))


def _donner(arrivees: Collection[Arrivee], a: Mapping[int, int | None]) -> None:
    for arrivee in arrivees:
        arrivee.assignee_id = a[arrivee.pk]
        arrivee.version += 1
        arrivee.modifie_le = timezone.now()
    Arrivee.objects.bulk_update(arrivees, ["assignee", "version", "modifie_le"])
