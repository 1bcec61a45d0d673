"""Who answered for each dossier, who replaces whom, what was done to many dossiers at once, and one's own views of
the caseload."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.modeles import Jours, Modele

NOM_MAX = 80


class ChangementReferent(LieAuDossier):
    """One change of référent, never rewritten: from whom (since when) to whom (since when), and by whom.

    `retour`: the change undid another. `cree_le` is the instant of the change itself.
    """

    avant = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    avant_depuis = models.DateField("depuis le (avant)", null=True)
    apres = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    apres_depuis = models.DateField("depuis le", null=True)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    retour = models.BooleanField("annulation", default=False)

    class Meta:
        ordering = ("-cree_le", "-pk")
        indexes: ClassVar = [models.Index(fields=["dossier", "-cree_le"], name="changement_referent_dossier")]


class RemplacementQuerySet(models.QuerySet["Remplacement"]):
    def en_cours(self, *, le: date) -> RemplacementQuerySet:
        return self.filter(du__lte=le, au__gte=le)


class Remplacement(Modele):
    """From one day to another (both included), an agent answers for the dossiers of a colleague."""

    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+", editable=False)
    remplace = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="personne absente"
    )
    remplacant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="remplacée par"
    )
    du = models.DateField("du")
    au = models.DateField("au")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="prévu par")

    objects: ClassVar[RemplacementQuerySet] = RemplacementQuerySet.as_manager()  # type: ignore[assignment]  # as_manager() is typed as a plain Manager

    class Meta:
        ordering = ("-du", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(au__gte=F("du")),
                name="remplacement_fin_apres_debut",
                violation_error_message="Le dernier jour du remplacement précède le premier.",
            ),
            models.CheckConstraint(
                condition=~Q(remplace=F("remplacant")),
                name="remplacement_par_un_autre",
                violation_error_message="Choisissez une autre personne : on ne se remplace pas soi-même.",
            ),
            ExclusionConstraint(
                name="remplacement_un_a_la_fois",
                expressions=[
                    (F("structure"), RangeOperators.EQUAL),
                    (F("remplace"), RangeOperators.EQUAL),
                    (Jours("du", "au", models.Value("[]")), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Cette personne est déjà remplacée pendant une partie de ces dates.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["structure", "remplacant", "du"], name="remplacement_remplacant"),
        ]


class Lot(Modele):
    """One act on many dossiers: by whom, what, when; and whether it was undone."""

    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+", editable=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    action = models.CharField("action", max_length=40)
    valeur = models.CharField("valeur", max_length=40, blank=True)
    libelle = models.CharField("ce qui a été fait", max_length=200)
    le = models.DateField("le")
    faits = models.PositiveIntegerField("dossiers changés", default=0)
    refuses = models.PositiveIntegerField("dossiers refusés", default=0)
    annule_le = models.DateTimeField("annulé le", null=True)
    annule_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    rendus = models.PositiveIntegerField("dossiers rendus à ce qu'ils étaient", null=True)

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [
            # Target of the composite key that binds each line to its act's structure.
            models.UniqueConstraint(fields=["id", "structure"], name="lot_id_structure"),
            models.CheckConstraint(
                condition=Q(annule_le__isnull=True, annule_par__isnull=True, rendus__isnull=True)
                | Q(annule_le__isnull=False, annule_par__isnull=False, rendus__isnull=False),
                name="lot_annule_par_quelqu_un",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["structure", "-id"], name="lot_structure")]


class LigneDeLot(LieAuDossier):
    """One dossier of the act. `avant` and `version` are what undoing needs; `refus` says why nothing was done,
    `laisse` why it wasn't undone."""

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="lignes")
    avant = models.JSONField("avant", default=dict, blank=True)
    version = models.PositiveIntegerField("version laissée", null=True)
    de = models.CharField("de", max_length=200, blank=True)
    vers = models.CharField("vers", max_length=200, blank=True)
    refus = models.CharField("refusé", max_length=300, blank=True)
    laisse = models.CharField("laissé tel quel", max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)


class Recherche(Modele):
    """A named search of the caseload: the parameters of its address, but for a name typed by hand."""

    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+", editable=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    nom = models.CharField("nom", max_length=NOM_MAX)
    parametres = models.JSONField("critères", default=dict)

    class Meta:
        ordering = ("nom", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                "structure",
                "agent",
                Lower("nom"),
                name="recherche_nom_unique",
                violation_error_message="Vous avez déjà une recherche de ce nom : choisissez-en un autre.",
            )
        ]


class Affichage(Modele):
    """Which columns an agent wants in their caseload; none: the usual ones."""

    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+", editable=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    colonnes = models.JSONField("colonnes", default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["structure", "agent"], name="affichage_unique")]
