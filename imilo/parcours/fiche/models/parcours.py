"""Schooling, languages, digital ease, mobility, experience, skills, jobs aimed at."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from imilo.parcours.dossiers.models.suivi import ROME
from imilo.parcours.fiche.models.base import Donnee, dates_en_ordre
from imilo.socle.chiffrement import ChampChiffre, empreinte
from imilo.socle.historique import historiser

UAI = RegexValidator(r"\A[0-9]{7}[A-Z]\Z", "Un code d'établissement (UAI) a sept chiffres et une lettre.")


@historiser("ine_empreinte")
class Scolarite(Donnee):
    """The last school, and the pupil number that lists of leavers bear."""

    classe = models.CharField("dernière classe", max_length=100, blank=True)
    etablissement = models.CharField("dernier établissement", max_length=200, blank=True)
    uai = models.CharField("code de l'établissement (UAI)", max_length=8, blank=True, validators=[UAI])
    academie = models.CharField("dernière académie", max_length=40, blank=True)
    sortie_le = models.DateField("sortie de l'école le", null=True, blank=True)
    ine = ChampChiffre("numéro d'élève (INE)")
    ine_empreinte = models.BinaryField("empreinte de l'INE", max_length=32, null=True, editable=False)

    class Meta(Donnee.Meta):
        indexes: ClassVar = [
            models.Index(fields=["ine_empreinte"], name="scolarite_ine"),
        ]

    def __str__(self) -> str:
        return self.classe or self.etablissement or "Scolarité"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.ine_empreinte = empreinte(self.ine, "ine")
        super().save(*args, **kwargs)


class EtatDiplome(models.TextChoices):
    OBTENU = "obtenu", "Obtenu"
    PARTIEL = "partiel", "Obtenu en partie (blocs, épreuves)"
    NON = "non_obtenu", "Préparé, non obtenu"
    EN_COURS = "en_cours", "En cours"
    ETRANGER = "etranger", "Obtenu à l'étranger, sans équivalence"


@historiser()
class Diplome(Donnee):
    """A diploma or a title, obtained or prepared. `niveau` is a code of the list of levels."""

    intitule = models.CharField("diplôme ou titre", max_length=200)
    niveau = models.CharField("niveau", max_length=10, blank=True)
    etat = models.CharField("état", max_length=12, choices=EtatDiplome.choices, default=EtatDiplome.OBTENU)
    le = models.DateField("obtenu ou quitté le", null=True, blank=True)
    etablissement = models.CharField("établissement", max_length=200, blank=True)

    class Meta(Donnee.Meta):
        ordering = ("-le", "-id")

    def __str__(self) -> str:
        return self.intitule


class NiveauLangue(models.TextChoices):
    """The common European framework; what is under A1 has its own words in literacy."""

    MATERNELLE = "maternelle", "Langue maternelle"
    C = "C", "C1 ou C2 : aisance"
    B2 = "B2", "B2 : indépendant"
    B1 = "B1", "B1 : se débrouille"
    A2 = "A2", "A2 : échanges simples"
    A1 = "A1", "A1 : débute"
    INFRA = "infra_A1", "Oral seulement, ne lit pas ou n'écrit pas"


@historiser()
class Langue(Donnee):
    """A language and how well. `langue` is an ISO 639 code."""

    langue = models.CharField("langue", max_length=3)
    niveau = models.CharField("niveau", max_length=12, choices=NiveauLangue.choices)
    attestation = models.CharField("attestation", max_length=100, blank=True)

    class Meta(Donnee.Meta):
        ordering = ("id",)

    def __str__(self) -> str:
        return self.langue


class Aisance(models.TextChoices):
    AUTONOME = "autonome", "Autonome dans ses démarches en ligne"
    AIDE = "aide", "A besoin d'aide pour les démarches"
    MESSAGERIE = "messagerie", "Messagerie et réseaux seulement"
    AUCUNE = "aucune", "N'utilise pas le numérique"


class Equipement(models.TextChoices):
    TELEPHONE = "telephone", "Téléphone connecté"
    ORDINATEUR = "ordinateur", "Ordinateur ou tablette"
    INTERNET = "internet", "Internet à domicile"
    COURRIEL = "courriel", "Une boîte qu'elle consulte"


@historiser()
class Numerique(Donnee):
    aisance = models.CharField("aisance", max_length=12, choices=Aisance.choices)
    equipement = ArrayField(
        models.CharField(max_length=12, choices=Equipement.choices), verbose_name="dispose de", default=list, blank=True
    )

    def __str__(self) -> str:
        return self.get_aisance_display()


class Categorie(models.TextChoices):
    AM = "AM", "AM (ancien BSR)"
    A1 = "A1", "A1"
    A2 = "A2", "A2"
    A = "A", "A"
    B1 = "B1", "B1"
    B = "B", "B"
    BE = "BE", "BE"
    C = "C", "C, C1, CE"
    D = "D", "D, D1, DE"
    CACES = "CACES", "CACES"


class EtatPermis(models.TextChoices):
    OBTENU = "obtenu", "Obtenu"
    CODE = "code", "Code obtenu, conduite en cours"
    INSCRIT = "inscrit", "Inscrit à l'auto-école"
    SUSPENDU = "suspendu", "Suspendu ou annulé"


@historiser()
class Permis(Donnee):
    """A driving licence, or a certificate to drive machines."""

    categorie = models.CharField("catégorie", max_length=5, choices=Categorie.choices)
    etat = models.CharField("état", max_length=10, choices=EtatPermis.choices, default=EtatPermis.OBTENU)
    le = models.DateField("depuis le", null=True, blank=True)
    expire_le = models.DateField("valable jusqu'au", null=True, blank=True)

    class Meta(Donnee.Meta):
        verbose_name = "permis"
        ordering = ("categorie", "id")
        constraints: ClassVar = [
            *Donnee.Meta.constraints,
            dates_en_ordre("permis_dates", "le", "expire_le", "La fin de validité précède le début."),
        ]

    def __str__(self) -> str:
        return self.categorie if self.categorie == Categorie.CACES else f"Permis {self.categorie}"


class Moyen(models.TextChoices):
    VOITURE = "voiture", "Voiture"
    DEUX_ROUES = "deux_roues", "Deux-roues à moteur"
    VELO = "velo", "Vélo, trottinette"
    TRANSPORTS = "transports", "Transports en commun"
    COVOITURAGE = "covoiturage", "Covoiturage, entourage"
    A_PIED = "a_pied", "À pied seulement"


@historiser()
class Mobilite(Donnee):
    """How the person moves, and how far they can go to work."""

    moyens = ArrayField(models.CharField(max_length=12, choices=Moyen.choices), verbose_name="moyens de transport")
    rayon_km = models.PositiveSmallIntegerField(
        "peut aller jusqu'à (km)", null=True, blank=True, validators=[MaxValueValidator(1000)]
    )
    precision = models.CharField("précision", max_length=200, blank=True)

    def __str__(self) -> str:
        noms = dict(Moyen.choices)
        return ", ".join(noms.get(m, m) for m in self.moyens)


class TypeExperience(models.TextChoices):
    CDI = "cdi", "CDI"
    CDD = "cdd", "CDD"
    INTERIM = "interim", "Intérim"
    SAISON = "saison", "Saisonnier"
    ALTERNANCE = "alternance", "Apprentissage ou professionnalisation"
    STAGE = "stage", "Stage, immersion"
    VOLONTARIAT = "volontariat", "Service civique, bénévolat"
    INDEPENDANT = "independant", "À son compte"
    AUTRE = "autre", "Autre"


@historiser()
class Experience(Donnee):
    """A job, a placement or a commitment, from a day to a day."""

    intitule = models.CharField("poste", max_length=200)
    employeur = models.CharField("employeur", max_length=200, blank=True)
    type = models.CharField("type", max_length=12, choices=TypeExperience.choices, blank=True)
    rome = models.CharField("métier (ROME)", max_length=5, blank=True, validators=[ROME])
    debut = models.DateField("du")
    fin = models.DateField("au", null=True, blank=True)

    class Meta(Donnee.Meta):
        ordering = ("-debut", "-id")
        constraints: ClassVar = [
            *Donnee.Meta.constraints,
            dates_en_ordre("experience_dates", "debut", "fin", "La fin précède le début."),
        ]

    def __str__(self) -> str:
        return self.intitule


class NiveauCompetence(models.TextChoices):
    MAITRISE = "maitrise", "Maîtrisée"
    PRATIQUE = "pratique", "Pratiquée"
    A_DEVELOPPER = "a_developper", "À développer"


@historiser()
class Competence(Donnee):
    """What the person can do, in their words."""

    libelle = models.CharField("compétence", max_length=200)
    niveau = models.CharField("niveau", max_length=15, choices=NiveauCompetence.choices, blank=True)
    rome = models.CharField("métier (ROME)", max_length=5, blank=True, validators=[ROME])

    class Meta(Donnee.Meta):
        ordering = ("id",)

    def __str__(self) -> str:
        return self.libelle


@historiser()
class MetierVise(Donnee):
    """A job aimed at, by order of preference."""

    rome = models.CharField("métier (ROME)", max_length=5, validators=[ROME])
    rang = models.PositiveSmallIntegerField("ordre de préférence", default=1, validators=[MaxValueValidator(20)])
    precision = models.CharField("précision", max_length=200, blank=True)

    class Meta(Donnee.Meta):
        ordering = ("rang", "id")
        constraints: ClassVar = [
            *Donnee.Meta.constraints,
            models.CheckConstraint(
                condition=Q(rang__range=(1, 20)),
                name="metier_vise_rang",
                violation_error_message="L'ordre de préférence va de 1 à 20.",
            ),
        ]

    def __str__(self) -> str:
        return self.rome
