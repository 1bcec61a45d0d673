"""What happens along the path: acts of service, what was proposed, situations of life."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, Value

from imilo.parcours.dossiers.models.dossier import LieAuDossier
from imilo.socle.historique import historiser
from imilo.socle.modeles import Jours

ROME = RegexValidator(r"\A[A-N][0-9]{4}\Z", "Un code ROME est une lettre suivie de quatre chiffres, par exemple K1304.")


@historiser()
class Acte(LieAuDossier):
    """What was done with or for the young person, on a day. `compte_rendu` is free text: it goes to no partner."""

    le = models.DateField("date")
    heure = models.TimeField("heure", null=True, blank=True)
    duree = models.PositiveSmallIntegerField("durée (minutes)")
    type = models.CharField("type d'acte", max_length=40)
    modalite = models.CharField("modalité", max_length=40)
    theme = models.CharField("thème", max_length=40)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    compte_rendu = models.TextField("ce qui s'est dit", blank=True)
    collectif = models.ForeignKey(
        "dossiers.ActeCollectif",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actes",
        db_index=False,
        verbose_name="acte collectif",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(duree__range=(1, 720)),
                name="acte_duree",
                violation_error_message="La durée va de 1 minute à 12 heures.",
            ),
            # Also the index that finds who came: most acts are of one person alone.
            models.UniqueConstraint(
                fields=["collectif", "dossier"],
                name="acte_une_fois_par_collectif",
                condition=Q(collectif__isnull=False),
                violation_error_message="Cette personne est déjà notée présente à cet acte collectif.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["dossier", "-le"], name="acte_dossier_le")]


class EtatProposition(models.TextChoices):
    PROPOSEE = "proposee", "Proposée"
    ACCEPTEE = "acceptee", "Acceptée"
    EN_COURS = "en_cours", "En cours"
    REALISEE = "realisee", "Réalisée"
    REFUSEE = "refusee", "Refusée par la personne"
    ABANDONNEE = "abandonnee", "Abandonnée"


class Proposition(LieAuDossier):
    """What the mission locale proposes in answer to a demand, with a state up to *réalisée*."""

    acte = models.ForeignKey(Acte, models.CASCADE, null=True, blank=True, related_name="propositions")
    theme = models.CharField("thème", max_length=40)
    intitule = models.CharField("proposition", max_length=300)
    etat = models.CharField("état", max_length=20, choices=EtatProposition.choices, default=EtatProposition.PROPOSEE)
    le = models.DateField("proposée le")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["dossier", "-le"], name="proposition_dossier_le")]


class Categorie(models.TextChoices):
    """The categories of situation of the operator contract, in their order of priority."""

    EMPLOI = "Emploi", "Emploi"
    ALTERNANCE = "Contrat en Alternance", "Contrat en alternance"
    FORMATION = "Formation", "Formation"
    IMMERSION = "Immersion en entreprise", "Immersion en entreprise"
    PMSMP = "Pmsmp", "PMSMP"
    VOLONTARIAT = "Contrat de volontariat - bénévolat", "Contrat de volontariat, bénévolat"
    SCOLARITE = "Scolarité", "Scolarité"
    DEMANDEUR = "Demandeur d'emploi", "Demandeur d'emploi"


class EtatSituation(models.TextChoices):
    PREVU = "PREVU", "Prévue"
    EN_COURS = "EN_COURS", "En cours"
    TERMINE = "TERMINE", "Terminée"


@historiser()
class Situation(LieAuDossier):
    """What the young person does in life, from a day to a day. Its state follows from its dates."""

    categorie = models.CharField("catégorie", max_length=40, choices=Categorie.choices)
    debut = models.DateField("du")
    fin_prevue = models.DateField("fin prévue le", null=True, blank=True)
    fin = models.DateField("terminée le", null=True, blank=True)
    libelle = models.CharField("employeur, établissement ou précision", max_length=200, blank=True)
    heures_hebdo = models.DecimalField("heures par semaine", max_digits=4, decimal_places=2, null=True, blank=True)
    rome_prepare = models.CharField("métier préparé (ROME)", max_length=5, blank=True, validators=[ROME])
    rome_premier = models.CharField("premier métier recherché (ROME)", max_length=5, blank=True, validators=[ROME])
    rome_exerce = models.CharField("métier exercé (ROME)", max_length=5, blank=True, validators=[ROME])
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(fin__isnull=True) | Q(fin__gte=F("debut")))
                & (Q(fin_prevue__isnull=True) | Q(fin_prevue__gte=F("debut"))),
                name="situation_fin_apres_debut",
                violation_error_message="La fin de la situation précède son début.",
            ),
            ExclusionConstraint(
                name="situation_un_seul_emploi",
                expressions=[
                    (F("dossier"), RangeOperators.EQUAL),
                    (Jours("debut", "fin", Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(categorie=Categorie.EMPLOI),
                violation_error_message="Une autre situation d'emploi couvre déjà une partie de ces dates.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["dossier", "-debut"], name="situation_dossier_debut")]

    def etat(self, *, le: date) -> EtatSituation:
        """*Prévue* before its first day, *terminée* after its last, else *en cours*."""
        if le < self.debut:
            return EtatSituation.PREVU
        if self.fin is not None and self.fin < le:
            return EtatSituation.TERMINE
        return EtatSituation.EN_COURS
