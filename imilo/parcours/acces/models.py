"""Accesses that were given a reason, and dossiers restricted to named people."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from imilo.parcours.dossiers.models import LieAuDossier


class MotifAcces(models.TextChoices):
    """Why somebody opens a dossier that another structure holds."""

    SE_PRESENTE = "se_presente", "La personne se présente ici et dit être suivie ailleurs"
    DEMENAGEMENT = "demenagement", "La personne emménage dans notre secteur"
    URGENCE = "urgence", "Urgence : sa sécurité, sa santé ou un droit qui se perd"
    DOUBLON = "doublon", "Vérifier qu'il s'agit bien de la même personne"
    AUTRE = "autre", "Autre raison (à préciser)"
    TRANSFERT = "transfert", "Dossier transféré : lecture de l'ancien référent"


# The program gives itself this one; nobody chooses it.
MOTIFS_A_CHOISIR = tuple((m.value, m.label) for m in MotifAcces if m != MotifAcces.TRANSFERT)


class AccesMotiveQuerySet(models.QuerySet["AccesMotive"]):
    def ouverts(self, *, a: datetime) -> AccesMotiveQuerySet:
        """Those that run at an instant."""
        return self.filter(expire_le__gt=a, ouvert_le__lte=a, clos_le__isnull=True)


class AccesMotive(LieAuDossier):
    """One agent reads one dossier of another structure (`structure`, that of the dossier) for some hours."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    origine = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+", verbose_name="structure d'où")
    motif = models.CharField("motif", max_length=20, choices=MotifAcces.choices)
    precision = models.CharField("précision", max_length=300, blank=True)
    ouvert_le = models.DateTimeField("ouvert le")
    expire_le = models.DateTimeField("expire le")
    clos_le = models.DateTimeField("clos avant terme le", null=True, blank=True)
    clos_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[AccesMotiveQuerySet] = AccesMotiveQuerySet.as_manager()  # type: ignore[assignment]  # as_manager() is typed as a plain Manager

    class Meta:
        verbose_name = "accès motivé"
        ordering = ("-ouvert_le", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expire_le__gt=F("ouvert_le")), name="acces_expire_apres_ouverture"),
            models.CheckConstraint(condition=~Q(origine=F("structure")), name="acces_d_une_autre_structure"),
            models.CheckConstraint(
                condition=~Q(motif=MotifAcces.AUTRE) | ~Q(precision=""),
                name="acces_autre_precise",
                violation_error_message="Précisez la raison.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["structure", "-ouvert_le"], name="acces_structure_ouvert"),
            models.Index(fields=["agent", "expire_le"], name="acces_agent_expire"),
        ]

    def __str__(self) -> str:
        return f"{self.get_motif_display()} ({self.ouvert_le:%d/%m/%Y})"

    def ouvert(self, *, a: datetime) -> bool:
        """Whether it runs at an instant."""
        return self.clos_le is None and self.ouvert_le <= a < self.expire_le


class MotifRestriction(models.TextChoices):
    AGENT = "agent", "La personne travaille dans notre structure"
    PROCHE = "proche", "La personne est proche d'un agent de notre structure"
    PROTECTION = "protection", "La personne doit être protégée de quelqu'un qui aurait accès"


class Restriction(LieAuDossier):
    """A dossier that only named agents of its structure may open, from a day to a day (both included)."""

    agents = ArrayField(models.BigIntegerField(), verbose_name="agents nommés")
    motif = models.CharField("motif", max_length=20, choices=MotifRestriction.choices)
    precision = models.CharField("précision", max_length=300, blank=True)
    du = models.DateField("du")
    au = models.DateField("au")
    decidee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    levee_le = models.DateTimeField("levée le", null=True, blank=True)
    levee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "accès restreint"
        ordering = ("-du", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(au__gte=F("du")),
                name="restriction_fin_apres_debut",
                violation_error_message="La fin de la restriction précède son début.",
            ),
            models.CheckConstraint(
                condition=Q(agents__len__gt=0),
                name="restriction_quelqu_un",
                violation_error_message="Nommez au moins une personne qui pourra ouvrir ce dossier.",
            ),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(levee_le__isnull=True),
                name="restriction_une_par_dossier",
                violation_error_message="Ce dossier est déjà restreint : modifiez la restriction en cours.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_motif_display()} jusqu'au {self.au:%d/%m/%Y}"

    def en_cours(self, *, le: date) -> bool:
        return self.levee_le is None and self.du <= le <= self.au
