"""What an import keeps of its lines goes with its term: past it, nothing is undone and no report is read any more."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from imilo.echanges.connecteurs.listes.models import Import, LigneImport
from imilo.socle.perimetre import TOUTES, perimetre


def oublier() -> int:
    """Erase the lines of imports that are over, and files that nobody ever launched. Batch role; returns how many."""
    terme = timezone.now() - timedelta(days=settings.ARRIVEES_GARDE_JOURS)
    with perimetre(TOUTES):
        effacees = LigneImport.objects.filter(imports__cree_le__lt=terme).delete()[0]
        Import.objects.filter(cree_le__lt=terme, contenu__isnull=False).update(contenu=None)
    return effacees
