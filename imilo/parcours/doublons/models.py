"""Likely doubles to decide, what was decided of them, and the merges, with what it takes to undo them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from imilo.jeunes.doublons import Verdict
from imilo.parcours.dossiers.models import Dossier, LieAuDossier
from imilo.socle.modeles import Modele


class Etat(models.TextChoices):
    """Where a pair stands, for the structure that holds the row."""

    A_DECIDER = "a_decider", "À décider"
    A_REPONDRE = "a_repondre", "Question d'une autre structure"
    DEMANDEE = "demandee", "Question posée, réponse attendue"
    DIFFERENTES = "differentes", "Personnes différentes"
    FUSIONNEE = "fusionnee", "Dossiers fusionnés"
    REUNIE = "reunie", "Même personne, suivie par deux structures"


A_TRAITER = (Etat.A_REPONDRE, Etat.A_DECIDER)


VERDICTS = [(Verdict.MEME.value, "Même personne"), (Verdict.PROBABLE.value, "Probable")]


class Origine(models.TextChoices):
    RECHERCHE = "recherche", "Recherche de la nuit"
    SAISIE = "saisie", "Dossier ouvert ou corrigé malgré la ressemblance"


class Paire(Modele):
    """Two dossiers that may be one person's, as one structure sees them: `dossier` is its own.

    Both in the structure, the pair is one row and `dossier` is the smaller number of the two; else each structure
    has its row, the mirror of the other's. `autre` is an identifier, no key: the other dossier may be out of reach,
    and either may have gone in a merge that will be undone.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="+", db_constraint=False)
    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+", editable=False)
    autre = models.BigIntegerField("autre dossier")
    autre_structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+", editable=False)
    verdict = models.CharField("ce que dit la comparaison", max_length=20, choices=VERDICTS)
    force = models.PositiveSmallIntegerField("force de la ressemblance")
    origine = models.CharField("origine", max_length=10, choices=Origine.choices)
    etat = models.CharField("état", max_length=12, choices=Etat.choices, default=Etat.A_DECIDER)
    vue_le = models.DateTimeField("trouvée pour la dernière fois le")
    mot = models.CharField("mot de cette structure", max_length=300, blank=True)
    mot_recu = models.CharField("mot de l'autre structure", max_length=300, blank=True)
    decidee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decidee_le = models.DateTimeField("décidée le", null=True, blank=True)

    class Meta:
        verbose_name = "doublon probable"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "autre"], name="doublon_une_paire"),
            models.CheckConstraint(condition=~Q(dossier=models.F("autre")), name="doublon_deux_dossiers"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["structure", "etat", "-force"], name="doublon_file"),
            models.Index(fields=["autre"], name="doublon_autre"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} / {self.autre}"

    @property
    def entre_structures(self) -> bool:
        return self.structure_id != self.autre_structure_id


class Fusion(LieAuDossier):
    """One dossier merged into another of the same structure: `dossier` is the one that was kept.

    `deplaces` ("app.Model" to primary keys) is what moved. The former values of what was chosen are in the history
    (`avant_*`, identifiers of events): nothing personal is stored twice. A later merge takes the row along, as it
    does with all that is bound to the dossier: `garde` says where it was made.
    """

    garde = models.BigIntegerField("dossier gardé")
    absorbe = models.BigIntegerField("dossier fusionné")
    absorbe_numero = models.PositiveIntegerField("numéro du dossier fusionné")
    absorbe_modifie_le = models.DateTimeField("dernière modification du dossier fusionné")
    jeune_garde = models.BigIntegerField("personne gardée")
    jeune_absorbe = models.BigIntegerField("personne du dossier fusionné")
    deplaces = models.JSONField("lignes déplacées", default=dict)
    choix = ArrayField(models.CharField(max_length=30), verbose_name="repris du dossier fusionné", default=list)
    avant_jeune = models.BigIntegerField("identité d'avant", null=True)
    avant_garde = models.BigIntegerField("dossier gardé d'avant", null=True)
    avant_absorbe = models.BigIntegerField("dossier fusionné d'avant")
    paire = models.ForeignKey(Paire, models.SET_NULL, null=True, related_name="+")
    faite_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    faite_le = models.DateTimeField("faite le")
    defaite_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    defaite_le = models.DateTimeField("défaite le", null=True)

    class Meta:
        verbose_name = "fusion de dossiers"
        ordering = ("-faite_le", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["absorbe_numero"], condition=Q(defaite_le__isnull=True), name="fusion_un_seul_renvoi"
            )
        ]

    def __str__(self) -> str:
        return f"{self.absorbe_numero:07d}"
