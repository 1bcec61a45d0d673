"""A personal link: one page, about one dossier, for one person, opened by a token and a code sent apart."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from imilo.parcours.dossiers.models import LieAuDossier
from imilo.parcours.liens.genres import GenreDeLien, genre_de
from imilo.parcours.messagerie.models import Canal
from imilo.socle.chiffrement import ChampChiffre
from imilo.socle.historique import historiser


class Destinataire(models.TextChoices):
    JEUNE = "jeune", "La personne elle-même"
    REPRESENTANT = "representant", "Son représentant légal"


class Fermeture(models.TextChoices):
    """Why a link was closed before its date: the person who opens it reads it."""

    AGENT = "agent", "Fermé par la mission locale"
    REMPLACE = "remplace", "Un lien plus récent est parti"
    CHANGE = "change", "Ce qu'il ouvrait a changé"
    ABANDONNE = "abandonne", "Ce qu'il ouvrait est abandonné"


class LienQuerySet(models.QuerySet["LienPersonnel"]):
    def ouvrables(self, *, a: datetime) -> LienQuerySet:
        """Neither out of date, nor revoked."""
        return self.filter(expire_le__gt=a, revoque_le__isnull=True)

    def vers(self, genre: str, objet_id: int | None) -> LienQuerySet:
        """The links of a kind that open the same object."""
        return self.filter(genre=genre, objet_id=objet_id)


@historiser("empreinte", "adresse", "code_empreinte", "session_empreinte", "session_expire_le")
class LienPersonnel(LieAuDossier):
    """The token, the code and the session are kept as keyed hashes (32 bytes) only. Instants are UTC."""

    genre = models.CharField("genre", max_length=30)
    objet_id = models.BigIntegerField("numéro de l'objet", null=True, blank=True)
    empreinte = models.BinaryField("empreinte du jeton", max_length=32, unique=True, editable=False)
    destinataire = models.CharField(
        "destinataire", max_length=12, choices=Destinataire.choices, default=Destinataire.JEUNE
    )
    destinataire_nom = models.CharField("nom du représentant", max_length=200, blank=True)
    canal = models.CharField("envoyé par", max_length=10, choices=Canal.choices)
    adresse = ChampChiffre("numéro ou adresse")
    fait_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    expire_le = models.DateTimeField("expire le")
    ouvert_le = models.DateTimeField("ouvert la première fois le", null=True, blank=True)
    utilise_le = models.DateTimeField("utilisé le", null=True, blank=True)
    revoque_le = models.DateTimeField("révoqué le", null=True, blank=True)
    revoque_pour = models.CharField("raison de la révocation", max_length=20, choices=Fermeture.choices, blank=True)
    code_empreinte = models.BinaryField("empreinte du code", max_length=32, null=True, editable=False)
    code_envoye_le = models.DateTimeField("code envoyé le", null=True, blank=True)
    code_essais = models.PositiveSmallIntegerField("essais du code", default=0)
    code_envois = models.PositiveSmallIntegerField("codes envoyés", default=0)
    session_empreinte = models.BinaryField("empreinte de la session", max_length=32, null=True, editable=False)
    session_expire_le = models.DateTimeField("session jusqu'au", null=True, blank=True)
    session_limite_le = models.DateTimeField("session jamais au-delà du", null=True, blank=True)

    objects: ClassVar[LienQuerySet] = LienQuerySet.as_manager()  # type: ignore[assignment]  # as_manager() is typed as a plain Manager

    class Meta:
        verbose_name = "lien personnel"
        ordering = ("-cree_le", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(revoque_le__isnull=True, revoque_pour="")
                | (Q(revoque_le__isnull=False) & ~Q(revoque_pour="")),
                name="lien_revoque_pour_une_raison",
                violation_error_message="Un lien est révoqué pour une raison.",
            ),
            models.CheckConstraint(
                condition=~Q(destinataire=Destinataire.REPRESENTANT) | ~Q(destinataire_nom=""),
                name="lien_representant_nomme",
                violation_error_message="Indiquez le nom du représentant légal.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["dossier", "genre", "-cree_le"], name="lien_dossier_genre"),
        ]

    def __str__(self) -> str:
        return self.type.titre

    @property
    def type(self) -> GenreDeLien:
        return genre_de(self.genre)

    @property
    def acteur(self) -> str:
        """Who acts, for the journal (`consigner(None, …, acteur=lien.acteur)`)."""
        return f"lien:{self.pk}"
