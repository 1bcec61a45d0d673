"""Reads of orientations and assessments, from a dossier that the agent already may see."""

from __future__ import annotations

from django.db.models import Prefetch

from imilo.parcours.diagnostics.models import Diagnostic, DiagnosticTheme, Organisme, Orientation
from imilo.parcours.dossiers.models import Dossier


def orientation_actuelle(*, dossier: Dossier) -> Orientation | None:
    """The last decision, notified or not."""
    return Orientation.objects.filter(dossier=dossier).select_related("agent", "notifiee_par").first()


def orientation_notifiee(*, dossier: Dossier) -> Orientation | None:
    """The last decision when it is notified and makes the mission locale the referent; another one asked for,
    or taken and not notified yet, interrupts it (D. 5411-8-2)."""
    derniere = orientation_actuelle(dossier=dossier)
    if derniere is None or not derniere.notifiee or derniere.interrompue or derniere.vers != Organisme.MISSION_LOCALE:
        return None
    return derniere


def orientations(*, dossier: Dossier) -> list[Orientation]:
    return list(Orientation.objects.filter(dossier=dossier).select_related("agent", "notifiee_par"))


def diagnostics(*, dossier: Dossier) -> list[Diagnostic]:
    """Assessments of a dossier, newest first, with their themes."""
    themes = Prefetch("themes", queryset=DiagnosticTheme.objects.order_by("pk"))
    return list(Diagnostic.objects.filter(dossier=dossier).select_related("agent").prefetch_related(themes))


def dernier_diagnostic(*, dossier: Dossier) -> Diagnostic | None:
    return next(iter(diagnostics(dossier=dossier)), None)
