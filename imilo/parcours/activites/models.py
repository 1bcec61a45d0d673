"""What the ledger of hours can't find elsewhere: what was declared, what an operator sent, absences, and how each
action of the plan went. The hours themselves are in no table: see `selectors.grand_livre`."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from imilo.parcours.contrats.models import CategorieAction
from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.historique import historiser

DUREE_MIN, DUREE_MAX = 5, 720  # minutes: up to twelve hours, as an act
MINUTES_D_UN_JOUR = 1440


class EtatDeclaration(models.TextChoices):
    DECLAREE = "declaree", "À examiner"
    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"


@historiser()
class ActiviteDeclaree(LieAuDossier):
    """What the young person did on a day (R. 5411-15), told by them or by a counsellor; it counts once accepted.

    `minutes` as declared; `heure`, when known, on the structure's clock. `lot` names what was examined together, so
    that it can be undone together.
    """

    jour = models.DateField("jour")
    heure = models.TimeField("heure de début", null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(
        "durée (minutes)", validators=[MinValueValidator(DUREE_MIN), MaxValueValidator(DUREE_MAX)]
    )
    categorie = models.CharField("type d'activité", max_length=20, choices=CategorieAction.choices)
    intitule = models.CharField("ce qui a été fait", max_length=300)
    action = models.ForeignKey(
        "contrats.ActionPrevue",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="action du plan",
    )
    document = models.ForeignKey(
        "dossiers.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="justificatif"
    )
    par_le_jeune = models.BooleanField("déclarée par le jeune", default=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    etat = models.CharField("état", max_length=10, choices=EtatDeclaration.choices, default=EtatDeclaration.DECLAREE)
    examine_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    examine_le = models.DateTimeField("examinée le", null=True, blank=True)
    motif_refus = models.CharField("pourquoi elle n'est pas comptée", max_length=300, blank=True)
    lot = models.UUIDField("examinée avec", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "activité déclarée"
        ordering = ("-jour", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(minutes__range=(DUREE_MIN, DUREE_MAX)),
                name="activite_duree",
                violation_error_message="La durée va de 5 minutes à 12 heures.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(etat=EtatDeclaration.DECLAREE, examine_par__isnull=True, examine_le__isnull=True, motif_refus="")
                    | Q(etat=EtatDeclaration.ACCEPTEE, examine_par__isnull=False, examine_le__isnull=False)
                    & Q(motif_refus="")
                    | Q(etat=EtatDeclaration.REFUSEE, examine_par__isnull=False, examine_le__isnull=False)
                    & ~Q(motif_refus="")
                ),
                name="activite_examen",
                violation_error_message="Un refus dit pourquoi, pour que la personne puisse répondre.",
            ),
            models.CheckConstraint(
                condition=Q(par_le_jeune=True) | Q(agent__isnull=False),
                name="activite_auteur",
                violation_error_message="Une activité est déclarée par quelqu'un.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["dossier", "jour"], name="activite_dossier_jour"),
            models.Index(
                fields=["structure", "dossier"], name="activite_a_examiner", condition=Q(etat=EtatDeclaration.DECLAREE)
            ),
            models.Index(fields=["lot"], name="activite_lot", condition=Q(lot__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.intitule


class Mesure(models.TextChoices):
    """The `mesure` of a non-professional situation in the operator contract."""

    EMPLOI = "EMPLOI", "Emploi"
    FORMATION = "FORMATION", "Formation"
    PROJET_PROFESSIONNEL = "PROJET_PROFESSIONNEL", "Projet professionnel"
    CULTURE_SPORT_LOISIRS = "CULTURE_SPORT_LOISIRS", "Culture, sport, loisirs"
    CITOYENNETE = "CITOYENNETE", "Citoyenneté"
    LOGEMENT = "LOGEMENT", "Logement"
    SANTE = "SANTE", "Santé"


@historiser()
class SituationNonProfessionnelle(LieAuDossier):
    """An action done, that a counsellor qualified in the Application CEJ. Received once; a counsellor may correct it.

    `minutes`: what its `mesure` was worth on the day it came, or what the correction says; `par_jour`: on each day, or
    once, on the last. `empreinte` is that of what was sent: sent again, it is found, corrected or not.
    """

    debut = models.DateField("du")
    fin = models.DateField("au")
    mesure = models.CharField("mesure", max_length=25, choices=Mesure.choices)
    commentaire = models.CharField("commentaire", max_length=255, blank=True)
    minutes = models.PositiveSmallIntegerField("durée (minutes)")
    par_jour = models.BooleanField("chaque jour", default=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="qualifiée par")
    empreinte = models.CharField("empreinte de l'envoi", max_length=64, blank=True, editable=False, db_default="")
    corrigee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="corrigée par"
    )
    raison = models.CharField("pourquoi elle est corrigée", max_length=300, blank=True, db_default="")
    version = models.PositiveIntegerField(default=1, editable=False, db_default=1)

    class Meta:
        verbose_name = "situation non professionnelle"
        ordering = ("-fin", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(fin__gte=F("debut")),
                name="snp_fin_apres_debut",
                violation_error_message="La fin de la situation précède son début.",
            ),
            models.CheckConstraint(
                condition=Q(minutes__lte=MINUTES_D_UN_JOUR),
                name="snp_duree",
                violation_error_message="Un jour a vingt-quatre heures.",
            ),
            models.CheckConstraint(
                condition=Q(corrigee_par__isnull=True, raison="") | Q(corrigee_par__isnull=False) & ~Q(raison=""),
                name="snp_correction_motivee",
                violation_error_message="Dites pourquoi cette situation est corrigée.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["dossier", "fin"], name="snp_dossier_fin")]

    def __str__(self) -> str:
        return self.get_mesure_display()


class MotifAbsence(models.TextChoices):
    MALADIE = "maladie", "Maladie, accident, hospitalisation"
    ENFANT = "enfant", "Enfant ou proche malade, garde d'enfant"
    FAMILLE = "famille", "Événement familial, décès"
    CONVOCATION = "convocation", "Convocation (justice, administration, examen)"
    EMPLOI = "emploi", "Entretien d'embauche, emploi ou formation"
    TRANSPORT = "transport", "Transport, intempéries"
    AUTRE = "autre", "Autre raison"
    AUCUN = "aucun", "Aucune raison donnée"


@historiser()
class Absence(LieAuDossier):
    """Days on which the young person couldn't come, or the appointment or collective act they missed, with the reason
    given.

    `reconnue`: whether the counsellor takes the reason as a good one; not yet said when null. A recognised absence
    takes its working days out of what the week asks.
    """

    du = models.DateField("du")
    au = models.DateField("au")
    rendez_vous = models.OneToOneField(
        "agenda.RendezVous", models.CASCADE, null=True, blank=True, related_name="+", verbose_name="rendez-vous manqué"
    )
    collectif = models.ForeignKey(
        "dossiers.ActeCollectif",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="absences",
        db_index=False,
        verbose_name="acte collectif manqué",
    )
    motif = models.CharField("raison donnée", max_length=15, choices=MotifAbsence.choices)
    precision = models.CharField("précision", max_length=300, blank=True)
    reconnue = models.BooleanField("absence justifiée", null=True, blank=True)
    document = models.ForeignKey(
        "dossiers.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="justificatif"
    )
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ("-du", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(au__gte=F("du")),
                name="absence_dates",
                violation_error_message="La fin de l'absence précède son début.",
            ),
            models.CheckConstraint(
                condition=~Q(motif=MotifAbsence.AUCUN) | ~Q(reconnue=True) | ~Q(precision=""),
                name="absence_reconnue_motivee",
                violation_error_message="Une absence justifiée a une raison : choisissez-la, ou écrivez-la.",
            ),
            models.UniqueConstraint(
                fields=["collectif", "dossier"],
                name="absence_une_fois_par_collectif",
                condition=Q(collectif__isnull=False),
                violation_error_message="Cette personne est déjà notée absente de cet acte collectif.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["dossier", "du"], name="absence_dossier_du")]

    def __str__(self) -> str:
        return f"Absence du {self.du:%d/%m/%Y} au {self.au:%d/%m/%Y}"


class EtatAction(models.TextChoices):
    FAITE = "faite", "Faite"
    PAS_FAITE = "pas_faite", "Pas faite"


class Faiseur(models.TextChoices):
    JEUNE = "jeune", "Le jeune"
    STRUCTURE = "structure", "La mission locale"
    PARTENAIRE = "partenaire", "Un partenaire"


@historiser()
class SuiviAction(LieAuDossier):
    """How an action of the plan went: done or not, by whom, when, and what shows it. No row: nothing said yet."""

    action = models.OneToOneField("contrats.ActionPrevue", models.CASCADE, related_name="+")
    etat = models.CharField("état", max_length=10, choices=EtatAction.choices)
    le = models.DateField("le")
    par = models.CharField("par", max_length=12, choices=Faiseur.choices)
    preuve = models.CharField("ce qui le montre", max_length=500, blank=True)
    document = models.ForeignKey(
        "dossiers.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="justificatif"
    )
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "suivi d'une action du plan"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(etat=EtatAction.FAITE) | ~Q(preuve="") | Q(document__isnull=False),
                name="suivi_action_preuve",
                violation_error_message="Dites ce qui montre que l'action est faite, ou joignez un document.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_etat_display()
