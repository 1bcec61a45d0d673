"""Household, housing, resources, bank account."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from imilo.parcours.fiche.models.base import Donnee, dates_en_ordre
from imilo.socle.chiffrement import ChampChiffre, empreinte
from imilo.socle.historique import historiser


class SituationFamiliale(models.TextChoices):
    CELIBATAIRE = "celibataire", "Célibataire"
    COUPLE = "couple", "En couple (union libre)"
    PACS = "pacs", "Pacsé(e)"
    MARIE = "marie", "Marié(e)"
    SEPARE = "separe", "Séparé(e), divorcé(e)"
    VEUF = "veuf", "Veuf, veuve"


class VitAvec(models.TextChoices):
    PARENTS = "parents", "Ses deux parents"
    UN_PARENT = "un_parent", "Un de ses parents"
    FAMILLE = "famille", "Un autre membre de sa famille"
    SEUL = "seul", "Personne : vit seul(e)"
    CONJOINT = "conjoint", "Son conjoint"
    AMIS = "amis", "Des amis, en colocation"
    COLLECTIF = "collectif", "En foyer, en collectif"


@historiser()
class Foyer(Donnee):
    """The household: who the person lives with."""

    situation = models.CharField("situation familiale", max_length=12, choices=SituationFamiliale.choices)
    vit_avec = models.CharField("vit avec", max_length=12, choices=VitAvec.choices, blank=True)
    personnes = models.PositiveSmallIntegerField(
        "personnes au foyer, elle comprise",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
    )
    quotient = models.PositiveIntegerField(
        "quotient familial (CAF, MSA)", null=True, blank=True, validators=[MaxValueValidator(99_999)]
    )

    def __str__(self) -> str:
        return self.get_situation_display()


class Garde(models.TextChoices):
    SOLUTION = "solution", "A une solution de garde"
    RECHERCHE = "recherche", "Cherche une solution de garde"
    SANS_BESOIN = "sans_besoin", "N'en a pas besoin"


class Residence(models.TextChoices):
    TOUJOURS = "toujours", "Vit avec la personne"
    ALTERNEE = "alternee", "En résidence alternée"
    AILLEURS = "ailleurs", "Vit ailleurs"
    A_NAITRE = "a_naitre", "À naître"


@historiser()
class Enfant(Donnee):
    """A child in charge. Its birth date is enough: no name is asked."""

    naissance = models.DateField("né(e) le, ou attendu(e) le")
    residence = models.CharField("résidence", max_length=10, choices=Residence.choices, default=Residence.TOUJOURS)
    garde = models.CharField("garde", max_length=12, choices=Garde.choices, blank=True)

    class Meta(Donnee.Meta):
        ordering = ("naissance", "id")

    def __str__(self) -> str:
        return f"Enfant né le {self.naissance:%d/%m/%Y}"


class TypeLogement(models.TextChoices):
    PROPRE = "propre", "Logement à son nom"
    PARENTS = "parents", "Chez ses parents"
    FAMILLE = "famille", "Chez un autre membre de sa famille"
    TIERS = "tiers", "Hébergé(e) par des amis, un tiers"
    FJT = "fjt", "Foyer ou résidence pour jeunes"
    ASE = "ase", "Foyer ou famille d'accueil (ASE, PJJ)"
    CHRS = "hebergement", "Hébergement d'urgence ou d'insertion"
    HOTEL = "hotel", "Hôtel"
    ITINERANT = "itinerant", "Résidence mobile (gens du voyage)"
    DETENTION = "detention", "Établissement pénitentiaire"
    RUE = "rue", "Sans abri, squat, véhicule"


@historiser()
class Logement(Donnee):
    """Where the person lives, and at whose place."""

    type = models.CharField("logement", max_length=12, choices=TypeLogement.choices)
    hebergeur = models.CharField("hébergé(e) par", max_length=200, blank=True)
    depuis = models.DateField("depuis le", null=True, blank=True)
    jusqu_au = models.DateField("jusqu'au", null=True, blank=True)
    demande = models.CharField("demande de logement en cours", max_length=200, blank=True)

    class Meta(Donnee.Meta):
        constraints: ClassVar = [
            *Donnee.Meta.constraints,
            dates_en_ordre("logement_dates", "depuis", "jusqu_au", "La fin précède le début."),
        ]

    def __str__(self) -> str:
        return self.get_type_display()


class NatureRessource(models.TextChoices):
    RSA = "rsa", "RSA"
    RSA_MAJORE = "rsa_majore", "RSA majoré"
    RSA_AYANT_DROIT = "rsa_ayant_droit", "RSA : compte dans le foyer d'un allocataire"
    PRIME_ACTIVITE = "prime_activite", "Prime d'activité"
    AAH = "aah", "AAH"
    ASS = "ass", "ASS"
    ATA = "ata", "ATA"
    ADA = "ada", "Allocation pour demandeur d'asile"
    ARE = "are", "Allocation chômage (ARE)"
    AIDE_LOGEMENT = "aide_logement", "Aide au logement"
    FAMILIALES = "familiales", "Prestations familiales"
    BOURSE = "bourse", "Bourse"
    SALAIRE = "salaire", "Salaire"
    FORMATION = "formation", "Rémunération de formation"
    PENSION = "pension", "Pension alimentaire ou aide de la famille"
    AIDE_DEPARTEMENT = "aide_departement", "Aide du département, FAJ"
    AUCUNE = "aucune", "Aucune ressource"


@historiser()
class Ressource(Donnee):
    """A resource or a benefit, from a day to a day. `montant` is in euros a month, as declared: no right is computed
    from it."""

    nature = models.CharField("ressource ou prestation", max_length=20, choices=NatureRessource.choices)
    montant = models.DecimalField(
        "montant par mois (€)",
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    numero_allocataire = ChampChiffre("numéro d'allocataire")
    organisme = models.CharField("versée par", max_length=100, blank=True)
    debut = models.DateField("depuis le", null=True, blank=True)
    fin = models.DateField("jusqu'au", null=True, blank=True)

    class Meta(Donnee.Meta):
        ordering = ("nature", "-id")
        constraints: ClassVar = [
            *Donnee.Meta.constraints,
            dates_en_ordre("ressource_dates", "debut", "fin", "La fin précède le début."),
            models.CheckConstraint(
                condition=Q(montant__isnull=True) | Q(montant__gte=0),
                name="ressource_montant",
                violation_error_message="Un montant n'est pas négatif.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_nature_display()

    def en_cours(self, *, le: date) -> bool:
        return (self.debut is None or self.debut <= le) and (self.fin is None or le <= self.fin)


class Titulaire(models.TextChoices):
    PERSONNE = "personne", "La personne elle-même"
    JOINT = "joint", "Compte joint dont elle est titulaire"
    REPRESENTANT = "representant", "Son représentant légal"


@historiser("iban_empreinte")
class CompteBancaire(Donnee):
    """Where allowances are paid. The IBAN is encrypted, found by keyed hash, read by those who pay."""

    iban = ChampChiffre("IBAN")
    iban_empreinte = models.BinaryField("empreinte de l'IBAN", max_length=32, null=True, editable=False)
    titulaire = models.CharField("titulaire", max_length=15, choices=Titulaire.choices, default=Titulaire.PERSONNE)
    titulaire_nom = models.CharField("nom écrit sur le RIB", max_length=200)
    rib_vu_le = models.DateField("RIB vu le", null=True, blank=True)

    class Meta(Donnee.Meta):
        verbose_name = "compte bancaire"
        constraints: ClassVar = [
            *Donnee.Meta.constraints,
            models.CheckConstraint(
                condition=Q(iban__isnull=False, iban_empreinte__isnull=False),
                name="compte_bancaire_iban",
                violation_error_message="Recopiez l'IBAN du RIB.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["iban_empreinte"], name="compte_bancaire_empreinte"),
        ]

    def __str__(self) -> str:
        return f"Compte de {self.titulaire_nom}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.iban_empreinte = empreinte(self.iban, "iban")
        super().save(*args, **kwargs)
