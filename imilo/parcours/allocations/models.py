"""The allowance of a month: what was declared, what the law answers, what was decided and notified."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from imilo.droit.ressources import NATURES
from imilo.parcours.contrats.models import AutonomieFiscale, FoyerFiscal, Logement, Soutien
from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.champs import ChampMontant
from imilo.socle.historique import historiser


class Rsa(models.TextChoices):
    """R. 5131-24 I; values of `imilo.droit.cej.droits.Rsa`."""

    NON = "non", "Non"
    BENEFICIAIRE = "beneficiaire", "Oui, pour elle-même"
    CONJOINT = "conjoint", "Oui, par son conjoint ou sa conjointe"
    A_CHARGE = "personne_a_charge", "Une autre personne le reçoit et la compte à sa charge"


class PrimeActivite(models.TextChoices):
    """R. 5131-24 II; values of `imilo.droit.cej.droits.PrimeActivite`."""

    NON = "non", "Non"
    OUVERTE = "ouverte", "Oui, un droit est ouvert"
    ANTERIEURE = "activite_anterieure", "Oui, pour un travail d'avant le premier mois d'allocation"
    A_CHARGE = "personne_a_charge", "Une autre personne la reçoit et la compte à sa charge"


class Suspensif(models.TextChoices):
    """Paid engagements of R. 5131-24 III; values of `imilo.droit.cej.droits.Suspensif`."""

    AUCUN = "aucun", "Aucun"
    ARMEES = "volontariat_armees", "Volontariat dans les armées"
    SMV = "service_militaire_volontaire", "Service militaire volontaire"
    SMA = "service_militaire_adapte", "Service militaire adapté"
    CIVIQUE = "service_civique", "Service civique"
    EPIDE = "volontariat_insertion", "Volontariat pour l'insertion (EPIDE)"
    IAE = "insertion_activite_economique", "Contrat d'insertion par l'activité économique"
    CUI = "contrat_unique_insertion", "Contrat unique d'insertion (parcours emploi compétences)"


PREMIER_DU_MOIS = Q(mois__day=1)


@historiser()
class Declaration(LieAuDossier):
    """What the young person declares for one month of one contract."""

    contrat = models.ForeignKey("contrats.ContratEngagement", models.PROTECT, related_name="+")
    mois = models.DateField("mois")
    logement = models.CharField("où vit la personne", max_length=30, choices=Logement.choices)
    soutien_parental = models.CharField(
        "soutien financier des parents", max_length=20, choices=Soutien.choices, blank=True
    )
    foyer_fiscal = models.CharField("foyer fiscal", max_length=20, choices=FoyerFiscal.choices)
    autonomie_fiscale = models.CharField(
        "compte seule pour le foyer fiscal",
        max_length=30,
        choices=AutonomieFiscale.choices,
        default=AutonomieFiscale.AUCUNE,
    )
    rsa = models.CharField("le foyer reçoit le RSA", max_length=20, choices=Rsa.choices, default=Rsa.NON)
    prime_activite = models.CharField(
        "prime d'activité", max_length=20, choices=PrimeActivite.choices, default=PrimeActivite.NON
    )
    suspensif = models.CharField(
        "service, volontariat ou contrat d'insertion en cours",
        max_length=30,
        choices=Suspensif.choices,
        default=Suspensif.AUCUN,
    )
    declaree_le = models.DateField("déclarée le")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "déclaration du mois"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contrat", "mois"],
                name="declaration_unique",
                violation_error_message="Ce mois est déjà déclaré pour ce contrat.",
            ),
            models.CheckConstraint(condition=PREMIER_DU_MOIS, name="declaration_premier_du_mois"),
            models.CheckConstraint(
                condition=~Q(logement=Logement.FOYER) | ~Q(soutien_parental=""),
                name="declaration_soutien_dit",
                violation_error_message="La personne vit chez ses parents : dites s'ils l'aident financièrement.",
            ),
        ]


@historiser()
class RessourceDeclaree(LieAuDossier):
    """One resource of the month, as received."""

    declaration = models.ForeignKey(Declaration, models.CASCADE, related_name="ressources")
    nature = models.CharField("nature", max_length=60, choices=[(n.code, n.libelle) for n in NATURES])
    montant = ChampMontant("montant reçu (€)")

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(montant__gte=0),
                name="ressource_montant_positif",
                violation_error_message="Un montant est positif ou nul.",
            )
        ]


class EtatDecision(models.TextChoices):
    PREPAREE = "preparee", "À décider"
    DECIDEE = "decidee", "Décidée, à notifier"
    NOTIFIEE = "notifiee", "Notifiée"


class Sens(models.TextChoices):
    ACCORD = "accord", "Allocation accordée"
    REFUS = "refus", "Pas d'allocation"


DECIDES = (EtatDecision.DECIDEE, EtatDecision.NOTIFIEE)


class DecisionQuerySet(models.QuerySet["DecisionAllocation"]):
    def prises(self) -> DecisionQuerySet:
        return self.filter(etat__in=DECIDES)


@historiser()
class DecisionAllocation(LieAuDossier):
    """The decision on one month: prepared by the law from the declaration, taken by who may, then notified.

    `droit` and `calcul` are the decisions of `imilo.droit` with their facts, steps and scales: they replay.
    """

    contrat = models.ForeignKey("contrats.ContratEngagement", models.PROTECT, related_name="+")
    declaration = models.OneToOneField(Declaration, models.PROTECT, related_name="decision")
    mois = models.DateField("mois")
    etat = models.CharField("état", max_length=10, choices=EtatDecision.choices, default=EtatDecision.PREPAREE)
    sens = models.CharField("sens", max_length=10, choices=Sens.choices)
    montant = ChampMontant("montant (€)")
    forfait = ChampMontant("montant forfaitaire (€)")
    droit = models.JSONField("décision sur le droit")
    calcul = models.JSONField("décision sur le montant")
    preparee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
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
        ordering = ("-mois",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contrat", "mois"],
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
                | (
                    Q(etat__in=DECIDES, decidee_le__isnull=False, decidee_par__isnull=False, document__isnull=False)
                    & ~Q(pouvoir="")
                ),
                name="decision_allocation_decidee_complete",
                violation_error_message="Une décision prise a sa date, son auteur, son pouvoir et son courrier.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(etat=EtatDecision.NOTIFIEE, notifiee_le__gte=F("decidee_le"), notifiee_par__isnull=False)
                    & ~Q(notification_moyen="")
                )
                | (~Q(etat=EtatDecision.NOTIFIEE) & Q(notifiee_le__isnull=True, notification_moyen="")),
                name="decision_allocation_notifiee_complete",
                violation_error_message="Une notification a sa date, qui suit la décision, et son moyen.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["structure", "etat", "mois"], name="decision_allocation_etat")]

    def __str__(self) -> str:
        return f"Allocation de {self.mois:%m/%Y}"

    @property
    def prise(self) -> bool:
        return self.etat in DECIDES

    @property
    def code_mois(self) -> str:
        """The month as it stands in an address: AAAA-MM."""
        return f"{self.mois:%Y-%m}"

    @property
    def reference(self) -> str:
        return f"ALLOC-{self.dossier.numero:07d}-{self.code_mois}"
