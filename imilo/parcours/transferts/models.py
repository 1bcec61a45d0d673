"""A request that another structure takes over a dossier, and what it received."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from imilo.parcours.dossiers.models import LieAuDossier


class MotifTransfert(models.TextChoices):
    DEMENAGEMENT = "demenagement", "La personne déménage"
    PROXIMITE = "proximite", "L'autre structure est plus proche de son lieu de vie, d'étude ou de travail"
    SOUHAIT = "souhait", "La personne le demande"
    AUTRE = "autre", "Autre raison (à préciser)"


class EtatTransfert(models.TextChoices):
    DEMANDE = "demande", "En attente de réponse"
    ACCEPTE = "accepte", "Accepté"
    REFUSE = "refuse", "Refusé"
    ANNULE = "annule", "Annulé"


class FormeAccord(models.TextChoices):
    """How the young person agreed to what is passed on."""

    ECRIT = "ecrit", "Accord écrit et signé"
    ENTRETIEN = "entretien", "Accord donné en entretien"
    MESSAGE = "message", "Accord par message ou courriel"


class Transfert(LieAuDossier):
    """A request, held by the structure that has the dossier; `cible` reads it through narrow functions.

    `familles` (codes of `contenu.CONTENU`) is what the young person agreed to pass on, at `accord_le`; empty: the
    other structure opens a dossier with their identity alone.
    """

    cible = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+", verbose_name="vers la structure")
    etat = models.CharField("état", max_length=10, choices=EtatTransfert.choices, default=EtatTransfert.DEMANDE)
    motif = models.CharField("raison", max_length=20, choices=MotifTransfert.choices)
    precision = models.CharField("précision", max_length=300, blank=True)
    familles = ArrayField(models.CharField(max_length=40), verbose_name="ce qui est transmis", default=list, blank=True)
    accord_le = models.DateField("accord de la personne le", null=True, blank=True)
    accord_forme = models.CharField("forme de l'accord", max_length=10, choices=FormeAccord.choices, blank=True)
    demande_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    demande_le = models.DateTimeField("demandé le")
    repondu_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    repondu_le = models.DateTimeField("répondu le", null=True, blank=True)
    reponse = models.CharField("raison de la réponse", max_length=300, blank=True)

    class Meta:
        ordering = ("-demande_le", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(etat="demande"),
                name="transfert_un_a_la_fois",
                violation_error_message="Un transfert de ce dossier attend déjà une réponse.",
            ),
            models.CheckConstraint(
                condition=~Q(cible=F("structure")),
                name="transfert_ailleurs",
                violation_error_message="Ce dossier est déjà dans cette structure.",
            ),
            models.CheckConstraint(
                condition=Q(familles__len=0) | (Q(accord_le__isnull=False) & ~Q(accord_forme="")),
                name="transfert_avec_accord",
                violation_error_message="Rien n'est transmis sans l'accord de la personne : sa date et sa forme.",
            ),
            models.CheckConstraint(
                condition=~Q(etat="refuse") | ~Q(reponse=""),
                name="transfert_refus_motive",
                violation_error_message="Dites pourquoi le transfert est refusé.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["cible", "etat"], name="transfert_cible_etat")]

    def __str__(self) -> str:
        return f"{self.get_etat_display()} ({self.demande_le:%d/%m/%Y})"


class Passation(LieAuDossier):
    """What the new structure received: the handover brief, as it was on the day, and what was copied.

    `transfert` and `ancien_dossier` are identifiers, no keys: those rows are out of this structure's perimeter.
    `brief`: a list of {titre, lignes}. `copies`: family to number of rows or fields.
    """

    transfert = models.BigIntegerField("transfert", unique=True)
    origine = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+")
    ancien_dossier = models.BigIntegerField("ancien dossier")
    ancien_numero = models.PositiveIntegerField("ancien numéro")
    familles = ArrayField(models.CharField(max_length=40), verbose_name="ce qui a été transmis", default=list)
    brief = models.JSONField("note de passation", default=list)
    copies = models.JSONField("ce qui a été copié", default=dict)
    recu_le = models.DateTimeField("reçu le")
    recu_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-recu_le", "-pk")

    def __str__(self) -> str:
        return f"{self.ancien_numero:07d}"
