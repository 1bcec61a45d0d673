"""Who accompanies the young person: the orientation."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.champs import ChampDecision, ChampEcheance
from imilo.socle.historique import historiser


class Organisme(models.TextChoices):
    """Organisms that decide an orientation (L. 5411-5-1 II) or receive one (IV)."""

    MISSION_LOCALE = "mission_locale", "Mission locale"
    FRANCE_TRAVAIL = "france_travail", "France Travail"
    DEPARTEMENT = "departement", "Conseil départemental"
    DELEGATAIRE = "delegataire", "Organisme délégataire du conseil départemental"
    CAP_EMPLOI = "cap_emploi", "Cap emploi"


class SituationEmploi(models.TextChoices):
    """Where the person stands as to employment (criterion of L. 5411-5-1 III)."""

    JAMAIS_TRAVAILLE = "jamais", "N'a jamais travaillé"
    MOINS_UN_AN = "moins_un_an", "Sans emploi depuis moins d'un an"
    PLUS_UN_AN = "plus_un_an", "Sans emploi depuis un an ou plus"
    EMPLOI_PRECAIRE = "emploi_precaire", "En emploi court, à temps partiel ou précaire"
    EMPLOI_STABLE = "emploi_stable", "En emploi stable"


class Difficulte(models.TextChoices):
    """Difficulties that the law names (L. 5411-5-1 III). A category, never its detail."""

    SANTE = "sante", "Santé"
    LOGEMENT = "logement", "Logement"
    MOBILITE = "mobilite", "Mobilité"
    GARDE = "garde_enfants", "Garde d'enfants"
    AIDANT = "proche_aidant", "Proche aidant"


class OrientationQuerySet(models.QuerySet["Orientation"]):
    def notifiees(self) -> OrientationQuerySet:
        return self.filter(notifiee_le__isnull=False)

    def vers_nous(self) -> OrientationQuerySet:
        """Orientations that make the mission locale the referent organism."""
        return self.filter(vers=Organisme.MISSION_LOCALE)


@historiser()
class Orientation(LieAuDossier):
    """The dated decision on who accompanies (L. 5411-5-1), and its notification (R. 5411-8-1)."""

    decidee_le = models.DateField("décidée le")
    decidee_par = models.CharField(
        "décidée par", max_length=20, choices=Organisme.choices, default=Organisme.MISSION_LOCALE
    )
    vers = models.CharField(
        "organisme référent", max_length=20, choices=Organisme.choices, default=Organisme.MISSION_LOCALE
    )
    beneficiaire_rsa = models.BooleanField("bénéficiaire du RSA")
    qualification = models.CharField("niveau de qualification", max_length=40)
    situation_emploi = models.CharField(
        "situation au regard de l'emploi", max_length=20, choices=SituationEmploi.choices
    )
    aspirations = models.TextField("aspirations", max_length=2000)
    difficultes = ArrayField(
        models.CharField(max_length=20, choices=Difficulte.choices),
        verbose_name="difficultés",
        default=list,
        blank=True,
    )
    insertion_sociale = models.BooleanField("accompagnement social au préalable", default=False)
    competence = ChampDecision("décision sur qui décide", null=True, blank=True)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    notifiee_le = models.DateField("reçue le", null=True, blank=True)
    notification_moyen = models.CharField("moyen de notification", max_length=40, blank=True)
    notification_reference = models.CharField("référence de l'envoi", max_length=60, blank=True)
    notifiee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    a_signer_avant_le = ChampEcheance("contrat à signer au plus tard le", null=True, blank=True)
    delai = ChampDecision("décision du délai de signature", null=True, blank=True)
    nouvelle_demandee_le = models.DateField("nouvelle orientation demandée le", null=True, blank=True)
    reorientation = ChampDecision("décision sur la nouvelle orientation", null=True, blank=True)
    nouvelle_raison = models.TextField("raison de la nouvelle orientation", max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[OrientationQuerySet] = OrientationQuerySet.as_manager()  # type: ignore[assignment]  # as_manager() is typed as a plain Manager

    class Meta:
        ordering = ("-decidee_le", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(beneficiaire_rsa=True, decidee_par=Organisme.MISSION_LOCALE),
                name="orientation_rsa_par_le_departement",
                violation_error_message=(
                    "La mission locale n'est pas compétente pour une personne au RSA : "
                    "le conseil départemental décide (L. 5411-5-1 II 2° et 3°)."
                ),
            ),
            models.CheckConstraint(
                condition=Q(notifiee_le__isnull=True, notification_moyen="", a_signer_avant_le__isnull=True)
                | (Q(notifiee_le__gte=F("decidee_le")) & ~Q(notification_moyen="")),
                name="orientation_notifiee_apres_decision",
                violation_error_message="La notification a un moyen, et ne précède pas la décision.",
            ),
            models.CheckConstraint(
                condition=Q(notifiee_le__isnull=True)
                | ~Q(vers=Organisme.MISSION_LOCALE)
                | Q(nouvelle_demandee_le__isnull=False)
                | Q(a_signer_avant_le__isnull=False, delai__isnull=False),
                name="orientation_delai_de_signature",
                violation_error_message="La notification fait courir le délai de signature.",
            ),
            models.CheckConstraint(
                condition=Q(nouvelle_demandee_le__isnull=True, nouvelle_raison="")
                | (Q(nouvelle_demandee_le__gte=F("notifiee_le")) & ~Q(nouvelle_raison="")),
                name="orientation_redemandee_apres_notification",
                violation_error_message="Une nouvelle orientation se demande après la notification, avec sa raison.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["dossier", "-decidee_le"], name="orientation_dossier_le"),
            models.Index(fields=["structure", "a_signer_avant_le"], name="orientation_echeance"),
        ]

    def __str__(self) -> str:
        return f"Orientation du {self.decidee_le:%d/%m/%Y}"

    @property
    def notifiee(self) -> bool:
        return self.notifiee_le is not None

    @property
    def interrompue(self) -> bool:
        """Another decision was asked for: the month to sign stops (D. 5411-8-2)."""
        return self.nouvelle_demandee_le is not None
