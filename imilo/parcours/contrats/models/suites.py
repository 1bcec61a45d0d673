"""What happens to a contract once it is signed: phases, updates, prolongations, suspensions."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from imilo.parcours.contrats.models.choix import ModeSignature, Partie
from imilo.parcours.contrats.models.contrat import ContratEngagement
from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.champs import ChampDecision, ChampEcheance
from imilo.socle.historique import historiser
from imilo.socle.modeles import Jours


@historiser()
class PhasePacea(LieAuDossier):
    """One phase of a PACEA: its days, its goals, the commitments of each side, the assessment at its end.

    R. 5131-11 and R. 5131-12. Phases of a contract never share a day.
    """

    contrat = models.ForeignKey(ContratEngagement, models.CASCADE, related_name="phases")
    debut = models.DateField("début")
    fin = models.DateField("fin")
    objectifs = models.TextField("objectifs", max_length=2000)
    engagements_jeune = models.TextField("engagements du jeune", max_length=2000)
    engagements_structure = models.TextField("engagements de la mission locale", max_length=2000)
    evaluee_le = models.DateField("évaluée le", null=True, blank=True)
    evaluation = models.TextField("évaluation", max_length=2000, blank=True)
    atteints = models.BooleanField("objectifs atteints", null=True, blank=True)
    evaluee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ("debut", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(fin__gte=F("debut")),
                name="phase_fin_apres_debut",
                violation_error_message="La fin de la phase précède son début.",
            ),
            models.CheckConstraint(
                condition=Q(evaluee_le__isnull=True, evaluation="", atteints__isnull=True)
                | (
                    Q(evaluee_le__gte=F("debut"), atteints__isnull=False, evaluee_par__isnull=False) & ~Q(evaluation="")
                ),
                name="phase_evaluation_entiere",
                violation_error_message="Une évaluation a son jour, à partir du début de la phase, et ses mots.",
            ),
            ExclusionConstraint(
                name="phase_sans_recouvrement",
                expressions=[
                    (F("contrat"), RangeOperators.EQUAL),
                    (Jours("debut", "fin", Value("[]")), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Une autre phase couvre déjà une partie de ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"Phase du {self.debut:%d/%m/%Y} au {self.fin:%d/%m/%Y}"

    def a_evaluer(self, *, le: date) -> bool:
        return self.evaluee_le is None and self.fin < le


class CauseProlongation(models.TextChoices):
    """Why a contract goes on (R. 5131-16, R. 5131-13); the first two are values of `imilo.droit`."""

    EXCEPTIONNELLE = "exceptionnelle", "À titre exceptionnel, au regard des besoins du jeune"
    RELAIS = "parcours_relais", "Parcours ou contrat d'un autre organisme, engagé avant la fin"
    PACEA = "pacea", "Prolongation du PACEA"


@historiser()
class Prolongation(LieAuDossier):
    """One prolongation: never changed, a later one follows it."""

    contrat = models.ForeignKey(ContratEngagement, models.CASCADE, related_name="prolongations")
    cause = models.CharField("cause", max_length=20, choices=CauseProlongation.choices)
    motif = models.TextField("nécessité de la prolongation", max_length=1000, blank=True)
    parcours = models.CharField("parcours ou contrat relais", max_length=200, blank=True)
    parcours_debut = models.DateField("début du parcours", null=True, blank=True)
    parcours_fin = models.DateField("fin du parcours", null=True, blank=True)
    fin_avant = ChampEcheance("fin avant")
    fin_apres = ChampEcheance("fin après")
    decision = ChampDecision("décision de la prolongation")
    le = models.DateField("décidée le")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(fin_apres__gt=F("fin_avant")),
                name="prolongation_plus_tard",
                violation_error_message="Une prolongation finit après la fin d'avant.",
            ),
            models.CheckConstraint(
                condition=~Q(cause=CauseProlongation.EXCEPTIONNELLE) | ~Q(motif=""),
                name="prolongation_motivee",
                violation_error_message="La prolongation exceptionnelle est motivée par le conseiller (R. 5131-16).",
            ),
            models.CheckConstraint(
                condition=~Q(cause=CauseProlongation.RELAIS) | (Q(parcours_debut__isnull=False) & ~Q(parcours="")),
                name="prolongation_parcours_nomme",
                violation_error_message="Indiquez le parcours qui prolonge le contrat, et son premier jour.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} : jusqu'au {self.fin_apres:%d/%m/%Y}"


class MotifSuspension(models.TextChoices):
    NAISSANCE = "naissance", "Congé de maternité, de paternité ou d'adoption"
    VOLONTARIAT = "volontariat", "Service civique ou autre volontariat"
    EMPECHEMENT = "empechement", "Empêchement durable de la personne"
    INCARCERATION = "incarceration", "Incarcération"
    DEMANDE = "demande", "Demande de la personne"
    AUTRE = "autre", "Autre raison"


@historiser()
class Suspension(LieAuDossier):
    """Days on which the activities of a signed contract are not expected. Its end doesn't move."""

    contrat = models.ForeignKey(ContratEngagement, models.CASCADE, related_name="suspensions")
    motif = models.CharField("motif", max_length=15, choices=MotifSuspension.choices)
    precision = models.TextField("précisions", max_length=500, blank=True)
    debut = models.DateField("premier jour")
    fin = models.DateField("dernier jour", null=True, blank=True)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ("debut", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                name="suspension_fin_apres_debut",
                violation_error_message="La suspension finit avant de commencer.",
            ),
            models.CheckConstraint(
                condition=~Q(motif=MotifSuspension.AUTRE) | ~Q(precision=""),
                name="suspension_autre_precisee",
                violation_error_message="Précisez cette autre raison.",
            ),
            ExclusionConstraint(
                name="suspension_sans_recouvrement",
                expressions=[
                    (F("contrat"), RangeOperators.EQUAL),
                    (Jours("debut", Coalesce("fin", Value(date.max)), Value("[]")), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Une autre suspension couvre déjà une partie de ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_motif_display()}, depuis le {self.debut:%d/%m/%Y}"


class MotifActualisation(models.TextChoices):
    PERIODICITE = "periodicite", "Le point prévu au contrat"
    PROJET = "projet_etabli", "Le projet professionnel est établi"
    PHASE = "phase", "L'évaluation d'une phase"
    SITUATION = "situation", "La situation de la personne a changé"
    DEMANDE = "demande", "À la demande de la personne"


class EtatActualisation(models.TextChoices):
    PREPAREE = "preparee", "À signer"
    SIGNEE = "signee", "Signée"
    ABANDONNEE = "abandonnee", "Abandonnée"
    REFUSEE = "refusee", "Refusée par la personne"


@historiser()
class Actualisation(LieAuDossier):
    """One update of a signed contract, in the forms of its signature (L. 5411-6 I, R. 5411-14).

    `apres` holds the new terms by the name of the contract's field, and the actions added to the plan. They become
    the contract's when both sides sign. `envoye_document` is what was sent to be signed on a telephone.
    """

    contrat = models.ForeignKey(ContratEngagement, models.CASCADE, related_name="actualisations")
    etat = models.CharField(
        "état", max_length=10, choices=EtatActualisation.choices, default=EtatActualisation.PREPAREE
    )
    motif = models.CharField("motif", max_length=15, choices=MotifActualisation.choices)
    bilan = models.TextField("ce qui a été fait, ce qui change", max_length=3000)
    apres = models.JSONField("nouveaux termes")
    decision = ChampDecision("décision de l'actualisation")
    signe_le = models.DateField("signée le", null=True, blank=True)
    mode_signature = models.CharField("mode de signature", max_length=10, choices=ModeSignature.choices, blank=True)
    document = models.ForeignKey("dossiers.Document", models.PROTECT, null=True, blank=True, related_name="+")
    document_sha256 = models.CharField("empreinte du document signé", max_length=64, blank=True)
    envoye_document = models.ForeignKey(
        "dossiers.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="document envoyé"
    )
    envoye_le = models.DateTimeField("envoyée à signer le", null=True, blank=True)
    refuse_le = models.DateField("refusée le", null=True, blank=True)
    refuse_par = models.CharField("refusée par", max_length=15, choices=Partie.choices, blank=True)
    refuse_motif = models.TextField("raison du refus", max_length=1000, blank=True)
    preparee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(
                    Q(etat=EtatActualisation.SIGNEE, signe_le__isnull=False, document__isnull=False)
                    & ~Q(document_sha256="")
                    & ~Q(mode_signature="")
                )
                | (~Q(etat=EtatActualisation.SIGNEE) & Q(signe_le__isnull=True, document__isnull=True)),
                name="actualisation_signee_complete",
                violation_error_message="Une actualisation signée a sa date et son document.",
            ),
            models.CheckConstraint(
                condition=(Q(etat=EtatActualisation.REFUSEE, refuse_le__isnull=False) & ~Q(refuse_par=""))
                | (~Q(etat=EtatActualisation.REFUSEE) & Q(refuse_le__isnull=True, refuse_par="")),
                name="actualisation_refus_dit",
                violation_error_message="Un refus de signer a son jour et la personne qui refuse.",
            ),
            models.UniqueConstraint(
                fields=["contrat"],
                condition=Q(etat=EtatActualisation.PREPAREE),
                name="actualisation_une_a_la_fois",
                violation_error_message="Une actualisation de ce contrat attend déjà d'être signée.",
            ),
        ]

    def __str__(self) -> str:
        return f"Actualisation : {self.get_motif_display()}"
