"""What is declared for one month of one contract: by a counsellor, or by the young person under a personal link."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

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
    """What is declared for one month of one contract. `rang` above 1: what corrects a month already decided.

    Without an agent, the young person declared it, and nothing is decided until somebody has verified it.
    """

    contrat = models.ForeignKey("contrats.ContratEngagement", models.PROTECT, related_name="+")
    mois = models.DateField("mois")
    rang = models.PositiveSmallIntegerField("rang", default=1, db_default=1)
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
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    verifiee_le = models.DateField("vérifiée le", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "déclaration du mois"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contrat", "mois", "rang"],
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

    @property
    def a_verifier(self) -> bool:
        """Declared by the young person, not looked at by anybody yet."""
        return self.agent_id is None and self.verifiee_le is None


@historiser()
class RessourceDeclaree(LieAuDossier):
    """One resource of the month, as received, and the file that proves it when there is one."""

    declaration = models.ForeignKey(Declaration, models.CASCADE, related_name="ressources")
    nature = models.CharField("nature", max_length=60, choices=[(n.code, n.libelle) for n in NATURES])
    montant = ChampMontant("montant reçu (€)")
    justificatif = models.ForeignKey("dossiers.Document", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(montant__gte=0),
                name="ressource_montant_positif",
                violation_error_message="Un montant est positif ou nul.",
            )
        ]
