"""Files of the dossier, kept in the database: there if and only if the act that made them is."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from imilo.parcours.dossiers.models.dossier import LieAuDossier


class GenreDocument(models.TextChoices):
    CONTRAT = "contrat", "Contrat"
    CONTRAT_SIGNE = "contrat_signe", "Contrat signé"
    NOTIFICATION = "notification", "Courrier de notification"
    SANCTION = "sanction", "Courrier de sanction"
    JUSTIFICATIF = "justificatif", "Justificatif"


class Document(LieAuDossier):
    """One file: bytes, and what proves they did not change."""

    genre = models.CharField("genre", max_length=20, choices=GenreDocument.choices)
    titre = models.CharField("titre", max_length=200)
    type_mime = models.CharField("type", max_length=100)
    taille = models.PositiveIntegerField("taille (octets)")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    contenu = models.BinaryField("contenu")
    depose_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-cree_le",)

    def __str__(self) -> str:
        return self.titre
