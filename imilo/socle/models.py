"""How far a long batch has come, so that one that was stopped goes on where it was."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from imilo.socle.modeles import Modele


class Avancement(Modele):
    """One batch: what it was asked, and how many of its steps are committed, in the transaction of each step."""

    nom = models.CharField("traitement", max_length=60)
    parametres = models.JSONField("demandé")
    pas = models.PositiveIntegerField("étapes faites", default=0)
    fini_le = models.DateTimeField("terminé le", null=True, blank=True)

    class Meta:
        verbose_name = "avancement d'un traitement"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["nom"],
                condition=Q(fini_le__isnull=True),
                name="avancement_un_seul_en_cours",
                violation_error_message="Ce traitement est déjà en cours, ou s'est arrêté avant sa fin.",
            )
        ]

    def __str__(self) -> str:
        return self.nom

    def avancer(self) -> None:
        """One step more. Called in the transaction of the step."""
        self.pas += 1
        self.save(update_fields=["pas", "modifie_le"])

    def finir(self) -> None:
        self.fini_le = timezone.now()
        self.save(update_fields=["fini_le", "modifie_le"])
