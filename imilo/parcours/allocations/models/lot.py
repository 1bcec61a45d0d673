"""The batch of a month: what was chosen, how far it has come, what was refused and why; settings of the structure."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from imilo.parcours.allocations.models.decision import DecisionAllocation
from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.modeles import Modele

DERNIER_JOUR_POSSIBLE = 28  # every month has it


class ReglageAllocations(Modele):
    """What a structure chose for its allowances. Without a row: these defaults."""

    structure = models.OneToOneField("acteurs.Structure", models.PROTECT, related_name="+", editable=False)
    deux_regards = models.BooleanField(
        "Qui a préparé une décision ne la prend pas : deux regards sur chacune", default=False
    )
    jour_limite = models.PositiveSmallIntegerField(
        "Jour du mois suivant jusqu'auquel les ressources sont attendues",
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(DERNIER_JOUR_POSSIBLE)],
    )
    rappels = models.BooleanField(
        "Demander les ressources de soi-même : le mois fini, puis à qui est en retard", default=False
    )


class LotAllocations(Modele):
    """Decisions of one month chosen together by who may sign. `fini_le` is empty while some are still to be taken."""

    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+", editable=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    mois = models.DateField("mois")
    fini_le = models.DateTimeField("fini le", null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [
            # Target of the composite key that binds each line to its batch's structure.
            models.UniqueConstraint(fields=["id", "structure"], name="lot_allocations_id_structure"),
        ]
        indexes: ClassVar = [models.Index(fields=["structure", "-id"], name="lot_allocations_structure")]

    def __str__(self) -> str:
        return f"Lot d'allocations de {self.mois:%m/%Y}"


class EtatLigne(models.TextChoices):
    A_FAIRE = "a_faire", "En attente"
    FAITE = "faite", "Décidée"
    REFUSEE = "refusee", "Pas décidée"


class LigneLotAllocations(LieAuDossier):
    """One decision of a batch, at the version that was looked at; `refus` says why it wasn't taken."""

    lot = models.ForeignKey(LotAllocations, models.CASCADE, related_name="lignes")
    decision = models.ForeignKey(DecisionAllocation, models.CASCADE, related_name="+")
    vue = models.PositiveIntegerField("version vue")
    etat = models.CharField("état", max_length=10, choices=EtatLigne.choices, default=EtatLigne.A_FAIRE)
    refus = models.CharField("pourquoi", max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lot", "decision"], name="ligne_lot_allocations_unique"),
            models.CheckConstraint(
                condition=Q(etat=EtatLigne.REFUSEE) & ~Q(refus="") | ~Q(etat=EtatLigne.REFUSEE) & Q(refus=""),
                name="ligne_lot_allocations_refus",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["lot", "etat", "id"], name="ligne_lot_allocations_etat")]
