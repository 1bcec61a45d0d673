"""Who pays each action of a concluded contract: what the European fund pays is kept for longer."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from imilo.parcours.contrats.etats import CONCLUS
from imilo.parcours.contrats.models import ActionPrevue, Financement
from imilo.parcours.dossiers.models import Dossier

# Either nobody said who pays, or the European fund does and its operation isn't named.
INCONNU = Q(financement=Financement.NON_PRECISE) | Q(financement=Financement.FSE, programme="")


def actions_financees(
    *, dossiers: QuerySet[Dossier, Any], financement: str | None = None, categorie: str = "", organisme: str = ""
) -> QuerySet[ActionPrevue]:
    """Actions of the concluded contracts of these dossiers (that the caller may see), the latest contract first.

    `financement` None: those whose programme isn't known; else those of this funder. `organisme`: a part of its name.
    """
    actions = ActionPrevue.objects.filter(dossier__in=dossiers, contrat__etat__in=CONCLUS)
    actions = actions.filter(INCONNU if financement is None else Q(financement=financement))
    if categorie:
        actions = actions.filter(categorie=categorie)
    if organisme:
        actions = actions.filter(organisme__icontains=organisme)
    return actions.select_related("contrat", "dossier__jeune", "dossier__referent").order_by("-contrat__debut", "-pk")


def programmes_connus(*, dossiers: QuerySet[Dossier, Any]) -> list[str]:
    """The programmes already named, to be chosen again rather than typed."""
    nommes = ActionPrevue.objects.filter(dossier__in=dossiers).exclude(programme="")
    return sorted(set(nommes.order_by().values_list("programme", flat=True)))
