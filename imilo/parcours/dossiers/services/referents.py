"""Who answers for a dossier: the one place that writes a référent, for one dossier or for many.

Other applications keep the history of it:

    from imilo.parcours.dossiers.services import referents
    referents.declarer_suite(fonction(agent, sequence of Changement))

Declared in `AppConfig.ready`; it runs in the transaction of the change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Affectation, Agent
from imilo.acteurs.profils import Profil, peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.enregistrement import reprendre
from imilo.socle.erreurs import RegleViolee

REFERENTS = tuple(p for p in Profil if peut(p, "dossier.suivre"))


@dataclass(frozen=True)
class Attribution:
    """Who is to answer for a dossier, and since when; nobody: None and None."""

    referent_id: int | None
    depuis: date | None


@dataclass(frozen=True)
class Changement:
    """What a dossier's référent was, and what it became. `retour`: a change that was undone."""

    dossier_id: int
    structure_id: int
    avant: Attribution
    apres: Attribution
    retour: bool = False


Suite = Callable[[Agent | None, Sequence[Changement]], None]
_suites: list[Suite] = []
PERSONNE = Attribution(None, None)


def declarer_suite(suite: Suite) -> None:
    """Add what is to be written with each change."""
    _suites.append(suite)


def signaler(agent: Agent | None, changements: Sequence[Changement]) -> None:
    """Tell whoever declared it. The opening of a dossier with a référent is a change from nobody."""
    for suite in _suites:
        suite(agent, changements)


def signaler_ouverture(agent: Agent, dossier: Dossier) -> None:
    """The first référent of a dossier that was just opened, if it has one."""
    if dossier.referent_id is not None:
        apres = Attribution(dossier.referent_id, dossier.referent_depuis)
        signaler(agent, [Changement(dossier.pk, dossier.structure_id, PERSONNE, apres)])


def peuvent_suivre(agents: Sequence[int], *, structure_id: int, le: date) -> set[int]:
    """Those of `agents` who may be référent in the structure on that day: active, with a profile that accompanies."""
    places = Affectation.objects.en_cours(le=le).filter(
        agent__in=agents, agent__is_active=True, structure_id=structure_id, profil__in=REFERENTS
    )
    return set(places.values_list("agent_id", flat=True))


def attribuer(
    agent: Agent, attributions: Mapping[int, Attribution], dossiers: Sequence[Dossier], *, retour: bool = False
) -> None:
    """Write the référent of each dossier (by its key); `dossiers` are locked by the caller. One order for all.

    No fact: the act that asks for it writes its own. The caller has checked who may be référent.
    """
    changements = [
        Changement(d.pk, d.structure_id, Attribution(d.referent_id, d.referent_depuis), attributions[d.pk], retour)
        for d in dossiers
    ]
    for d in dossiers:
        d.referent_id, d.referent_depuis = attributions[d.pk].referent_id, attributions[d.pk].depuis
        d.version += 1
        d.modifie_le = timezone.now()
    Dossier.objects.bulk_update(dossiers, ["referent", "referent_depuis", "version", "modifie_le"])
    signaler(agent, changements)


@transaction.atomic
def changer_referent(agent: Agent, dossier: Dossier, *, version: int, referent: Agent, le: date) -> Dossier:
    """Give the dossier to a counsellor of the structure from the day `le`. Fact `dossier.referent_change`.

    Raises `RegleViolee` when the référent has no place there, on that day, with a profile that accompanies.
    """
    stocke = reprendre(dossier, version=version)
    if not peuvent_suivre([referent.pk], structure_id=stocke.structure_id, le=le):
        raise RegleViolee(f"{referent} n'accompagne pas de jeunes dans cette structure à cette date.", "referent")
    if le > aujourd_hui(dossier.structure):
        raise RegleViolee("Le changement de référent ne se note pas d'avance.", "le")
    avant = stocke.referent_id
    if avant == referent.pk:
        raise RegleViolee(f"{referent} est déjà le référent de ce dossier.", "referent")
    attribuer(agent, {stocke.pk: Attribution(referent.pk, le)}, [stocke])
    stocke.referent = referent
    consigner(agent, "dossier.referent_change", stocke, avant=avant, apres=referent.pk)
    return stocke
