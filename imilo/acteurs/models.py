"""Structures, their agents, who is assigned where, and who may sign for the State."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from imilo.acteurs.profils import Profil
from imilo.socle.chiffrement import ChampChiffre
from imilo.socle.modeles import Jours, Modele

CODE_STRUCTURE = RegexValidator(r"\A[0-9A-Z]{8}\Z", "Le code d'une structure a huit caractères, par exemple 65440S00.")


def valider_fuseau(nom: str) -> None:
    if nom not in available_timezones():
        raise ValidationError("Fuseau horaire inconnu : attendu un nom comme Europe/Paris ou Indian/Reunion.")


class Structure(Modele):
    """A mission locale: association or GIP of L. 5314-1."""

    code = models.CharField("code", max_length=8, unique=True, validators=[CODE_STRUCTURE])
    nom_officiel = models.CharField("nom officiel", max_length=200)
    nom_usuel = models.CharField("nom usuel", max_length=200, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    code_departement = models.CharField("département", max_length=3, blank=True)
    nom_departement = models.CharField("nom du département", max_length=100, blank=True)
    code_region = models.CharField("région", max_length=3, blank=True)
    nom_region = models.CharField("nom de la région", max_length=100, blank=True)
    fuseau = models.CharField("fuseau horaire", max_length=40, default="Europe/Paris", validators=[valider_fuseau])
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    active = models.BooleanField("active", default=True)
    communes = models.ManyToManyField(
        "referentiels.Commune", verbose_name="communes du secteur", through="Secteur", related_name="structures"
    )

    class Meta:
        ordering = ("code",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["siret"],
                condition=~Q(siret=""),
                name="structure_siret_unique",
                violation_error_message="Une autre structure porte déjà ce SIRET.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def nom(self) -> str:
        return self.nom_usuel or self.nom_officiel

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.fuseau)


class Site(Modele):
    """A place of reception of a structure."""

    structure = models.ForeignKey(Structure, models.CASCADE, related_name="sites")
    nom = models.CharField("nom", max_length=200)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    adresse = models.CharField("adresse", max_length=300, blank=True)
    commune = models.ForeignKey("referentiels.Commune", models.PROTECT, null=True, blank=True, related_name="+")
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    siege = models.BooleanField("siège", default=False)

    class Meta:
        ordering = ("structure", "-siege", "nom")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["structure", "nom"], name="site_nom_unique"),
            models.UniqueConstraint(fields=["structure"], condition=Q(siege=True), name="site_siege_unique"),
        ]

    def __str__(self) -> str:
        return self.nom


class Secteur(models.Model):
    """A commune that a structure serves."""

    structure = models.ForeignKey(Structure, models.CASCADE)
    commune = models.ForeignKey("referentiels.Commune", models.PROTECT)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["structure", "commune"], name="secteur_unique")]


class AgentManager(BaseUserManager["Agent"]):
    pass


class Agent(AbstractBaseUser):
    """A professional. No password: ProConnect says who it is, recognised by `sub`."""

    password = None  # type: ignore[assignment]  # the column of AbstractBaseUser, removed
    sub = models.CharField("identifiant ProConnect", max_length=255, unique=True, null=True, blank=True)
    courriel = models.EmailField("courriel professionnel", unique=True)
    nom = models.CharField("nom", max_length=100)
    prenom = models.CharField("prénom", max_length=100, blank=True)
    siret = models.CharField("SIRET de l'employeur", max_length=14, blank=True)
    is_active = models.BooleanField("actif", default=True)
    totp_secret = ChampChiffre("secret du second facteur")
    totp_dernier_pas = models.BigIntegerField("dernier code accepté", null=True, blank=True)
    totp_echecs = models.PositiveSmallIntegerField("codes refusés à la suite", default=0)
    totp_bloque_jusqu_a = models.DateTimeField("second facteur bloqué jusqu'à", null=True, blank=True)

    USERNAME_FIELD = "courriel"
    objects: ClassVar[AgentManager] = AgentManager()

    class Meta:
        ordering = ("nom", "prenom")

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}".strip()

    def get_session_auth_hash(self) -> str:
        """What makes every session of the agent fall when it changes: the identity at ProConnect."""
        from django.utils.crypto import salted_hmac

        return salted_hmac("imilo.session", f"{self.pk}:{self.sub}:{self.is_active}", algorithm="sha256").hexdigest()

    def set_password(self, raw_password: str | None) -> None:
        raise NotImplementedError("Les agents se connectent par ProConnect.")


class AffectationQuerySet(models.QuerySet["Affectation"]):
    def en_cours(self, *, le: date) -> AffectationQuerySet:
        return self.filter(Q(au__isnull=True) | Q(au__gte=le), du__lte=le)


class Affectation(Modele):
    """An agent's place in a structure, with the profile that says what they may do there."""

    agent = models.ForeignKey(Agent, models.PROTECT, related_name="affectations")
    structure = models.ForeignKey(Structure, models.PROTECT, related_name="affectations")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    profil = models.CharField("profil", max_length=20, choices=Profil.choices)
    principale = models.BooleanField("principale", default=True)
    representant_legal = models.BooleanField("représentant légal de la structure", default=False)
    du = models.DateField("du")
    au = models.DateField("au", null=True, blank=True)

    objects: ClassVar[AffectationQuerySet] = AffectationQuerySet.as_manager()  # type: ignore[assignment]  # as_manager() is typed as a plain Manager

    class Meta:
        ordering = ("-principale", "structure", "profil")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(au__isnull=True) | Q(au__gte=F("du")),
                name="affectation_fin_apres_debut",
                violation_error_message="La fin de l'affectation précède son début.",
            ),
            ExclusionConstraint(
                name="affectation_une_principale",
                expressions=[
                    (F("agent"), RangeOperators.EQUAL),
                    (Jours("du", "au", models.Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(principale=True),
                violation_error_message="Cet agent a déjà une affectation principale à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_profil_display()}, {self.structure}"


class Portee(models.TextChoices):
    CONTRATS = "contrats", "Contrats d'engagement jeune"
    ALLOCATIONS = "allocations", "Allocations"
    SANCTIONS = "sanctions", "Sanctions"


class Delegation(Modele):
    """A dated delegation of signature, by the legal representative, to a profile or to one agent.

    Contracts, allowances and sanctions are decided by the legal representative of the mission locale (R. 5131-15,
    R. 5131-25, R. 5412-4): nobody else signs without one.
    """

    structure = models.ForeignKey(Structure, models.PROTECT, related_name="delegations")
    delegant = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="delegations")
    profil = models.CharField("profil", max_length=20, choices=Profil.choices, blank=True)
    portee = models.CharField("portée", max_length=20, choices=Portee.choices)
    du = models.DateField("du")
    au = models.DateField("au", null=True, blank=True)

    class Meta:
        ordering = ("structure", "portee", "du")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(agent__isnull=False) | ~Q(profil=""),
                name="delegation_a_quelqu_un",
                violation_error_message="Une délégation désigne un agent ou un profil.",
            ),
            models.CheckConstraint(
                condition=Q(au__isnull=True) | Q(au__gte=F("du")),
                name="delegation_fin_apres_debut",
                violation_error_message="La fin de la délégation précède son début.",
            ),
        ]


class FamilleApi(models.TextChoices):
    """The families of the operator contract, and the one that the CFA write with: one key each."""

    DOSSIER = "dossier", "Dossier"
    CREER_JEUNE = "creer-jeune", "Création du compte d'un jeune"
    EVENTS = "events", "Événements"
    DETAIL_RENDEZ_VOUS = "detail-rendez-vous", "Détail d'un rendez-vous"
    SESSIONS_LISTE_CONSEILLER = "sessions-liste-conseiller", "Sessions d'une structure"
    SESSIONS_JEUNE = "sessions-detail-et-liste-jeune", "Sessions d'un jeune"
    SESSION_CONSEILLER = "session-detail-conseiller", "Détail d'une session"
    INSTANCE_ECRITURE = "instance-session-ecriture-conseiller", "Inscription à une session"
    UTILISATEURS = "utilisateurs", "Utilisateurs"
    ENVOI_EMAIL = "envoi-email", "Envoi de courriel"
    QUALIFICATION_ACTION = "qualification-action", "Qualification d'une action"
    DOSSIERS_APPRENANTS = "dossiers-apprenants", "Dossiers d'apprenants d'un CFA"


class CleApi(Modele):
    """A key given to another system, for one family and one perimeter. Only its keyed hash is kept."""

    famille = models.CharField("famille", max_length=40, choices=FamilleApi.choices)
    nom = models.CharField("système qui l'utilise", max_length=100)
    prefixe = models.CharField("début de la clé", max_length=12, unique=True)
    empreinte = models.BinaryField("empreinte", max_length=32)
    structure = models.ForeignKey(
        Structure,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Vide : toutes les structures (systèmes de l'État).",
    )
    creee_par = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")
    expire_le = models.DateField("expire le", null=True, blank=True)
    revoquee_le = models.DateTimeField("révoquée le", null=True, blank=True)
    derniere_utilisation = models.DateTimeField("dernière utilisation", null=True, blank=True)

    class Meta:
        ordering = ("famille", "nom", "-cree_le")

    def __str__(self) -> str:
        return f"{self.get_famille_display()}, {self.nom}"
