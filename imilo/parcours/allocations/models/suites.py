"""What stands around the decisions: the documents that are awaited, and what was paid too much."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from imilo.parcours.allocations.models.decision import CauseTropPercu, DecisionAllocation
from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.champs import ChampDecision, ChampEcheance, ChampMontant
from imilo.socle.historique import historiser


@historiser()
class PiecesAttendues(LieAuDossier):
    """The documents of an allowance that were missing when somebody looked (R. 5131-25 II).

    Without a row, the documents were all there at the signature. `decision` is that of `cej.pieces` on the day of the
    last change, `limite` its last day.
    """

    contrat = models.OneToOneField("contrats.ContratEngagement", models.PROTECT, related_name="+")
    manquantes = models.CharField("ce qui manque", max_length=500)
    demandees_le = models.DateField("demandées le")
    completes_le = models.DateField("toutes reçues le", null=True, blank=True)
    eligibilite_demontree = models.BooleanField(
        "la personne montre, sans toutes les pièces, qu'elle a droit à l'allocation", null=True, blank=True
    )
    conservatoire_le = models.DateField("versement conservatoire décidé le", null=True, blank=True)
    conservatoire_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    pouvoir = models.CharField("au titre de", max_length=400, blank=True)
    limite = ChampEcheance("dernier jour pour les donner")
    decision = ChampDecision("décision sur les pièces")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "pièces attendues"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(conservatoire_le__isnull=True, conservatoire_par__isnull=True, pouvoir="")
                | (
                    Q(conservatoire_le__isnull=False, conservatoire_par__isnull=False, eligibilite_demontree=True)
                    & ~Q(pouvoir="")
                ),
                name="pieces_conservatoire_complet",
                violation_error_message=(
                    "Un versement conservatoire a sa date, son auteur et son pouvoir, et une personne qui montre "
                    "qu'elle a droit à l'allocation."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Pièces attendues : {self.manquantes}"


class Suite(models.TextChoices):
    """What becomes of an excess; values of `imilo.droit.cej.trop_percu.Suite`."""

    A_REMBOURSER = "a_rembourser", "À rembourser"
    ACQUIS = "acquis", "Acquis : un article le dit"
    NON_RECLAME = "non_reclame", "Non réclamé : un choix, qu'aucun article n'impose"


class Reglement(models.TextChoices):
    """How a claim is settled."""

    A_REGLER = "a_regler", "À régler"
    RETENU = "retenu", "Retenu par l'ASP sur les versements"
    REMBOURSE = "rembourse", "Remboursé par la personne"
    REMIS = "remis", "Remise accordée : rien n'est repris"
    ACQUIS = "acquis", "Rien à reprendre : la somme est acquise"
    NON_RECLAME = "non_reclame", "Non réclamé, par choix"


# What no act settles, by what becomes of the excess.
D_AVANCE = {Suite.ACQUIS: Reglement.ACQUIS, Suite.NON_RECLAME: Reglement.NON_RECLAME}


@historiser()
class TropPercu(LieAuDossier):
    """What a correction finds paid too much for a month, what becomes of it, and how it was settled.

    `suite` tells apart what an article leaves to the person (R. 5131-25 II) and what the reading chosen doesn't claim
    (`cej.trop_percu_sans_texte`): no article says that it is hers.
    """

    decision = models.OneToOneField(DecisionAllocation, models.PROTECT, related_name="trop_percu")
    montant = ChampMontant("versé en trop (€)")
    suite = models.CharField("ce qu'il devient", max_length=20, choices=Suite.choices)
    cause = models.CharField("cause", max_length=40, choices=CauseTropPercu.choices)
    document = models.ForeignKey("dossiers.Document", models.PROTECT, null=True, blank=True, related_name="+")
    reglement = models.CharField("règlement", max_length=12, choices=Reglement.choices, default=Reglement.A_REGLER)
    regle_le = models.DateField("réglé le", null=True, blank=True)
    regle_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    precision = models.CharField("précision", max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "trop-perçu"
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(montant__gt=0),
                name="trop_percu_montant",
                violation_error_message="Un trop-perçu est au-dessus de zéro.",
            ),
            models.CheckConstraint(
                condition=Q(suite=Suite.A_REMBOURSER) & ~Q(reglement__in=[Reglement.ACQUIS, Reglement.NON_RECLAME])
                | Q(suite=Suite.ACQUIS, reglement=Reglement.ACQUIS)
                | Q(suite=Suite.NON_RECLAME, reglement=Reglement.NON_RECLAME),
                name="trop_percu_reglement_permis",
                violation_error_message="Une somme acquise, ou non réclamée, ne se reprend pas.",
            ),
            models.CheckConstraint(
                condition=Q(
                    reglement__in=[Reglement.A_REGLER, Reglement.ACQUIS, Reglement.NON_RECLAME], regle_le__isnull=True
                )
                | Q(regle_le__isnull=False, regle_par__isnull=False),
                name="trop_percu_regle_complet",
                violation_error_message="Un règlement a sa date et son auteur.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["structure", "reglement"], name="trop_percu_a_regler")]

    def __str__(self) -> str:
        return f"Trop-perçu : {self.get_suite_display().lower()}"

    @property
    def reference(self) -> str:
        return f"TP-{self.pk}"
