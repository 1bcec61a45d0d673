"""Lists that were loaded: the file until it is read, how far the reading is, what became of each line."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from imilo.parcours.arrivees.models import Source
from imilo.socle.modeles import Modele


class EtatImport(models.TextChoices):
    A_PREPARER = "a_preparer", "Colonnes à choisir"
    EN_ATTENTE = "en_attente", "En attente"
    EN_COURS = "en_cours", "En cours"
    TERMINE = "termine", "Terminé"
    ILLISIBLE = "illisible", "Fichier illisible"
    ANNULE = "annule", "Annulé"


class Import(Modele):
    """One file loaded by one structure. `contenu` is emptied once it is read; `lignes_faites` is where to go on."""

    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+")
    source = models.CharField("liste", max_length=20, choices=[c for c in Source.choices if c[0] != "apprentissage"])
    fichier = models.CharField("nom du fichier", max_length=200)
    taille = models.PositiveBigIntegerField("taille (octets)")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    contenu = models.BinaryField("contenu", null=True)
    colonnes = models.JSONField("correspondance des colonnes", default=dict, blank=True)
    depose_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    etat = models.CharField("état", max_length=10, choices=EtatImport.choices, default=EtatImport.EN_ATTENTE)
    octets_lus = models.PositiveBigIntegerField("octets lus", default=0)
    lignes_faites = models.PositiveIntegerField("dernière ligne faite", default=0)
    creees = models.PositiveIntegerField("arrivées créées", default=0)
    modifiees = models.PositiveIntegerField("arrivées mises à jour", default=0)
    inchangees = models.PositiveIntegerField("lignes sans changement", default=0)
    rejetees = models.PositiveIntegerField("lignes laissées de côté", default=0)
    message = models.CharField("ce qui ne va pas", max_length=500, blank=True)
    fini_le = models.DateTimeField("fini le", null=True, blank=True)

    class Meta:
        ordering = ("-cree_le", "-pk")
        constraints: ClassVar = [
            # Target of the composite key that binds each line to its import's structure.
            models.UniqueConstraint(fields=["id", "structure"], name="import_id_structure"),
        ]
        indexes: ClassVar = [models.Index(fields=["structure", "-cree_le"], name="import_structure")]

    def __str__(self) -> str:
        return self.fichier

    @property
    def pour_cent(self) -> int:
        """How much of the file was read."""
        if self.etat in (EtatImport.TERMINE, EtatImport.ANNULE):
            return 100
        return min(99, self.octets_lus * 100 // self.taille) if self.taille else 0

    @property
    def fini(self) -> bool:
        return self.etat not in (EtatImport.A_PREPARER, EtatImport.EN_ATTENTE, EtatImport.EN_COURS)


class EffetLigne(models.TextChoices):
    CREEE = "creee", "Ajoutée"
    MODIFIEE = "modifiee", "Mise à jour"
    INCHANGEE = "inchangee", "Sans changement"
    REJETEE = "rejetee", "Laissée de côté"


class LigneImport(models.Model):
    """A line: what it did, or why it couldn't; `avant`: what the arrival was, to give it back."""

    imports = models.ForeignKey(Import, models.CASCADE, related_name="lignes", verbose_name="import")
    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+")
    numero = models.PositiveIntegerField("ligne")
    effet = models.CharField("effet", max_length=10, choices=EffetLigne.choices)
    raison = models.CharField("raison", max_length=500, blank=True)
    arrivee = models.ForeignKey("arrivees.Arrivee", models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField("version laissée", null=True, blank=True)
    avant = models.JSONField("avant", default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ("numero", "pk")
        indexes: ClassVar = [models.Index(fields=["imports", "effet", "numero"], name="ligne_import")]
