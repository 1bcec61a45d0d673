"""The examination of eligibility, the plan of actions and the signatures."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from imilo.parcours.contrats.models.choix import CategorieAction, Financement, ModeSignature, Partie
from imilo.parcours.contrats.models.contrat import ContratEngagement
from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.historique import historiser


@historiser()
class ActionPrevue(LieAuDossier):
    """One line of the plan of actions."""

    contrat = models.ForeignKey(ContratEngagement, models.CASCADE, related_name="actions")
    categorie = models.CharField("type d'action", max_length=20, choices=CategorieAction.choices)
    intitule = models.CharField("action", max_length=300)
    organisme = models.CharField("mise en œuvre par", max_length=200, blank=True)
    echeance = models.DateField("échéance", null=True, blank=True)
    financement = models.CharField(
        "financement", max_length=12, choices=Financement.choices, blank=True, default=Financement.NON_PRECISE
    )
    programme = models.CharField("programme qui paie", max_length=120, blank=True)

    class Meta:
        ordering = ("echeance", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(programme="") | ~Q(financement=Financement.NON_PRECISE),
                name="action_programme_finance",
                violation_error_message="Un programme a son financeur : choisissez qui finance l'action.",
            ),
        ]

    def __str__(self) -> str:
        return self.intitule


class SignatureQuerySet(models.QuerySet["Signature"]):
    def valables(self) -> SignatureQuerySet:
        """Those that still count: what they were given on hasn't changed since."""
        return self.filter(retiree_le__isnull=True)


@historiser()
class Signature(LieAuDossier):
    """Who signed a contract or its update, as what, when and how: the proof of it.

    `traits` are the strokes drawn on screen, if any. On a telephone: the personal link, the channel and the instant
    of its code, and the SHA-256 of the document that was read (`lu_sha256`); no agent then. One that no longer counts,
    because what was signed was changed, sent again or given up, stays with who withdrew it.
    """

    contrat = models.ForeignKey(ContratEngagement, models.CASCADE, related_name="signatures")
    actualisation = models.ForeignKey(
        "contrats.Actualisation", models.CASCADE, null=True, blank=True, related_name="signatures"
    )
    partie = models.CharField("partie", max_length=15, choices=Partie.choices)
    nom = models.CharField("nom", max_length=300)
    qualite = models.CharField("qualité", max_length=200, blank=True)
    mode = models.CharField("mode", max_length=10, choices=ModeSignature.choices)
    a = models.DateTimeField("instant")
    traits = models.JSONField("tracé", default=list, blank=True)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lien = models.BigIntegerField("lien personnel", null=True, blank=True)
    canal = models.CharField("code reçu par", max_length=10, blank=True)
    code_a = models.DateTimeField("code vérifié à", null=True, blank=True)
    lu_sha256 = models.CharField("empreinte du document lu", max_length=64, blank=True)
    retiree_le = models.DateTimeField("ne compte plus depuis", null=True, blank=True)
    retiree_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[SignatureQuerySet] = SignatureQuerySet.as_manager()  # type: ignore[assignment]  # as_manager() is typed as a plain Manager

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contrat", "partie"],
                condition=Q(actualisation__isnull=True, retiree_le__isnull=True),
                name="signature_une_par_partie",
                violation_error_message="Cette partie a déjà signé.",
            ),
            models.UniqueConstraint(
                fields=["actualisation", "partie"],
                condition=Q(retiree_le__isnull=True),
                name="signature_actualisation_une_par_partie",
                violation_error_message="Cette partie a déjà signé.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(mode=ModeSignature.TELEPHONE, lien__isnull=False, code_a__isnull=False, agent__isnull=True)
                    & ~Q(canal="")
                    & ~Q(lu_sha256="")
                )
                | (~Q(mode=ModeSignature.TELEPHONE) & Q(agent__isnull=False, lien__isnull=True)),
                name="signature_a_distance_prouvee",
                violation_error_message="Une signature à distance a son lien, son code vérifié et le document lu.",
            ),
            models.CheckConstraint(
                condition=Q(retiree_le__isnull=True, retiree_par__isnull=True)
                | Q(retiree_le__isnull=False, retiree_par__isnull=False),
                name="signature_retiree_par_quelqu_un",
                violation_error_message="Une signature qui ne compte plus l'est du fait de quelqu'un.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_partie_display()} : {self.nom}"
