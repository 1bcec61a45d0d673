"""Reads of the agenda."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, OuterRef, QuerySet, Subquery, Value

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.agenda.horaires import bornes
from imilo.parcours.agenda.models import RendezVous, StatutRendezVous
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors import dossiers_visibles
from imilo.socle import lectures


def _complets(lignes: QuerySet[RendezVous]) -> QuerySet[RendezVous]:
    return lignes.select_related("agent", "site", "dossier__jeune", "dossier__structure")


def rendez_vous_du_jour(
    *, agent: Agent, structure: Structure, jour: date, absents: Collection[int] = ()
) -> QuerySet[RendezVous]:
    """The appointments of the agent, and of the absent colleagues whom they replace, on a day of the structure, in
    order, those cancelled or moved left out."""
    debut, fin = bornes(jour, structure.zone)
    visibles = dossiers_visibles(agent=agent, structure=structure)
    return (
        _complets(RendezVous.objects.filter(structure=structure, debut__gte=debut, debut__lt=fin))
        .filter(agent__in=(agent.pk, *absents))
        .filter(dossier__in=visibles)
        .exclude(statut__in=(StatutRendezVous.ANNULE, StatutRendezVous.REPORTE))
        .order_by("debut", "pk")
    )


def sans_suite(*, agent: Agent, structure: Structure, avant: datetime) -> QuerySet[RendezVous]:
    """The agent's past appointments of the last thirty days whose presence nobody noted, oldest first."""
    visibles = dossiers_visibles(agent=agent, structure=structure)
    return (
        _complets(RendezVous.objects.filter(agent=agent, structure=structure, statut=StatutRendezVous.PLANIFIE))
        .filter(debut__lt=avant, debut__gte=avant - timedelta(days=30), dossier__in=visibles)
        .order_by("debut", "pk")
    )


def rendez_vous_du_dossier(*, dossier: Dossier) -> QuerySet[RendezVous]:
    """Every appointment of a dossier, newest first."""
    return _complets(RendezVous.objects.filter(dossier=dossier)).order_by("-debut", "-pk")


def rendez_vous_lus(*, dossier: Dossier) -> list[RendezVous]:
    """The same; read once by a page that keeps its reads."""
    return lectures.une_fois(dossier, "rendez_vous", lambda: list(rendez_vous_du_dossier(dossier=dossier)))


def rendez_vous(*, dossier: Dossier, rendez_vous_id: int) -> RendezVous | None:
    return rendez_vous_du_dossier(dossier=dossier).filter(pk=rendez_vous_id).first()


def a_venir(*, dossier: Dossier, depuis: datetime) -> QuerySet[RendezVous]:
    """The planned appointments of a dossier, the next first."""
    prevus = _complets(RendezVous.objects.filter(dossier=dossier, statut=StatutRendezVous.PLANIFIE))
    return prevus.filter(debut__gte=depuis).order_by("debut", "pk")


def prochain(*, dossier: Dossier, depuis: datetime) -> RendezVous | None:
    """The next planned appointment of a dossier."""
    prevus = (r for r in reversed(rendez_vous_lus(dossier=dossier)) if r.statut == StatutRendezVous.PLANIFIE)
    return next((r for r in prevus if r.debut >= depuis), None)


def chevauchements(
    *, avec: Agent, structure: Structure, debut: datetime, duree: int, sauf: int | None = None
) -> QuerySet[RendezVous]:
    """Planned appointments of `avec` that share a moment with [debut, debut + duree minutes[."""
    fin = debut + timedelta(minutes=duree)
    minutes = ExpressionWrapper(F("duree") * Value(timedelta(minutes=1)), output_field=DurationField())
    lignes = RendezVous.objects.filter(agent=avec, structure=structure, statut=StatutRendezVous.PLANIFIE).alias(
        fini=ExpressionWrapper(F("debut") + minutes, output_field=DateTimeField())
    )
    # The longest lasts 12 hours: the index on `debut` bounds the search.
    lignes = lignes.filter(debut__gte=debut - timedelta(hours=12), debut__lt=fin, fini__gt=debut)
    return _complets(lignes.exclude(pk=sauf) if sauf else lignes).order_by("debut")


def prochain_par_dossier(depuis: datetime) -> Subquery:
    """For a list of dossiers: the instant of the next planned appointment of each."""
    prevus = RendezVous.objects.filter(dossier=OuterRef("pk"), statut=StatutRendezVous.PLANIFIE, debut__gte=depuis)
    return Subquery(prevus.order_by("debut").values("debut")[:1])
