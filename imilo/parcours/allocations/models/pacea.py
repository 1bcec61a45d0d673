"""The one-off allowance of the PACEA (L. 5131-5, R. 5131-8, D. 5131-9): asked, decided, notified one by one."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value

from imilo.droit.comptes import oppose, total
from imilo.droit.montants import Montant
from imilo.parcours.allocations.models.declaration import PREMIER_DU_MOIS
from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.champs import ChampDecision, ChampDecisions, ChampMontant
from imilo.socle.historique import historiser


class EtatPacea(models.TextChoices):
    PREPAREE = "preparee", "À décider"
    ACCORDEE = "accordee", "Accordée"
    REFUSEE = "refusee", "Refusée"
    ABANDONNEE = "abandonnee", "Demande abandonnée"


PRISES = (EtatPacea.ACCORDEE, EtatPacea.REFUSEE)


@historiser()
class AllocationPacea(LieAuDossier):
    """One request for one month. `droit` is the decision of `pacea.allocation`, with the sums received in its facts.

    `effets` are those of `sanction.effet_allocation` on the month, in order; `retenu` is what they withhold in all of
    `montant`, which is the amount granted (L. 5412-1 I).
    """

    contrat = models.ForeignKey("contrats.ContratEngagement", models.PROTECT, null=True, blank=True, related_name="+")
    mois = models.DateField("mois")
    montant = ChampMontant("montant (€)")
    besoin = models.CharField("situation et besoin", max_length=1000)
    etat = models.CharField("état", max_length=12, choices=EtatPacea.choices, default=EtatPacea.PREPAREE)
    droit = ChampDecision("décision sur l'allocation")
    effets = ChampDecisions("effets des sanctions", default=list, blank=True, db_default=Value([], models.JSONField()))
    retenu = ChampMontant("retenu par une sanction (€)", db_default=Value(0))
    preparee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decidee_le = models.DateField("décidée le", null=True, blank=True)
    decidee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    pouvoir = models.CharField("au titre de", max_length=400, blank=True)
    raison = models.CharField("raison du refus", max_length=1000, blank=True)
    document = models.ForeignKey("dossiers.Document", models.PROTECT, null=True, blank=True, related_name="+")
    notifiee_le = models.DateField("notifiée le", null=True, blank=True)
    notification_moyen = models.CharField("moyen de notification", max_length=40, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "allocation du PACEA"
        ordering = ("-mois", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=PREMIER_DU_MOIS, name="allocation_pacea_premier_du_mois"),
            models.CheckConstraint(
                condition=Q(montant__gt=0),
                name="allocation_pacea_montant",
                violation_error_message="Indiquez un montant au-dessus de zéro.",
            ),
            models.CheckConstraint(
                condition=Q(retenu__gte=0, retenu__lte=F("montant")),
                name="allocation_pacea_retenu",
                violation_error_message="Une sanction retient de zéro au montant de l'allocation.",
            ),
            models.CheckConstraint(
                condition=(~Q(etat__in=PRISES) & Q(decidee_le__isnull=True, document__isnull=True))
                | (
                    Q(etat__in=PRISES, decidee_le__isnull=False, decidee_par__isnull=False, document__isnull=False)
                    & ~Q(pouvoir="")
                ),
                name="allocation_pacea_decidee_complete",
                violation_error_message="Une décision prise a sa date, son auteur, son pouvoir et son courrier.",
            ),
            models.CheckConstraint(
                condition=Q(notifiee_le__isnull=True, notification_moyen="")
                | (Q(notifiee_le__gte=F("decidee_le")) & ~Q(notification_moyen="")),
                name="allocation_pacea_notifiee_complete",
                violation_error_message="La notification suit la décision, et dit par quel moyen.",
            ),
            models.UniqueConstraint(
                fields=["dossier", "mois"],
                condition=Q(etat=EtatPacea.PREPAREE),
                name="allocation_pacea_une_demande",
                violation_error_message="Une demande attend déjà pour ce mois : décidez-la ou abandonnez-la.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["structure", "etat", "mois"], name="allocation_pacea_etat"),
            models.Index(fields=["dossier", "mois"], name="allocation_pacea_dossier"),
        ]

    def __str__(self) -> str:
        return f"Allocation du PACEA de {self.mois:%m/%Y}"

    @property
    def prise(self) -> bool:
        return self.etat in PRISES

    @property
    def a_verser(self) -> Montant:
        """What the agency pays once granted: the amount, less what sanctions withhold of it."""
        return total([self.montant, oppose(self.retenu)])

    @property
    def code_mois(self) -> str:
        return f"{self.mois:%Y-%m}"

    @property
    def reference(self) -> str:
        return f"PACEA-{self.dossier.numero:07d}-{self.code_mois}-{self.pk}"
