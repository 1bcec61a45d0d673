"""What the young person asks, what was filed, noted and tagged, and who of their household is followed too."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.historique import historiser
from imilo.socle.modeles import Modele


class EtatDemande(models.TextChoices):
    OUVERTE = "ouverte", "À traiter"
    EN_COURS = "en_cours", "En cours"
    CLOSE = "close", "Terminée"


class IssueDemande(models.TextChoices):
    SATISFAITE = "satisfaite", "Satisfaite"
    EN_PARTIE = "en_partie", "Satisfaite en partie"
    ORIENTEE = "orientee", "Orientée vers un partenaire"
    NON_SATISFAITE = "non_satisfaite", "Non satisfaite"
    ABANDONNEE = "abandonnee", "Abandonnée par la personne"


@historiser()
class Demande(LieAuDossier):
    """What the young person needs or asks for, under a theme of the list `theme_demande`. Free text: it goes to no
    partner."""

    theme = models.CharField("thème", max_length=40)
    texte = models.TextField("demande", max_length=1000)
    le = models.DateField("exprimée le")
    etat = models.CharField("état", max_length=10, choices=EtatDemande.choices, default=EtatDemande.OUVERTE)
    issue = models.CharField("issue", max_length=15, choices=IssueDemande.choices, blank=True)
    close_le = models.DateField("terminée le", null=True, blank=True)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ("-le", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(etat=EtatDemande.CLOSE) & ~Q(issue="") & Q(close_le__gte=F("le")))
                | (~Q(etat=EtatDemande.CLOSE) & Q(issue="") & Q(close_le__isnull=True)),
                name="demande_close_avec_issue",
                violation_error_message="Une demande terminée a une issue, et une date qui ne précède pas la demande.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["dossier", "-le"], name="demande_dossier_le")]

    def __str__(self) -> str:
        return f"Demande du {self.le:%d/%m/%Y}"


class Reponse(LieAuDossier):
    """A proposition made in answer to a demand."""

    demande = models.ForeignKey(Demande, models.CASCADE, related_name="reponses")
    proposition = models.ForeignKey("dossiers.Proposition", models.CASCADE, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["demande", "proposition"],
                name="reponse_unique",
                violation_error_message="Cette proposition répond déjà à cette demande.",
            ),
        ]


class TypeJustificatif(models.TextChoices):
    IDENTITE = "identite", "Pièce d'identité"
    SEJOUR = "sejour", "Titre de séjour"
    SECU = "securite_sociale", "Carte Vitale, attestation de droits"
    DOMICILE = "domicile", "Justificatif de domicile, d'hébergement"
    RIB = "rib", "RIB"
    IMPOTS = "impots", "Avis d'imposition"
    RESSOURCES = "ressources", "Ressources (CAF, bulletin de salaire…)"
    DIPLOME = "diplome", "Diplôme, attestation de formation"
    CV = "cv", "CV, lettre"
    PERMIS = "permis", "Permis de conduire"
    RQTH = "rqth", "Notification de la MDPH (RQTH, AAH)"
    REPRESENTANT = "autorisation", "Autorisation du représentant légal, jugement"
    CONTRAT = "contrat_travail", "Contrat de travail, convention"
    AUTRE = "autre", "Autre"


# Read by those who accompany or pay: what they tell of health, money and family isn't the reception's.
JUSTIFICATIFS_RESERVES = frozenset(
    {
        TypeJustificatif.RIB,
        TypeJustificatif.IMPOTS,
        TypeJustificatif.RESSOURCES,
        TypeJustificatif.RQTH,
        TypeJustificatif.REPRESENTANT,
    }
)


@historiser()
class Justificatif(LieAuDossier):
    """What a filed document is, and until when it holds. The bytes are those of `dossiers.Document`."""

    document = models.OneToOneField("dossiers.Document", models.CASCADE, related_name="+")
    type = models.CharField("type de document", max_length=20, choices=TypeJustificatif.choices)
    emis_le = models.DateField("établi le", null=True, blank=True)
    expire_le = models.DateField("valable jusqu'au", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ("type", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expire_le__isnull=True) | Q(emis_le__isnull=True) | Q(expire_le__gte=F("emis_le")),
                name="justificatif_dates",
                violation_error_message="La fin de validité précède la date du document.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["structure", "expire_le"], name="justificatif_expire", condition=Q(expire_le__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.get_type_display()


class Portee(models.TextChoices):
    VISIBLE = "visible", "Lue aussi à l'accueil et aux allocations"  # by who opens the dossier without accompanying
    RESTREINTE = "restreinte", "Réservée à l'équipe qui accompagne"


@historiser()
class Note(LieAuDossier):
    """A note on the dossier. `visible` ones are read by the whole structure; nothing shows any to the young person by
    itself, and free text goes to no partner."""

    texte = models.TextField("note", max_length=2000)
    portee = models.CharField("qui la lit", max_length=10, choices=Portee.choices, default=Portee.RESTREINTE)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ("-cree_le", "-id")

    def __str__(self) -> str:
        return f"Note du {self.cree_le:%d/%m/%Y}"


@historiser()
class Etiquette(Modele):
    """A tag of one structure's own list. Closed, it isn't offered any more and stays readable."""

    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+", editable=False)
    nom = models.CharField("étiquette", max_length=40)
    active = models.BooleanField("proposée", default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "étiquette"
        ordering = ("nom", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["structure", "nom"],
                name="etiquette_unique",
                violation_error_message="Votre structure a déjà une étiquette de ce nom.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom


@historiser()
class EtiquettePosee(LieAuDossier):
    """A tag on a dossier. Twice the same after a merge only; it is shown once."""

    etiquette = models.ForeignKey(Etiquette, models.PROTECT, related_name="posees")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)


class NatureLien(models.TextChoices):
    FRATRIE = "fratrie", "Frère ou sœur"
    COUPLE = "couple", "Conjoint"
    PARENT = "parent", "Parent"
    ENFANT = "enfant", "Enfant"
    FOYER = "foyer", "Vit au même foyer"


@historiser()
class LienDeFoyer(LieAuDossier):
    """One side of a household link: what the other dossier of `paire` is to this one. Two rows share a `paire`, so
    that each follows its own dossier when dossiers are merged."""

    paire = models.UUIDField("paire")
    nature = models.CharField("lien", max_length=10, choices=NatureLien.choices)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["paire", "dossier"],
                name="lien_foyer_deux_dossiers",
                violation_error_message="Un dossier n'est pas lié à lui-même.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_nature_display()
