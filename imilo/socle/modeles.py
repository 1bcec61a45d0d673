"""Base models."""

from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField
from django.db import models


class Modele(models.Model):
    """A row with the instants of its creation and last change (UTC)."""

    cree_le = models.DateTimeField("créé le", auto_now_add=True, editable=False)
    modifie_le = models.DateTimeField("modifié le", auto_now=True, editable=False)

    class Meta:
        abstract = True


class Jours(models.Func):
    """daterange(debut, fin, '[]'): both days included, open when `fin` is null. For exclusion constraints."""

    function = "DATERANGE"
    output_field = DateRangeField()
