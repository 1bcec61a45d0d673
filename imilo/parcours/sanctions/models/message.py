"""What a partner has to be told (L. 5426-1 I): fixed when it is written, so that what is sent again is the same.

The transport comes with the exchanges: until then a message is exported and noted as sent by hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from imilo.droit.serialisation import texte_canonique
from imilo.parcours.dossiers.models import LieAuDossier
from imilo.parcours.sanctions.models.procedure import Procedure
from imilo.socle.historique import historiser


class Destinataire(models.TextChoices):
    FRANCE_TRAVAIL = "france_travail", "France Travail"
    DEPARTEMENT = "conseil_departemental", "Conseil départemental"


class GenreMessage(models.TextChoices):
    SANCTION = "sanction", "Sanction prononcée"
    LEVEE = "levee", "Suspension levée"
    RETRAIT = "retrait", "Sanction retirée"
    RADIATION = "radiation", "Radiation proposée"


class EtatMessage(models.TextChoices):
    A_TRANSMETTRE = "a_transmettre", "À transmettre"
    TRANSMIS = "transmis", "Transmis"


def empreinte(charge: Mapping[str, Any]) -> str:
    """SHA-256 of the payload, in its canonical text."""
    return hashlib.sha256(texte_canonique(dict(charge)).encode()).hexdigest()


@historiser()
class MessagePartenaire(LieAuDossier):
    """One line of the outbox. `charge` never changes: the database refuses it."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="messages")
    destinataire = models.CharField("destinataire", max_length=25, choices=Destinataire.choices)
    genre = models.CharField("objet", max_length=12, choices=GenreMessage.choices)
    charge = models.JSONField("contenu")
    sha256 = models.CharField("empreinte", max_length=64)
    etat = models.CharField("état", max_length=15, choices=EtatMessage.choices, default=EtatMessage.A_TRANSMETTRE)
    ecrit_le = models.DateField("écrit le")
    transmis_le = models.DateField("transmis le", null=True, blank=True)
    transmis_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    transmis_moyen = models.CharField("transmis par", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "message à un partenaire"
        ordering = ("-ecrit_le", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["procedure", "destinataire", "genre"],
                name="message_partenaire_une_fois",
                violation_error_message="Ce message est déjà écrit.",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatMessage.A_TRANSMETTRE, transmis_le__isnull=True, transmis_moyen="")
                | Q(etat=EtatMessage.TRANSMIS, transmis_le__isnull=False, transmis_par__isnull=False)
                & ~Q(transmis_moyen=""),
                name="message_partenaire_transmis",
                violation_error_message="Un message transmis a son jour et son moyen.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["structure", "etat", "-id"], name="message_partenaire_etat")]

    def __str__(self) -> str:
        return f"{self.get_genre_display()}, {self.procedure.reference}"
