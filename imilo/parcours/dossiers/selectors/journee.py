"""What an agent sees first: dossiers newly theirs, and those they last opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.journal.models import Consultation
from imilo.parcours.dossiers.models import Dossier, DossierQuerySet
from imilo.parcours.dossiers.selectors.acces import dossiers_visibles
from imilo.parcours.dossiers.selectors.referents import dossiers_suivis

NOUVEAUX = timedelta(days=14)
RECENTS = timedelta(days=30)
LUES = 80  # consultations read to find the last few different dossiers


def dossiers_nouveaux(*, agent: Agent, structure: Structure, le: date) -> DossierQuerySet:
    """Dossiers, not ended, whose référent is the agent, or a colleague whom they replace, for fourteen days
    at most, newest first."""
    siens = dossiers_suivis(agent=agent, structure=structure, le=le)
    nouveaux = siens.filter(referent_depuis__gt=le - NOUVEAUX, fin_le__isnull=True)
    return nouveaux.select_related("jeune", "adresse_commune").order_by("-referent_depuis", "-numero")


def derniers_ouverts(*, agent: Agent, structure: Structure, limite: int = 8) -> Sequence[Dossier]:
    """The dossiers that the agent last opened, from the journal, the latest first. Two queries."""
    consultations = Consultation.objects.filter(
        structure_id=structure.pk,
        agent_id=agent.pk,
        genre="dossier",
        dossier_id__isnull=False,
        le__gte=timezone.now() - RECENTS,
    )
    recents = consultations.order_by("-le", "-id").values_list("dossier_id", flat=True)[:LUES]
    ordre = list(dict.fromkeys(cle for cle in recents if cle is not None))[:limite]
    visibles = dossiers_visibles(agent=agent, structure=structure).select_related("jeune")
    trouves = {d.pk: d for d in visibles.filter(pk__in=ordre)}
    return [trouves[cle] for cle in ordre if cle in trouves]
