"""The decision on one month: prepared by the law, taken by who may, notified; corrected by another, never changed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value

from imilo.droit.montants import Montant
from imilo.parcours.allocations.models.declaration import PREMIER_DU_MOIS, Declaration
from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.champs import ChampDecision, ChampDecisions, ChampMontant
from imilo.socle.historique import historiser


class EtatDecision(models.TextChoices):
    PREPAREE = "preparee", "À décider"
    DECIDEE = "decidee", "Décidée, à notifier"
    NOTIFIEE = "notifiee", "Notifiée"


class Sens(models.TextChoices):
    ACCORD = "accord", "Allocation accordée"
    REFUS = "refus", "Pas d'allocation"


class CauseTropPercu(models.TextChoices):
    """Why a month already decided is corrected; values of `imilo.droit.cej.trop_percu.CauseTropPercu`."""

    RESSOURCE = "ressource_connue_apres", "Une ressource connue après la décision"
    SITUATION = "changement_de_situation", "Un changement de situation"
    PIECES = "pieces_recues_apres", "Des pièces reçues après la décision"
    ERREUR = "erreur_de_la_structure", "Une erreur de la mission locale"
    PAYEUR = "erreur_du_payeur", "Une erreur de l'ASP"
    AUTONOMIE = "autonomie_fiscale_non_confirmee", "Une autonomie fiscale que la déclaration n'a pas confirmée"
    FRAUDE = "fraude_ou_fausse_declaration", "Une fraude ou une fausse déclaration"


DECIDES = (EtatDecision.DECIDEE, EtatDecision.NOTIFIEE)


class DecisionQuerySet(models.QuerySet["DecisionAllocation"]):
    def prises(self) -> DecisionQuerySet:
        return self.filter(etat__in=DECIDES)


@historiser()
class DecisionAllocation(LieAuDossier):
    """The decision on one month: prepared by the law from the declaration, taken by who may, then notified.

    `droit`, `calcul`, `pieces`, `effets` (sanctions) and `regularisation` are decisions of `imilo.droit` with their
    facts, steps and scales: they replay. `rang` above 1 corrects the decision `corrige`, which stays as it was.
    """

    contrat = models.ForeignKey("contrats.ContratEngagement", models.PROTECT, related_name="+")
    declaration = models.OneToOneField(Declaration, models.PROTECT, related_name="decision")
    mois = models.DateField("mois")
    rang = models.PositiveSmallIntegerField("rang", default=1, db_default=1)
    corrige = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrigee_par", verbose_name="corrige"
    )
    cause = models.CharField(
        "cause de la correction",
        max_length=40,
        choices=CauseTropPercu.choices,
        blank=True,
        default="",
        db_default="",
    )
    correction = models.CharField("raison de la correction", max_length=1000, blank=True, default="", db_default="")
    etat = models.CharField("état", max_length=10, choices=EtatDecision.choices, default=EtatDecision.PREPAREE)
    sens = models.CharField("sens", max_length=10, choices=Sens.choices)
    montant = ChampMontant("montant (€)")
    forfait = ChampMontant("montant forfaitaire (€)")
    conservatoire = models.BooleanField("versée à titre conservatoire", default=False, db_default=False)
    droit = ChampDecision("décision sur le droit")
    calcul = ChampDecision("décision sur le montant")
    pieces = ChampDecision("décision sur les pièces", null=True, blank=True)
    effets = ChampDecisions("effets des sanctions", default=list, blank=True, db_default=Value([], models.JSONField()))
    regularisation = ChampDecision("décision sur l'écart", null=True, blank=True)
    reste_a_verser = ChampMontant("reste à verser (€)", null=True, blank=True)
    preparee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decidee_le = models.DateField("décidée le", null=True, blank=True)
    decidee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    pouvoir = models.CharField("au titre de", max_length=400, blank=True)
    document = models.ForeignKey("dossiers.Document", models.PROTECT, null=True, blank=True, related_name="+")
    notifiee_le = models.DateField("notifiée le", null=True, blank=True)
    notification_moyen = models.CharField("moyen de notification", max_length=40, blank=True)
    notifiee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[DecisionQuerySet] = DecisionQuerySet.as_manager()  # type: ignore[assignment]  # as_manager() is typed as a plain Manager

    class Meta:
        verbose_name = "décision d'allocation"
        ordering = ("-mois", "-rang")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contrat", "mois", "rang"],
                name="decision_allocation_unique",
                violation_error_message="Ce mois a déjà sa décision.",
            ),
            models.CheckConstraint(condition=PREMIER_DU_MOIS, name="decision_allocation_premier_du_mois"),
            models.CheckConstraint(
                condition=Q(montant__gte=0, montant__lte=F("forfait")) & (Q(sens=Sens.ACCORD) | Q(montant=0)),
                name="decision_allocation_montant",
                violation_error_message="Le montant va de zéro au montant forfaitaire ; il est nul sans allocation.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatDecision.PREPAREE, decidee_le__isnull=True, document__isnull=True)
                | (Q(etat__in=DECIDES, decidee_le__isnull=False, decidee_par__isnull=False) & ~Q(pouvoir="")),
                name="decision_allocation_decidee_complete",
                violation_error_message="Une décision prise a sa date, son auteur et son pouvoir.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(etat=EtatDecision.NOTIFIEE, notifiee_le__gte=F("decidee_le"), notifiee_par__isnull=False)
                    & Q(document__isnull=False)
                    & ~Q(notification_moyen="")
                )
                | (~Q(etat=EtatDecision.NOTIFIEE) & Q(notifiee_le__isnull=True, notification_moyen="")),
                name="decision_allocation_notifiee_complete",
                violation_error_message="Une notification a son courrier, sa date, qui suit la décision, et son moyen.",
            ),
            models.CheckConstraint(
                condition=Q(rang=1, corrige__isnull=True, reste_a_verser__isnull=True, cause="", correction="")
                | (Q(rang__gt=1, corrige__isnull=False, reste_a_verser__gte=0) & ~Q(cause="") & ~Q(correction="")),
                name="decision_allocation_correction_complete",
                violation_error_message="Une correction dit la décision qu'elle corrige, sa cause et sa raison.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["structure", "etat", "mois"], name="decision_allocation_etat"),
            models.Index(
                fields=["structure"],
                name="decision_sans_courrier",
                condition=Q(document__isnull=True, decidee_le__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Allocation de {self.mois:%m/%Y}"

    @property
    def prise(self) -> bool:
        return self.etat in DECIDES

    @property
    def a_verser(self) -> Montant:
        """What this decision makes the ASP pay: the whole month, or what a correction adds to it."""
        montant: Montant = self.montant if self.rang == 1 else self.reste_a_verser
        return montant

    @property
    def code_mois(self) -> str:
        """The month as it stands in an address: AAAA-MM."""
        return f"{self.mois:%Y-%m}"

    @property
    def reference(self) -> str:
        suite = "" if self.rang == 1 else f"-R{self.rang}"
        return f"ALLOC-{self.dossier.numero:07d}-{self.code_mois}{suite}"
