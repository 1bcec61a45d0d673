"""The dossier: what one structure holds of a young person. Everything bound to it carries its structure."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from imilo.socle.chiffrement import ChampChiffre
from imilo.socle.historique import historiser
from imilo.socle.modeles import Modele

NUMERO_MIN, NUMERO_MAX = 1, 9_999_999  # seven digits; the sequence starts at 1 000 000


class Statut(models.TextChoices):
    ACTIF = "actif", "Actif"
    EN_VEILLE = "en_veille", "En veille"
    FIN = "fin_accompagnement", "Fin d'accompagnement"


class Completude(models.TextChoices):
    PARTIEL = "partiel", "Partiel"
    COMPLET = "complet", "Complet"
    JUSTIFIE = "justifie", "Justifié"


class DossierQuerySet(models.QuerySet["Dossier"]):
    def du_referent(self, agent_id: int) -> DossierQuerySet:
        return self.filter(referent_id=agent_id)

    def actifs(self) -> DossierQuerySet:
        return self.filter(statut=Statut.ACTIF)


@historiser()
class Dossier(Modele):
    """One young person in one structure."""

    numero = models.PositiveIntegerField("numéro de dossier", unique=True)
    jeune = models.ForeignKey("jeunes.Jeune", models.PROTECT, related_name="dossiers")
    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+")
    site = models.ForeignKey("acteurs.Site", models.PROTECT, null=True, blank=True, related_name="+")
    referent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="conseiller référent",
    )
    referent_depuis = models.DateField("référent depuis le", null=True, blank=True)
    statut = models.CharField("statut", max_length=20, choices=Statut.choices, default=Statut.ACTIF)
    completude = models.CharField(
        "complétude", max_length=10, choices=Completude.choices, default=Completude.PARTIEL, editable=False
    )
    premier_accueil = models.DateField("premier accueil le")
    venue = models.CharField("comment la personne est venue", max_length=40, blank=True)
    notice_remise_le = models.DateField("notice d'information remise le", null=True, blank=True)
    numero_ft = models.CharField("numéro France Travail", max_length=11, blank=True)
    inscrit_ft_le = models.DateField("inscription à France Travail constatée le", null=True, blank=True)

    telephone = models.CharField("téléphone", max_length=20, blank=True)
    telephone_2 = models.CharField("autre téléphone", max_length=20, blank=True)
    courriel = models.EmailField("courriel", max_length=200, blank=True)
    sans_adresse = models.BooleanField("sans adresse stable", default=False)
    adresse_numero = models.CharField("numéro", max_length=10, blank=True)
    adresse_voie = models.CharField("voie", max_length=200, blank=True)
    adresse_complement = models.CharField("complément d'adresse", max_length=200, blank=True)
    adresse_code_postal = models.CharField("code postal", max_length=5, blank=True)
    adresse_commune = models.ForeignKey(
        "referentiels.Commune", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="commune"
    )

    niveau_diplome = models.CharField("plus haut niveau de diplôme", max_length=10, blank=True)
    rqth_du = models.DateField("travailleur handicapé (RQTH) depuis le", null=True, blank=True)
    rqth_au = models.DateField("RQTH jusqu'au", null=True, blank=True)

    piece_type = models.CharField("pièce d'identité", max_length=40, blank=True)
    piece_numero = ChampChiffre("numéro de la pièce")
    piece_expire_le = models.DateField("pièce valable jusqu'au", null=True, blank=True)
    piece_vue_le = models.DateField("original vu le", null=True, blank=True)
    piece_vue_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="vue par"
    )
    doublon_ecarte = models.CharField("motif d'ouverture malgré un doublon probable", max_length=300, blank=True)
    fin_le = models.DateField("fin d'accompagnement le", null=True, blank=True)
    fin_motif = models.CharField("motif de fin", max_length=40, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[DossierQuerySet] = DossierQuerySet.as_manager()  # type: ignore[assignment]  # as_manager() is typed as a plain Manager

    class Meta:
        constraints: ClassVar = [
            # Target of the composite keys that bind each row of the path to its dossier's structure.
            models.UniqueConstraint(fields=["id", "structure"], name="dossier_id_structure"),
            models.UniqueConstraint(
                fields=["jeune", "structure"],
                name="dossier_unique_par_structure",
                violation_error_message="Cette personne a déjà un dossier dans votre structure.",
            ),
            models.CheckConstraint(
                condition=Q(numero__range=(NUMERO_MIN, NUMERO_MAX)), name="dossier_numero_7_chiffres"
            ),
            models.CheckConstraint(
                condition=~Q(completude=Completude.JUSTIFIE)
                | (~Q(piece_type="") & Q(piece_numero__isnull=False) & Q(piece_vue_le__isnull=False)),
                name="dossier_justifie_par_une_piece",
                violation_error_message=(
                    "Un dossier est justifié quand la pièce d'identité a été vue : indiquez son type, "
                    "son numéro et la date."
                ),
            ),
            models.CheckConstraint(
                condition=(Q(statut=Statut.FIN) & Q(fin_le__isnull=False))
                | (~Q(statut=Statut.FIN) & Q(fin_le__isnull=True)),
                name="dossier_fin_datee",
                violation_error_message="Une fin d'accompagnement est datée.",
            ),
            models.CheckConstraint(
                condition=Q(rqth_au__isnull=True) | Q(rqth_du__isnull=False, rqth_au__gte=F("rqth_du")),
                name="dossier_rqth_dates",
                violation_error_message="La fin de la RQTH précède son début.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["structure", "referent", "statut"], name="dossier_portefeuille"),
            models.Index(fields=["telephone"], name="dossier_telephone", condition=~Q(telephone="")),
            models.Index(fields=["telephone_2"], name="dossier_telephone_2", condition=~Q(telephone_2="")),
        ]

    def __str__(self) -> str:
        return f"{self.numero:07d}"

    def rqth(self, *, le: date) -> bool:
        """Whether the recognition as a disabled worker runs on that day."""
        return self.rqth_du is not None and self.rqth_du <= le and (self.rqth_au is None or le <= self.rqth_au)


class LieAuDossier(Modele):
    """Base of every row bound to a dossier: it carries the structure that row-level security reads."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="+")
    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+", editable=False)

    class Meta:
        abstract = True
