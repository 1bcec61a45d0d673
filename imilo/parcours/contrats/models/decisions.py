"""Decisions taken in the State's name on contracts, their letters, and the appeals against any decision."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models.contrat import ContratEngagement
from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.champs import ChampDecision
from imilo.socle.historique import historiser

RAPPEL_SIGNATURE, RAPPEL_MAX = 3, 60  # days: ours, no text says how long to wait for a signature


class GenreDecision(models.TextChoices):
    ATTRIBUTION = "attribution", "Attribution"
    MODIFICATION = "modification", "Modification"
    REFUS = "refus", "Refus"
    FIN = "fin", "Fin"


@historiser()
class DecisionContrat(LieAuDossier):
    """One decision on a contract, under a dated power, and the letter that tells it with its reasons and appeals.

    `motifs` are pairs (sentence, article). A refusal has no contract.
    """

    contrat = models.ForeignKey(ContratEngagement, models.CASCADE, null=True, blank=True, related_name="decisions")
    genre = models.CharField("genre", max_length=12, choices=GenreDecision.choices)
    cadre = models.CharField("cadre", max_length=6, choices=Cadre.choices)
    objet = models.CharField("objet", max_length=200)
    motifs = models.JSONField("motifs")
    decision = ChampDecision("décision du droit", null=True, blank=True)
    le = models.DateField("décidée le")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    pouvoir = models.CharField("au titre de", max_length=400)
    document = models.ForeignKey("dossiers.Document", models.PROTECT, related_name="+")
    remise_le = models.DateField("reçue le", null=True, blank=True)
    remise_moyen = models.CharField("reçue par", max_length=20, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ("-le", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(genre=GenreDecision.REFUS, contrat__isnull=True)
                | (~Q(genre=GenreDecision.REFUS) & Q(contrat__isnull=False)),
                name="decision_contrat_ou_refus",
            ),
            models.CheckConstraint(
                condition=Q(remise_le__isnull=True, remise_moyen="")
                | (Q(remise_le__gte=F("le")) & ~Q(remise_moyen="")),
                name="decision_remise_entiere",
                violation_error_message="La remise a son jour, à partir de celui de la décision, et son moyen.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["dossier", "-le"], name="decision_contrat_dossier")]

    def __str__(self) -> str:
        return self.objet


class NatureRecours(models.TextChoices):
    GRACIEUX = "gracieux", "Recours gracieux, auprès de la mission locale"
    CONTENTIEUX = "contentieux", "Recours devant le tribunal administratif"


class CanalRecours(models.TextChoices):
    COURRIER = "courrier", "Par courrier"
    COURRIEL = "courriel", "Par courriel"
    ACCUEIL = "accueil", "Déposé à l'accueil"
    TRIBUNAL = "tribunal", "Communiqué par le tribunal"


class IssueRecours(models.TextChoices):
    ADMIS = "admis", "Admis : la décision est revue"
    EN_PARTIE = "en_partie", "Admis en partie"
    REJETE = "rejete", "Rejeté : la décision est maintenue"
    SANS_OBJET = "sans_objet", "Sans objet, ou retiré par la personne"


@historiser()
class Recours(LieAuDossier):
    """An appeal against a decision kept in the dossier, of whatever application: received, dated, answered.

    `source` and `objet` name the decision in the registry `dossiers.decisions`; `contre` says it in words.
    """

    source = models.CharField("source de la décision", max_length=40)
    objet = models.BigIntegerField("numéro de la décision")
    contre = models.CharField("décision contestée", max_length=300)
    nature = models.CharField("nature", max_length=12, choices=NatureRecours.choices)
    canal = models.CharField("reçu", max_length=10, choices=CanalRecours.choices)
    recu_le = models.DateField("reçu le")
    arguments = models.TextField("ce que dit la personne", max_length=4000)
    recu_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issue = models.CharField("issue", max_length=12, choices=IssueRecours.choices, blank=True)
    repondu_le = models.DateField("répondu le", null=True, blank=True)
    reponse = models.TextField("réponse et ses raisons", max_length=4000, blank=True)
    repondu_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    pouvoir = models.CharField("au titre de", max_length=400, blank=True)
    document = models.ForeignKey("dossiers.Document", models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name_plural = "recours"
        ordering = ("-recu_le", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(issue="", repondu_le__isnull=True, reponse="", repondu_par__isnull=True)
                | (
                    Q(repondu_le__gte=F("recu_le"), repondu_par__isnull=False, document__isnull=False)
                    & ~Q(issue="")
                    & ~Q(reponse="")
                ),
                name="recours_reponse_entiere",
                violation_error_message="Une réponse a son issue, son jour, ses raisons et sa lettre.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["structure", "issue", "recu_le"], name="recours_structure")]

    def __str__(self) -> str:
        return f"Recours du {self.recu_le:%d/%m/%Y} : {self.contre}"


@historiser()
class ReglageContrats(models.Model):
    """What a structure settles for its contracts. Without a row, the defaults stand."""

    structure = models.OneToOneField("acteurs.Structure", models.PROTECT, related_name="+")
    cej_par_conseiller = models.PositiveSmallIntegerField("CEJ par conseiller, en repère", default=30)
    rappel_signature_jours = models.PositiveSmallIntegerField(
        "jours sans signature avant un rappel", default=RAPPEL_SIGNATURE, db_default=RAPPEL_SIGNATURE
    )

    class Meta:
        verbose_name = "réglage des contrats"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rappel_signature_jours__range=(1, RAPPEL_MAX)),
                name="reglage_contrats_rappel",
                violation_error_message=f"Un rappel part de 1 à {RAPPEL_MAX} jours après l'envoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"Réglage des contrats de {self.structure}"
