"""The random share of controls (L. 5426-1 IV): the draw of a month, and each dossier drawn."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from imilo.parcours.dossiers.models import LieAuDossier
from imilo.parcours.sanctions.models.procedure import Procedure
from imilo.socle.champs import ChampDecision
from imilo.socle.historique import historiser
from imilo.socle.modeles import Modele


class TirageControle(Modele):
    """One draw, by an agent or by the worker (`tire_par` empty).

    `decision` is that of `controle.aleatoire`, with its seed and the numbers drawn from; it replays.
    """

    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+", editable=False)
    mois = models.DateField("mois")
    part = models.DecimalField("part", max_digits=3, decimal_places=2)
    effectif = models.PositiveIntegerField("dossiers qui pouvaient être tirés")
    decision = ChampDecision("décision du tirage")
    tire_le = models.DateField("tiré le")
    tire_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "tirage des contrôles"
        ordering = ("-mois",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["structure", "mois"],
                name="tirage_controle_unique",
                violation_error_message="Les contrôles de ce mois sont déjà tirés au sort.",
            ),
            # Target of the composite key that binds each control to its draw's structure.
            models.UniqueConstraint(fields=["id", "structure"], name="tirage_controle_id_structure"),
            models.CheckConstraint(condition=Q(mois__day=1), name="tirage_controle_premier_du_mois"),
        ]

    def __str__(self) -> str:
        return f"Contrôles de {self.mois:%m/%Y}"

    @property
    def code(self) -> str:
        """The month as it stands in an address: AAAA-MM."""
        return f"{self.mois:%Y-%m}"


@historiser()
class ReglageControles(models.Model):
    """The share that a structure has drawn each month. Without a row, the default stands: the law gives no figure."""

    structure = models.OneToOneField("acteurs.Structure", models.PROTECT, related_name="+")
    part = models.DecimalField("part tirée chaque mois", max_digits=3, decimal_places=2, default=Decimal("0.05"))

    class Meta:
        verbose_name = "réglage des contrôles"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(part__gt=0, part__lte=1),
                name="reglage_controles_part",
                violation_error_message="La part va de 1 % à 100 %.",
            ),
        ]

    def __str__(self) -> str:
        return f"Réglage des contrôles de {self.structure}"


class ResultatControle(models.TextChoices):
    CONFORME = "conforme", "Engagements tenus"
    JUSTIFIE = "justifie", "Écart justifié par une raison légitime"
    MANQUEMENT = "manquement", "Manquement constaté"


@historiser()
class ControleAleatoire(LieAuDossier):
    """One dossier drawn, and what its control found."""

    tirage = models.ForeignKey(TirageControle, models.CASCADE, related_name="controles")
    rang = models.PositiveIntegerField("rang du tirage")
    resultat = models.CharField("résultat", max_length=12, choices=ResultatControle.choices, blank=True)
    constat = models.TextField("ce qui a été vérifié", max_length=2000, blank=True)
    controle_le = models.DateField("contrôlé le", null=True, blank=True)
    controle_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    procedure = models.ForeignKey(Procedure, models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "contrôle tiré au sort"
        ordering = ("tirage", "rang")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tirage", "dossier"], name="controle_aleatoire_unique"),
            models.CheckConstraint(
                condition=Q(resultat="", controle_le__isnull=True, constat="")
                | Q(controle_le__isnull=False, controle_par__isnull=False) & ~Q(resultat="") & ~Q(constat=""),
                name="controle_aleatoire_fait",
                violation_error_message="Un contrôle fait a son résultat, sa date et ce qui a été vérifié.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["dossier", "-id"], name="controle_aleatoire_dossier")]

    def __str__(self) -> str:
        return f"Contrôle {self.rang} de {self.tirage}"
