"""What the young person needs: the shared assessment, on the scale of the partners' common reference.

Each version stands as it was made. Each datum of a version says who found it and when: a later version keeps the
author and the day of what it leaves as it was.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.historique import historiser


class Valeur(models.TextChoices):
    """What the assessment says of a theme of need."""

    POINT_FORT = "point_fort", "Point fort"
    BESOIN = "besoin", "Besoin"
    NON_EXPLORE = "non_explore", "Non exploré"


class ValeurContrainte(models.TextChoices):
    NON_ABORDEE = "non_abordee", "Non abordée"
    OUI = "oui", "Oui"
    CLOTUREE = "cloturee", "Clôturée"


class Impact(models.TextChoices):
    """How much a constraint weighs on the way to employment."""

    FORT = "fort", "Fort"
    MOYEN = "moyen", "Moyen"
    FAIBLE = "faible", "Faible"
    NON_RENSEIGNE = "non_renseigne", "Non renseigné"


class ValeurSituation(models.TextChoices):
    NON_ABORDEE = "non_abordee", "Non abordée"
    OUI = "oui", "Oui"
    NON = "non", "Non"


class ValeurObjectif(models.TextChoices):
    NON_ABORDE = "non_aborde", "Non abordé"
    EN_COURS = "en_cours", "En cours"
    REALISE = "realise", "Réalisé"
    ABANDONNE = "abandonne", "Abandonné"


class Element(models.TextChoices):
    """What details a constraint: what is so today, and what is aimed at."""

    SITUATION = "situation", "Situation"
    OBJECTIF = "objectif", "Objectif"


class Accord(models.TextChoices):
    OUI = "oui", "D'accord"
    EN_PARTIE = "en_partie", "En partie d'accord"
    NON = "non", "Pas d'accord"


class DiagnosticQuerySet(models.QuerySet["Diagnostic"]):
    def jusqu_au(self, *, le: date) -> DiagnosticQuerySet:
        return self.filter(etabli_le__lte=le)


@historiser()
class Diagnostic(LieAuDossier):
    """The global assessment made with the person on a day (L. 5411-5-2); a later one replaces it, none is changed."""

    etabli_le = models.DateField("établi le")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    objectifs = models.TextField("objectifs", max_length=3000)
    synthese = models.TextField("synthèse", max_length=3000, blank=True)

    objects: ClassVar[DiagnosticQuerySet] = DiagnosticQuerySet.as_manager()  # type: ignore[assignment]  # as_manager() is typed as a plain Manager

    class Meta:
        ordering = ("-etabli_le", "-id")
        indexes: ClassVar = [models.Index(fields=["dossier", "-etabli_le"], name="diagnostic_dossier_le")]

    def __str__(self) -> str:
        return f"Diagnostic du {self.etabli_le:%d/%m/%Y}"


class Constat(LieAuDossier):
    """Base of a datum of an assessment: who found it, and when.

    Both are empty in the assessments made before each datum said so: they are then those of the assessment.
    """

    constate_le = models.DateField("constaté le", null=True, editable=False)
    constate_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True


@historiser()
class DiagnosticTheme(Constat):
    """One theme of need."""

    diagnostic = models.ForeignKey(Diagnostic, models.CASCADE, related_name="themes")
    theme = models.CharField("thème", max_length=40)
    valeur = models.CharField("constat", max_length=20, choices=Valeur.choices)
    texte = models.TextField("précisions", max_length=1000, blank=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["diagnostic", "theme"], name="diagnostic_theme_unique"),
        ]

    def __str__(self) -> str:
        return self.theme


@historiser()
class Contrainte(Constat):
    """One personal constraint (codes of `contraintes.yaml`). A category and plain words, never a medical detail."""

    diagnostic = models.ForeignKey(Diagnostic, models.CASCADE, related_name="contraintes")
    code = models.CharField("contrainte", max_length=40)
    valeur = models.CharField("constat", max_length=20, choices=ValeurContrainte.choices)
    impact = models.CharField("impact", max_length=20, choices=Impact.choices, default=Impact.NON_RENSEIGNE)
    prioritaire = models.BooleanField("à traiter en premier", default=False)
    texte = models.TextField("précisions", max_length=1000, blank=True)

    class Meta:
        ordering = ("-prioritaire", "id")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["diagnostic", "code"], name="contrainte_unique"),
            models.UniqueConstraint(
                fields=["diagnostic"],
                condition=Q(prioritaire=True),
                name="contrainte_une_priorite",
                violation_error_message="Une seule contrainte peut être traitée en premier.",
            ),
            models.CheckConstraint(
                condition=Q(valeur=ValeurContrainte.OUI) | Q(prioritaire=False),
                name="contrainte_prioritaire_presente",
                violation_error_message="Seule une contrainte présente peut être traitée en premier.",
            ),
            models.CheckConstraint(
                condition=~Q(valeur=ValeurContrainte.NON_ABORDEE) | Q(impact=Impact.NON_RENSEIGNE),
                name="contrainte_impact_si_abordee",
                violation_error_message="Une contrainte non abordée n'a pas d'impact.",
            ),
        ]

    def __str__(self) -> str:
        return self.code


@historiser()
class ElementDeContrainte(Constat):
    """A situation or a goal of a constraint, with its value on its own scale. Those not spoken of have no row."""

    contrainte = models.ForeignKey(Contrainte, models.CASCADE, related_name="elements")
    genre = models.CharField("genre", max_length=10, choices=Element.choices)
    code = models.CharField("élément", max_length=40)
    valeur = models.CharField("valeur", max_length=20, choices=[*ValeurSituation.choices, *ValeurObjectif.choices])

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["contrainte", "genre", "code"], name="element_de_contrainte_unique"),
            models.CheckConstraint(
                condition=Q(genre=Element.SITUATION, valeur__in=[ValeurSituation.OUI, ValeurSituation.NON])
                | Q(
                    genre=Element.OBJECTIF,
                    valeur__in=[ValeurObjectif.EN_COURS, ValeurObjectif.REALISE, ValeurObjectif.ABANDONNE],
                ),
                name="element_de_contrainte_valeur",
                violation_error_message="Cette valeur n'est pas de l'échelle des situations, ou des objectifs.",
            ),
        ]

    def __str__(self) -> str:
        return self.code


@historiser()
class Appreciation(Constat):
    """Digital autonomy, or a side of the power to act (subjects and scales of `contraintes.yaml`)."""

    diagnostic = models.ForeignKey(Diagnostic, models.CASCADE, related_name="appreciations")
    sujet = models.CharField("sujet", max_length=40)
    valeur = models.CharField("constat", max_length=20)
    texte = models.TextField("précisions", max_length=1000, blank=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["diagnostic", "sujet"], name="appreciation_unique"),
        ]

    def __str__(self) -> str:
        return self.sujet


@historiser()
class MetierDuDiagnostic(Constat):
    """A job aimed at on the day of the assessment, by order of preference."""

    diagnostic = models.ForeignKey(Diagnostic, models.CASCADE, related_name="metiers")
    rome = models.CharField("métier (ROME)", max_length=5)
    rang = models.PositiveSmallIntegerField("ordre de préférence")

    class Meta:
        ordering = ("rang",)
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["diagnostic", "rome"], name="metier_du_diagnostic_unique"),
            models.UniqueConstraint(fields=["diagnostic", "rang"], name="metier_du_diagnostic_rang"),
        ]

    def __str__(self) -> str:
        return self.rome


@historiser()
class Commentaire(LieAuDossier):
    """What the person, or who stands for them, wrote under an assessment. Nobody rewrites it."""

    diagnostic = models.ForeignKey(Diagnostic, models.CASCADE, related_name="commentaires")
    accord = models.CharField("accord", max_length=10, choices=Accord.choices)
    texte = models.TextField("texte", max_length=2000, blank=True)
    representant = models.CharField("écrit par le représentant", max_length=200, blank=True)
    lien_id = models.BigIntegerField("lien personnel", null=True, editable=False)
    vu_le = models.DateTimeField("lu le", null=True, blank=True)
    vu_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("cree_le", "id")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(vu_le__isnull=True, vu_par__isnull=True) | Q(vu_le__isnull=False, vu_par__isnull=False),
                name="commentaire_vu_par_quelqu_un",
                violation_error_message="Un commentaire lu l'est par quelqu'un.",
            ),
            models.CheckConstraint(
                condition=Q(accord=Accord.OUI) | ~Q(texte=""),
                name="commentaire_dit_pourquoi",
                violation_error_message="Dites en quelques mots ce qui ne va pas.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["structure", "cree_le"], name="commentaire_a_lire", condition=Q(vu_le__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.get_accord_display()
