"""Apprentices whose training is over: what their CFA said of them isn't kept beyond the term of an arrival.

The CFA remains who answers for its own list, and may send them again. Whose arrival has a dossier is kept with it.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from imilo.echanges.connecteurs.apprentissage.models import DossierApprenant, Transmission
from imilo.journal.services import consigner
from imilo.socle.perimetre import TOUTES, perimetre

LOT = 5_000


def oublier_les_termines() -> int:
    """Erase them, with what was handed over and given back. Batch role; returns how many. Fact `apprenants.oublies`."""
    terme = timezone.now().date() - timedelta(days=settings.ARRIVEES_GARDE_JOURS)
    total = 0
    with perimetre(TOUTES):
        suivis = Transmission.objects.filter(dossier_apprenant=OuterRef("pk"), arrivee__dossier__isnull=False)
        finis = DossierApprenant.objects.filter(~Exists(suivis), date_fin__lt=terme, modifie_le__date__lt=terme)
        while cles := list(finis.order_by("pk").values_list("pk", flat=True)[:LOT]):
            DossierApprenant.objects.filter(pk__in=cles).delete()
            total += len(cles)
        if total:
            consigner(None, "apprenants.oublies", nombre=total)
    return total
