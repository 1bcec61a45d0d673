"""National dated lists: the geographic code, countries, and the code lists of the trade.

Nobody but the owner of the tables and batches writes here; nothing is ever deleted, what ends is dated.
Both ends of a validity are included; none means unbounded or unknown.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q


def valide(le: date) -> Q:
    """Condition on `du` and `au`: in force on the day `le`."""
    return (Q(du__isnull=True) | Q(du__lte=le)) & (Q(au__isnull=True) | Q(au__gte=le))


class Region(models.Model):
    """A région, or an overseas collectivity that has none (its own code of three digits)."""

    code = models.CharField("code", max_length=3, primary_key=True)
    nom = models.CharField("nom", max_length=60)

    class Meta:
        ordering = ("code",)
        verbose_name = "région"

    def __str__(self) -> str:
        return self.nom


class Departement(models.Model):
    """A département or an overseas collectivity."""

    code = models.CharField("code", max_length=3, primary_key=True)
    nom = models.CharField("nom", max_length=60)
    region = models.ForeignKey(Region, models.PROTECT, related_name="departements")

    class Meta:
        ordering = ("code",)
        verbose_name = "département"

    def __str__(self) -> str:
        return f"{self.nom} ({self.code})"


class TypeCommune(models.TextChoices):
    ACTUELLE = "actuelle", "Commune"
    ARRONDISSEMENT = "arrondissement", "Arrondissement municipal"
    DELEGUEE = "deleguee", "Commune déléguée"
    ASSOCIEE = "associee", "Commune associée"
    ANCIENNE = "ancienne", "Ancienne commune"


class CommuneQuerySet(models.QuerySet["Commune"]):
    def existantes(self, *, le: date) -> CommuneQuerySet:
        """Communes and municipal arrondissements in force on the day `le`."""
        return self.filter(valide(le))


class Commune(models.Model):
    """A code of the INSEE geographic code that is or was a commune, or a municipal arrondissement.

    `nom` is the last name under this code; earlier ones are in `CleCommune`. A code that is no longer a
    commune has a last day (`au`) and the commune that holds its territory today (`actuelle`); an
    arrondissement has that commune too, and no last day.
    """

    code = models.CharField("code INSEE", max_length=5, primary_key=True)
    nom = models.CharField("nom", max_length=80)
    cle = models.TextField("clé de tri")
    type = models.CharField("type", max_length=14, choices=TypeCommune.choices)
    departement = models.ForeignKey(Departement, models.PROTECT, related_name="communes")
    population = models.PositiveIntegerField("population", null=True, blank=True)
    du = models.DateField("du", null=True, blank=True)
    au = models.DateField("au", null=True, blank=True)
    actuelle = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="anciennes")

    objects: ClassVar[CommuneQuerySet] = CommuneQuerySet.as_manager()  # type: ignore[assignment]  # as_manager() is typed as a plain Manager

    class Meta:
        ordering = ("cle", "code")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(type__in=["actuelle", "arrondissement"], au__isnull=True)
                | Q(type__in=["deleguee", "associee", "ancienne"], au__isnull=False),
                name="commune_finie_datee",
                violation_error_message="Une commune qui n'existe plus a une date de fin, une autre n'en a pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom} ({self.departement_id})"

    @property
    def disparue_le(self) -> date | None:
        """First day on which this code was no longer a commune."""
        return self.au + timedelta(days=1) if self.au else None


class CodePostal(models.Model):
    """A postal code of a commune: many to many, some communes have twenty, some codes forty communes."""

    commune = models.ForeignKey(Commune, models.CASCADE, related_name="codes_postaux")
    code = models.CharField("code postal", max_length=5)

    class Meta:
        ordering = ("code",)
        verbose_name = "code postal"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["commune", "code"], name="code_postal_unique"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["code"],
                name="code_postal_prefixe",
                opclasses=["varchar_pattern_ops"],
            )
        ]

    def __str__(self) -> str:
        return self.code


class CleCommune(models.Model):
    """A key under which a commune is found: each name it has had, from each of its words that says something.

    `rang` is 0 for the key of the whole name. `poids` is the population of today's commune, to sort.
    """

    commune = models.ForeignKey(Commune, models.CASCADE, related_name="cles")
    nom = models.CharField("nom", max_length=80)
    cle = models.TextField("clé")
    rang = models.PositiveSmallIntegerField("rang du mot")
    poids = models.PositiveIntegerField("poids", default=0)
    du = models.DateField("du", null=True, blank=True)
    au = models.DateField("au", null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["cle"],
                name="cle_commune_prefixe",
                opclasses=["text_pattern_ops"],
            )
        ]

    def __str__(self) -> str:
        return self.cle


class Pays(models.Model):
    """A country or foreign territory of the INSEE geographic code (99xxx); one code may group territories."""

    code = models.CharField("code INSEE", max_length=5, primary_key=True)
    iso2 = models.CharField("code ISO 3166", max_length=2, blank=True)
    nom = models.CharField("nom", max_length=80)
    autres_noms = models.CharField("autres noms", max_length=200, blank=True)
    cle = models.TextField("clé de tri")
    libre_circulation = models.BooleanField("libre circulation", default=False)
    au = models.DateField("au", null=True, blank=True)

    class Meta:
        ordering = ("cle",)
        verbose_name = "pays"
        verbose_name_plural = "pays"

    def __str__(self) -> str:
        return self.nom


class Liste(models.TextChoices):
    NIVEAU_DIPLOME = "niveau_diplome", "Niveaux de diplôme"
    CATEGORIE_SITUATION = "categorie_situation", "Catégories de situation"
    THEME_DEMANDE = "theme_demande", "Thèmes de demande"
    TYPE_ACTE = "type_acte", "Types d'acte"
    MODALITE_ACTE = "modalite_acte", "Modalités d'acte"
    MOYEN_VENUE = "moyen_venue", "Comment la personne est venue"
    PIECE_IDENTITE = "piece_identite", "Types de pièce d'identité"
    FIN_CEJ = "fin_cej", "Motifs de fin du contrat d'engagement jeune"
    FIN_ACCOMPAGNEMENT = "fin_accompagnement", "Motifs de fin d'accompagnement"
    NOTIFICATION = "notification", "Moyens de notification donnant date certaine"


class Code(models.Model):
    """An entry of a code list. Closed on a date it isn't offered any more, and stays readable."""

    liste = models.CharField("liste", max_length=30, choices=Liste.choices)
    code = models.CharField("code", max_length=40)
    libelle = models.CharField("libellé", max_length=120)
    ordre = models.PositiveSmallIntegerField("ordre")
    valide_du = models.DateField("valide du", null=True, blank=True)
    valide_au = models.DateField("valide au", null=True, blank=True)

    class Meta:
        ordering = ("liste", "ordre")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["liste", "code"], name="code_unique"),
            models.CheckConstraint(
                condition=Q(valide_du__isnull=True) | Q(valide_au__isnull=True) | Q(valide_au__gte=F("valide_du")),
                name="code_fin_apres_debut",
                violation_error_message="La fin de validité précède le début.",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle
