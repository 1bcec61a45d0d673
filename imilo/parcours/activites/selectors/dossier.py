"""Declarations, absences, situations and the plan of one dossier; declarations that wait in a caseload."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from imilo.parcours.activites.models import (
    Absence,
    ActiviteDeclaree,
    EtatDeclaration,
    SituationNonProfessionnelle,
    SuiviAction,
)
from imilo.parcours.activites.reglages import reglages
from imilo.parcours.activites.selectors.grand_livre import periodes
from imilo.parcours.contrats.models import ActionPrevue, ContratEngagement
from imilo.parcours.dossiers.models import Dossier, Situation
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
    relies = Absence.objects.filter(dossier=dossier).select_related("agent", "rendez_vous", "collectif")
    return relies.order_by("-du", "-pk")


def situation_recue(*, dossier: Dossier, cle: int) -> SituationNonProfessionnelle | None:
    """One situation that an operator sent for this dossier, which it carries; None when it isn't one of its own."""
    recues = SituationNonProfessionnelle.objects.filter(dossier=dossier, pk=cle)
    trouvee = recues.select_related("agent", "corrigee_par").first()
    if trouvee is not None:
        trouvee.dossier = dossier
    return trouvee


def etats_de_la_situation(situation: SituationNonProfessionnelle) -> list[Any]:
    """What it was as received, after each correction, and is now: rows of the history, then itself, each with when it
    was written (`quand`)."""
    evenements = SituationNonProfessionnelle.pgh_event_model.objects  # type: ignore[attr-defined]  # set by `historiser`
    avant = evenements.filter(pgh_obj_id=situation.pk).select_related("agent", "corrigee_par").order_by("pgh_id")
    etats = [*avant, situation]
    for rang, etat in enumerate(etats):
        etat.quand = etats[rang - 1].pgh_created_at if rang else situation.cree_le
    return etats


def sans_heures(*, dossier: Dossier, du: date, au: date) -> list[Situation]:
    """Situations of life that touch these days and would count, had somebody said how many hours a week they ask.

    None on days for which no contract asks for hours. Zero is an answer.
    """
    demandees = periodes(dossiers=[dossier.pk], du=du, au=au)[dossier.pk]
    if not any(p.heures for p in demandees):
        return []
    comptees = Situation.objects.filter(dossier=dossier, categorie__in=reglages().situations_comptees, debut__lte=au)
    trouvees = list(comptees.filter(Q(fin__isnull=True) | Q(fin__gte=du), heures_hebdo__isnull=True).order_by("debut"))
    for situation in trouvees:
        situation.dossier = dossier
    return trouvees


def plan_suivi(*, dossier: Dossier) -> tuple[ContratEngagement | None, list[ActionSuivie]]:
    """The actions of the last contract concluded, in the order of their day, with how each went. Three queries."""
    contrat = ContratEngagement.objects.conclus().filter(dossier=dossier).order_by("-debut", "-pk").first()
    if contrat is None:
        return None, []
    actions = list(ActionPrevue.objects.filter(contrat=contrat))
    suivis = {s.action_id: s for s in SuiviAction.objects.filter(action__in=actions).select_related("agent")}
    return contrat, [ActionSuivie(a, suivis.get(a.pk)) for a in actions]
