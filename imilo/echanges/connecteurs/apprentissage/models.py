"""What the CFA say of their apprentices, who may write it, and what became of those handed over."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from imilo.echanges.connecteurs.apprentissage.statuts import Contrat, Parcours
from imilo.jeunes.models import Sexe
from imilo.parcours.arrivees.models import Connaissance
from imilo.socle.modeles import Modele

UAI = RegexValidator(r"\A[0-9]{7}[A-Z]\Z", "Un UAI a sept chiffres et une lettre, par exemple 0370001A.")
SIRET = RegexValidator(r"\A[0-9]{14}\Z", "Un SIRET a quatorze chiffres.")


class Organisme(Modele):
    """A CFA, or one of its places: known by its UAI and SIRET together. `responsable` answers for what it writes."""

    uai = models.CharField("UAI", max_length=8, validators=[UAI])
    siret = models.CharField("SIRET", max_length=14, validators=[SIRET])
    nom = models.CharField("nom", max_length=200, blank=True)
    responsable = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="formateurs")
    partenaire = models.BooleanField(
        "travaille avec la mission locale",
        default=False,
        help_text="Les ruptures sont transmises après 45 jours, pendant lesquels le CFA accompagne lui-même.",
    )

    class Meta:
        ordering = ("uai", "siret")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["uai", "siret"],
                name="organisme_unique",
                violation_error_message="Cet établissement est déjà enregistré.",
            ),
            models.CheckConstraint(
                condition=~Q(responsable=F("pk")),
                name="organisme_responsable_autre",
                violation_error_message="Un établissement répond déjà de lui-même.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom or f"{self.uai} ({self.siret})"


class CleOrganisme(models.Model):
    """Which establishment a key of the family *dossiers-apprenants* is of."""

    cle = models.OneToOneField("acteurs.CleApi", models.CASCADE, primary_key=True, related_name="+")
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="cles")


class Debit(models.Model):
    """How many calls an establishment made in the current minute."""

    organisme = models.OneToOneField(Organisme, models.CASCADE, primary_key=True, related_name="+")
    minute = models.DateTimeField("minute")
    nombre = models.PositiveIntegerField("appels")


class DossierApprenant(Modele):
    """One apprentice of one establishment for one school year, as its software last told.

    `contrats` is a list of {debut, fin, rupture, cause, siret_employeur} (ISO days, absent keys unknown); `autres`
    holds the contract's other fields as they came. The NIR is never kept: only whether it was given.
    """

    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="+", verbose_name="établissement formateur")
    annee_scolaire = models.CharField("année scolaire", max_length=9)
    id_erp_apprenant = models.CharField("numéro dans le logiciel du CFA", max_length=100)
    responsable = models.ForeignKey(Organisme, models.PROTECT, related_name="+", verbose_name="responsable")
    nom = models.CharField("nom", max_length=100)
    prenom = models.CharField("prénom", max_length=100)
    naissance = models.DateField("date de naissance")
    sexe = models.CharField("sexe", max_length=1, choices=Sexe.choices, default=Sexe.INCONNU)
    ine = models.CharField("INE", max_length=11, blank=True)
    nir_donne = models.BooleanField("NIR donné", default=False)
    courriel = models.EmailField("courriel", max_length=200, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriels_responsables = models.JSONField("courriels des représentants", default=list, blank=True)
    adresse = models.CharField("adresse", max_length=200, blank=True)
    code_postal = models.CharField("code postal", max_length=5, blank=True)
    commune = models.ForeignKey("referentiels.Commune", models.PROTECT, null=True, blank=True, related_name="+")
    commune_naissance = models.ForeignKey(
        "referentiels.Commune", models.PROTECT, null=True, blank=True, related_name="+"
    )
    rqth = models.BooleanField("RQTH", default=False)
    conjoint = models.BooleanField("accompagnement conjoint demandé", default=False)
    rappel = models.BooleanField("rappel demandé", default=False)
    formation = models.CharField("formation", max_length=255, blank=True)
    date_entree = models.DateField("entrée en formation")
    date_fin = models.DateField("fin de la formation")
    date_exclusion = models.DateField("exclusion", null=True, blank=True)
    contrats = models.JSONField("contrats", default=list)
    autres = models.JSONField("autres champs du contrat d'échange", default=dict)
    territoire = models.ForeignKey(
        "acteurs.Structure", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="mission locale"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisme", "annee_scolaire", "id_erp_apprenant"], name="dossier_apprenant_unique"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["date_fin"], name="dossier_apprenant_fin")]

    @property
    def parcours(self) -> Parcours:
        """What the rules of status look at."""

        def jour(contrat: dict[str, str], nom: str) -> object:
            return models.DateField().to_python(contrat[nom]) if contrat.get(nom) else None

        contrats = tuple(Contrat(jour(c, "debut"), jour(c, "fin"), jour(c, "rupture")) for c in self.contrats)  # type: ignore[arg-type]  # ISO days of our own writing
        return Parcours(self.date_entree, self.date_fin, contrats, self.date_exclusion)


class Transmission(Modele):
    """An apprentice handed over to a structure: the arrival in its list."""

    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+")
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="+")
    dossier_apprenant = models.ForeignKey(DossierApprenant, models.CASCADE, related_name="transmissions")
    arrivee = models.ForeignKey("arrivees.Arrivee", models.CASCADE, related_name="+")
    rupture = models.DateField("rupture le")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier_apprenant", "structure"], name="transmission_unique"),
        ]


class Situation(models.TextChoices):
    """The outcomes that go back to the CFA, in the dashboard's words."""

    RDV_PRIS = "RDV_PRIS", "Rendez-vous pris"
    NOUVEAU_PROJET = "NOUVEAU_PROJET", "Nouveau projet"
    DEJA_ACCOMPAGNE = "DEJA_ACCOMPAGNE", "Déjà accompagné"
    CONTACTE_SANS_RETOUR = "CONTACTE_SANS_RETOUR", "Contacté, sans retour"
    COORDONNEES_INCORRECT = "COORDONNEES_INCORRECT", "Coordonnées fausses"
    INJOIGNABLE_APRES_RELANCES = "INJOIGNABLE_APRES_RELANCES", "Injoignable après plusieurs relances"
    NOUVEAU_CONTRAT = "NOUVEAU_CONTRAT", "Nouveau contrat"
    NE_SOUHAITE_PAS_ETRE_RECONTACTE = "NE_SOUHAITE_PAS_ETRE_RECONTACTE", "Ne souhaite pas être recontacté"
    AUTRE = "AUTRE", "Autre"
    CHERCHE_CONTRAT = "CHERCHE_CONTRAT", "Cherche un contrat"
    REORIENTATION = "REORIENTATION", "Réorientation"
    NE_VEUT_PAS_ACCOMPAGNEMENT = "NE_VEUT_PAS_ACCOMPAGNEMENT", "Ne veut pas d'accompagnement"


class Suite(models.Model):
    """One outcome for the CFA. Identifiers of one establishment grow in the order of commits: they are its cursor."""

    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+")
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="+")
    transmission = models.ForeignKey(Transmission, models.CASCADE, related_name="suites")
    situation = models.CharField("situation", max_length=40, choices=Situation.choices)
    connaissance = models.CharField("connaissance préalable", max_length=30, choices=Connaissance.choices, blank=True)
    le = models.DateTimeField("le")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisme", "id"], name="suite_organisme")]
