"""What the web keeps: open sessions, and the forms already received."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from imilo.web.sessions import SessionStore


class SessionOuverte(AbstractBaseSession):
    """A browser's session, found by agent or by the provider's `sid` when it must be ended."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    sid = models.CharField("session chez ProConnect", max_length=255, blank=True, db_index=True)

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore


class Envoi(models.Model):
    """A form received once: its token, and where the first answer led."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    jeton = models.UUIDField("jeton")
    chemin = models.CharField("adresse du formulaire", max_length=500)
    suite = models.CharField("adresse de la réponse", max_length=2000, blank=True)
    recu_le = models.DateTimeField("reçu le", auto_now_add=True, db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agent", "jeton"], name="envoi_unique"),)


class JetonDeDeconnexion(models.Model):
    """The identifier (`jti`) of a back-channel logout already obeyed: it is obeyed once."""

    jti = models.CharField("identifiant", max_length=255, unique=True)
    recu_le = models.DateTimeField("reçu le", auto_now_add=True, db_index=True)
