"""Reads of orientations and assessments, from a dossier that the agent already may see."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.diagnostics.models import (
    Appreciation,
    Commentaire,
    Contrainte,
    Diagnostic,
    DiagnosticTheme,
    ElementDeContrainte,
    MetierDuDiagnostic,
    Organisme,
    Orientation,
)
from imilo.parcours.dossiers.models import Dossier
from imilo.socle import lectures


def orientation_actuelle(*, dossier: Dossier) -> Orientation | None:
    """The last decision, notified or not."""
    return next(iter(orientations(dossier=dossier)), None)


def orientation_notifiee(*, dossier: Dossier) -> Orientation | None:
    """The last decision when it is notified and makes the mission locale the referent; another one asked for,
    or taken and not notified yet, interrupts it (D. 5411-8-2)."""
    derniere = orientation_actuelle(dossier=dossier)
    if derniere is None or not derniere.notifiee or derniere.interrompue or derniere.vers != Organisme.MISSION_LOCALE:
        return None
    return derniere


def orientations(*, dossier: Dossier) -> list[Orientation]:
    """Decisions of a dossier, newest first; read once by a page that keeps its reads."""
    siennes = Orientation.objects.filter(dossier=dossier).select_related("agent", "notifiee_par")
    return lectures.une_fois(dossier, "orientations", lambda: list(siennes))


def diagnostics(*, dossier: Dossier) -> list[Diagnostic]:
    """Assessments of a dossier, newest first, with their themes and constraints; read once by a page."""
    themes = Prefetch("themes", queryset=DiagnosticTheme.objects.order_by("pk"))
    siens = Diagnostic.objects.filter(dossier=dossier).select_related("agent")
    return lectures.une_fois(dossier, "diagnostics", lambda: list(siens.prefetch_related(themes, "contraintes")))


def diagnostics_complets(*, dossier: Dossier) -> QuerySet[Diagnostic]:
    """Assessments of a dossier, newest first, with all their data and who found each."""
    elements = ElementDeContrainte.objects.select_related("constate_par")
    return (
        Diagnostic.objects.filter(dossier=dossier)
        .select_related("agent")
        .prefetch_related(
            Prefetch("themes", queryset=DiagnosticTheme.objects.select_related("constate_par").order_by("pk")),
            Prefetch("contraintes", queryset=Contrainte.objects.select_related("constate_par")),
            Prefetch("contraintes__elements", queryset=elements),
            Prefetch("appreciations", queryset=Appreciation.objects.select_related("constate_par")),
            Prefetch("metiers", queryset=MetierDuDiagnostic.objects.select_related("constate_par")),
            Prefetch("commentaires", queryset=Commentaire.objects.select_related("vu_par")),
        )
    )


def dernier_diagnostic(*, dossier: Dossier) -> Diagnostic | None:
    """The assessment in force; its data are read when they are asked for."""
    return Diagnostic.objects.filter(dossier=dossier).select_related("agent").first()


def commentaires_a_lire(*, agent: Agent, structure: Structure) -> list[Commentaire]:
    """What the people whom the agent accompanies wrote under their assessment, and nobody has read, oldest first."""
    nouveaux = Commentaire.objects.filter(structure=structure, vu_le__isnull=True, dossier__referent=agent)
    return list(nouveaux.select_related("dossier__jeune", "diagnostic")[:20])
