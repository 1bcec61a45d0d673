"""Messages that leave for a person: SMS and e-mails about a dossier, sent at most once."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.chiffrement import ChampChiffre
from imilo.socle.historique import historiser


class Canal(models.TextChoices):
    SMS = "sms", "SMS"
    COURRIEL = "courriel", "Courriel"


class EtatMessage(models.TextChoices):
    EN_ATTENTE = "en_attente", "En attente"
    EN_COURS = "en_cours", "En cours d'envoi"
    ENVOYE = "envoye", "Envoyé"
    ECHEC = "echec", "Pas parti"
    # The process stopped between the attempt and its answer: it may have left, so it doesn't leave again.
    INCERTAIN = "incertain", "Envoi incertain"
    PERIME = "perime", "Trop tard pour l'envoyer"


class MessageQuerySet(models.QuerySet["MessageSortant"]):
    def recents(self) -> MessageQuerySet:
        return self.order_by("-cree_le", "-pk")


@historiser("corps", "destinataire", "secret")
class MessageSortant(LieAuDossier):
    """One message. `corps` and `destinataire` are encrypted; a secret body (link, code) is masked once it has left."""

    canal = models.CharField("par", max_length=10, choices=Canal.choices)
    genre = models.CharField("genre", max_length=40)
    destinataire = ChampChiffre("numéro ou adresse")
    objet = models.CharField("objet", max_length=200)
    corps = ChampChiffre("texte")
    secret = ChampChiffre("partie à masquer après l'envoi")
    etat = models.CharField("état", max_length=12, choices=EtatMessage.choices, default=EtatMessage.EN_ATTENTE)
    tentatives = models.PositiveSmallIntegerField("tentatives", default=0)
    perime_le = models.DateTimeField("inutile après le", null=True, blank=True)
    envoye_le = models.DateTimeField("envoyé le", null=True, blank=True)
    reference = models.CharField("référence chez le transporteur", max_length=100, blank=True)
    raison = models.CharField("pourquoi il n'est pas parti", max_length=200, blank=True)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[MessageQuerySet] = MessageQuerySet.as_manager()  # type: ignore[assignment]  # as_manager() is typed as a plain Manager

    class Meta:
        ordering = ("-cree_le", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(etat=EtatMessage.ENVOYE, envoye_le__isnull=False)
                | (~Q(etat=EtatMessage.ENVOYE) & Q(envoye_le__isnull=True)),
                name="message_envoye_date",
                violation_error_message="Un message envoyé a l'instant de son envoi.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["dossier", "-cree_le"], name="message_dossier_le"),
            models.Index(
                fields=["structure", "cree_le"],
                name="message_a_suivre",
                condition=~Q(etat=EtatMessage.ENVOYE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_canal_display()} : {self.objet}"

    @property
    def que_faire(self) -> str:
        """What to correct, for whoever accompanies, when it didn't leave."""
        quoi = "le numéro de mobile" if self.canal == Canal.SMS else "l'adresse électronique"
        if self.etat == EtatMessage.INCERTAIN:
            return "demandez à la personne si elle l'a reçu avant de le renvoyer."
        return f"vérifiez {quoi}, puis renvoyez-le ou écrivez autrement."
