"""The young person, once in the country. What a structure holds of them is in their *dossiers*."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q

from imilo.jeunes.cles import mots_de_recherche
from imilo.socle.chiffrement import ChampChiffre, empreinte
from imilo.socle.historique import historiser
from imilo.socle.modeles import Modele


class Sexe(models.TextChoices):
    FEMME = "F", "Femme"
    HOMME = "M", "Homme"
    INCONNU = "X", "Non précisé"


class Precision(models.TextChoices):
    """What is known of a date of birth: the rest of the stored date is then 01."""

    JOUR = "jour", "Date complète"
    MOIS = "mois", "Mois et année seulement"
    ANNEE = "annee", "Année seulement"


def prochain_id() -> int:
    """The next identifier, taken before the insertion: a person without any dossier yet can't be read
    back (row-level security), so PostgreSQL can't return it."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT nextval('jeunes_jeune_id_seq')")
        return int(curseur.fetchone()[0])


@historiser("mots")
class Jeune(Modele):
    """Identity. Read only through a dossier of the perimeter, or through the narrow functions of *annuaire*."""

    id = models.BigIntegerField(primary_key=True, default=prochain_id)
    nom_naissance = models.CharField("nom de naissance", max_length=100)
    nom_usage = models.CharField("nom d'usage", max_length=100, blank=True)
    prenom = models.CharField("prénom", max_length=100, blank=True)
    autres_prenoms = models.CharField("autres prénoms", max_length=200, blank=True)
    nom_unique = models.BooleanField("n'a qu'un seul nom", default=False)
    sexe = models.CharField("sexe", max_length=1, choices=Sexe.choices)
    naissance = models.DateField("date de naissance")
    naissance_precision = models.CharField(
        "précision de la date", max_length=5, choices=Precision.choices, default=Precision.JOUR
    )
    naissance_pays = models.ForeignKey(
        "referentiels.Pays", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="pays de naissance"
    )
    naissance_commune = models.ForeignKey(
        "referentiels.Commune",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="commune de naissance",
    )
    naissance_lieu = models.CharField("ville de naissance à l'étranger", max_length=100, blank=True)
    nationalite = models.ForeignKey(
        "referentiels.Pays", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="nationalité"
    )
    nationalite_2 = models.ForeignKey(
        "referentiels.Pays", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="autre nationalité"
    )
    nir = ChampChiffre("numéro de sécurité sociale (NIR)")
    nir_empreinte = models.BinaryField("empreinte du NIR", max_length=32, null=True, editable=False)
    mots = ArrayField(models.CharField(max_length=100), verbose_name="mots du nom, normalisés", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(prenom="") | Q(nom_unique=True),
                name="jeune_prenom_ou_nom_unique",
                violation_error_message="Indiquez le prénom, ou cochez « n'a qu'un seul nom ».",
            ),
            models.CheckConstraint(condition=~Q(nom_naissance=""), name="jeune_nom_naissance"),
        ]
        indexes: ClassVar = [models.Index(fields=["nir_empreinte"], name="jeune_nir_empreinte")]

    def __str__(self) -> str:
        return self.nom_complet

    @property
    def nom_affiche(self) -> str:
        """The used name where there is one, else the birth name."""
        return self.nom_usage or self.nom_naissance

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom_affiche}".strip()

    def preparer(self) -> None:
        """Compute what is derived: search words and the keyed hash of the NIR."""
        self.mots = mots_de_recherche(self.nom_naissance, self.nom_usage, self.prenom, self.autres_prenoms)
        self.nir_empreinte = empreinte(self.nir, "nir")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.preparer()
        super().save(*args, **kwargs)

    def naissance_connue(self) -> date | None:
        """The whole date of birth, when its day is known."""
        return self.naissance if self.naissance_precision == Precision.JOUR else None
