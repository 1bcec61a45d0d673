"""Appointments."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from imilo.parcours.dossiers.models import LieAuDossier


class StatutRendezVous(models.TextChoices):
    PLANIFIE = "planifie", "Planifié"
    PRESENT = "present", "Présent"
    ABSENT = "absent", "Absent"
    REPORTE = "reporte", "Reporté"
    ANNULE = "annule", "Annulé"


class RendezVous(LieAuDossier):
    """An appointment between one agent and one young person: an instant, in the structure's zone on screens."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    site = models.ForeignKey("acteurs.Site", models.PROTECT, null=True, blank=True, related_name="+")
    debut = models.DateTimeField("début")
    duree = models.PositiveSmallIntegerField("durée (minutes)", default=30)
    modalite = models.CharField("modalité", max_length=40)
    objet = models.CharField("objet", max_length=200, blank=True)
    statut = models.CharField(
        "statut", max_length=10, choices=StatutRendezVous.choices, default=StatutRendezVous.PLANIFIE
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ("debut",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(duree__range=(5, 720)),
                name="rendez_vous_duree",
                violation_error_message="La durée va de 5 minutes à 12 heures.",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["structure", "agent", "debut"], name="rendez_vous_agent_debut"),
            models.Index(fields=["dossier", "debut"], name="rendez_vous_dossier_debut"),
        ]

    @property
    def fin(self) -> datetime:
        """The instant at which it should be over."""
        return self.debut + timedelta(minutes=self.duree)
