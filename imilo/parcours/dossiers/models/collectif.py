"""The collective act: one workshop or collective information, entered once for all who were expected."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from imilo.socle.historique import historiser
from imilo.socle.modeles import Modele


@historiser()
class ActeCollectif(Modele):
    """What the acts of those who came share. It names nobody but who animated it: each person present has an `Acte`
    that points here, each one absent an absence that does. `presents` and `absents` count them as they were entered."""

    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+", editable=False)
    intitule = models.CharField("sujet", max_length=200)
    le = models.DateField("date")
    heure = models.TimeField("heure de début")
    duree = models.PositiveSmallIntegerField("durée (minutes)")
    type = models.CharField("type d'acte", max_length=40)
    modalite = models.CharField("modalité", max_length=40)
    theme = models.CharField("thème", max_length=40)
    site = models.ForeignKey("acteurs.Site", models.PROTECT, null=True, blank=True, related_name="+")
    lieu = models.CharField("autre lieu", max_length=200, blank=True)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="animé par")
    presents = models.PositiveSmallIntegerField("personnes présentes", default=0)
    absents = models.PositiveSmallIntegerField("personnes absentes", default=0)
    annule_le = models.DateTimeField("annulé le", null=True, blank=True)
    annule_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "acte collectif"
        ordering = ("-le", "-heure", "-pk")
        constraints: ClassVar = [
            # Target of the composite keys that bind each act and absence to its collective's structure.
            models.UniqueConstraint(fields=["id", "structure"], name="acte_collectif_id_structure"),
            models.CheckConstraint(
                condition=Q(duree__range=(1, 720)),
                name="acte_collectif_duree",
                violation_error_message="La durée va de 1 minute à 12 heures.",
            ),
            models.CheckConstraint(
                condition=~Q(intitule=""),
                name="acte_collectif_sujet",
                violation_error_message="Dites de quoi il s'agissait, par exemple « Atelier CV ».",
            ),
            models.CheckConstraint(
                condition=Q(annule_le__isnull=True, annule_par__isnull=True)
                | Q(annule_le__isnull=False, annule_par__isnull=False),
                name="acte_collectif_annule_par_quelqu_un",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["structure", "-le", "-heure"], name="acte_collectif_structure")]

    def __str__(self) -> str:
        return self.intitule
