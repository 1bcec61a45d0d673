"""Declarations, absences and the plan of one dossier; declarations that wait in a caseload."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from imilo.parcours.activites.models import Absence, ActiviteDeclaree, EtatDeclaration, SuiviAction
from imilo.parcours.contrats.models import ActionPrevue, ContratEngagement
from imilo.parcours.dossiers.models import Dossier
from imilo.socle import lectures


@dataclass(frozen=True)
class ActionSuivie:
    """An action of the plan, and how it went when somebody said so."""

    action: ActionPrevue
    suivi: SuiviAction | None


def declarations(*, dossier: Dossier) -> QuerySet[ActiviteDeclaree]:
    """What was declared for a dossier, the latest day first."""
    relies = ActiviteDeclaree.objects.filter(dossier=dossier).select_related("agent", "examine_par", "action")
    return relies.order_by("-jour", "-pk")


def declarations_lues(*, dossier: Dossier) -> list[ActiviteDeclaree]:
    """The same; read once by a page that keeps its reads."""
    return lectures.une_fois(dossier, "activites", lambda: list(declarations(dossier=dossier)))


def activite(*, dossier: Dossier, activite_id: int) -> ActiviteDeclaree | None:
    """One declaration of this dossier, which it carries; None when it isn't one of its declarations."""
    trouvee = declarations(dossier=dossier).filter(pk=activite_id).first()
    if trouvee is not None:
        trouvee.dossier = dossier
    return trouvee


def a_examiner(*, dossiers: QuerySet[Dossier]) -> QuerySet[ActiviteDeclaree]:
    """Declarations of these dossiers (that the caller may see) that nobody examined, the oldest day first."""
    attente = ActiviteDeclaree.objects.filter(dossier__in=dossiers, etat=EtatDeclaration.DECLAREE)
    return attente.select_related("dossier__jeune", "action").order_by("jour", "heure", "pk")


def absences(*, dossier: Dossier) -> QuerySet[Absence]:
    """Absences of a dossier, the latest first."""
    return Absence.objects.filter(dossier=dossier).select_related("agent", "rendez_vous").order_by("-du", "-pk")


def plan_suivi(*, dossier: Dossier) -> tuple[ContratEngagement | None, list[ActionSuivie]]:
    """The actions of the last contract concluded, in the order of their day, with how each went. Three queries."""
    contrat = ContratEngagement.objects.conclus().filter(dossier=dossier).order_by("-debut", "-pk").first()
    if contrat is None:
        return None, []
    actions = list(ActionPrevue.objects.filter(contrat=contrat))
    suivis = {s.action_id: s for s in SuiviAction.objects.filter(action__in=actions).select_related("agent")}
    return contrat, [ActionSuivie(a, suivis.get(a.pk)) for a in actions]
