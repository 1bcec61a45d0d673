"""What left for the paying agency and what came back: files fixed before they leave, their lines, the answers."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from imilo.droit import francais
from imilo.echanges.connecteurs.asp.codes import Code, code
from imilo.echanges.connecteurs.asp.messages import Flux
from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.champs import ChampMontant
from imilo.socle.chiffrement import ChampChiffre
from imilo.socle.historique import historiser
from imilo.socle.modeles import Modele


class GenreEnvoi(models.TextChoices):
    CONTRATS = Flux.CONTRATS.value, "Contrats"
    AVENANTS = Flux.AVENANTS.value, "Avenants"
    ALLOCATIONS = Flux.ALLOCATIONS.value, "Allocations"


class EtatEnvoi(models.TextChoices):
    FIXE = "fixe", "À déposer"
    DEPOSE = "depose", "Déposé, sans réponse"
    REPONDU = "repondu", "Répondu"


class Envoi(Modele):
    """A file to deposit. Its name and bytes never change once the row exists; emptied once it is answered."""

    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+")
    genre = models.CharField("contenu", max_length=3, choices=GenreEnvoi.choices)
    nom = models.CharField("nom du fichier", max_length=60, unique=True)
    contenu = ChampChiffre("contenu")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    taille = models.PositiveIntegerField("taille (octets)")
    nombre = models.PositiveSmallIntegerField("lignes")
    etat = models.CharField("état", max_length=8, choices=EtatEnvoi.choices, default=EtatEnvoi.FIXE)
    depose_le = models.DateTimeField("déposé le", null=True, blank=True)
    repondu_le = models.DateTimeField("répondu le", null=True, blank=True)

    class Meta:
        verbose_name = "fichier pour l'ASP"
        ordering = ("-nom",)
        constraints: ClassVar = [
            # Target of the composite key that binds each line to its file's structure.
            models.UniqueConstraint(fields=["id", "structure"], name="asp_envoi_id_structure"),
            models.CheckConstraint(
                condition=Q(etat=EtatEnvoi.FIXE, depose_le__isnull=True, repondu_le__isnull=True)
                | Q(etat=EtatEnvoi.DEPOSE, depose_le__isnull=False, repondu_le__isnull=True)
                | Q(etat=EtatEnvoi.REPONDU, depose_le__isnull=False, repondu_le__isnull=False),
                name="asp_envoi_dates_de_l_etat",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatEnvoi.REPONDU) | Q(contenu__isnull=False), name="asp_envoi_octets_gardes"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["structure", "etat"], name="asp_envoi_etat")]

    def __str__(self) -> str:
        return self.nom


class EtatLigne(models.TextChoices):
    ENVOYEE = "envoyee", "Envoyée, sans réponse"
    ACCEPTEE = "acceptee", "Acceptée"
    REJETEE = "rejetee", "Rejetée"
    PAYEE = "payee", "Payée"


class GenreLigne(models.TextChoices):
    """What a line tells of."""

    CONTRAT = "contrat", "Contrat"
    AVENANT = "avenant", "Avenant"
    ALLOCATION = "allocation", "Allocation"
    PACEA = "pacea", "Allocation ponctuelle"


TENUES = (EtatLigne.ACCEPTEE, EtatLigne.PAYEE)
SANS_SOMME = Q(decision__isnull=True, pacea__isnull=True, mois__isnull=True, montant__isnull=True)
SANS_JOURS = Q(du__isnull=True, au__isnull=True, suspension__isnull=True)


class LigneQuerySet(models.QuerySet["Ligne"]):
    def de_la_meme_chose(self, ligne: Ligne) -> LigneQuerySet:
        """The other lines that tell of the same contract, amendment or sum: what was sent before or again."""
        memes = self.filter(genre=ligne.genre, contrat=ligne.contrat_id, decision=ligne.decision_id)
        return memes.filter(pacea=ligne.pacea_id, suspension=ligne.suspension_id).exclude(pk=ligne.pk)

    def terme_connu(self) -> LigneQuerySet:
        """Those that say until when a contract runs, as the agency holds it, the latest first."""
        termes = self.filter(genre__in=(GenreLigne.CONTRAT, GenreLigne.AVENANT), suspension__isnull=True)
        return termes.filter(etat__in=TENUES).order_by("-pk")

    def vivantes(self) -> LigneQuerySet:
        """Not rejected: what it tells is with the agency, or on its way."""
        return self.exclude(etat=EtatLigne.REJETEE)

    def a_corriger(self) -> LigneQuerySet:
        """Rejected, and nobody has said yet that it is corrected."""
        return self.filter(etat=EtatLigne.REJETEE, corrigee_le__isnull=True)


@historiser()
class Ligne(LieAuDossier):
    """One line of one file: a contract, an amendment of it, or a sum. (envoi, numero) is what an answer names.

    `du`, `au`: the days told, of the contract, of its new end (`au` alone matters) or of a suspension, open without
    `au`. A rejected line stays; once it is said to be corrected, what it told leaves again in another.
    """

    envoi = models.ForeignKey(Envoi, models.PROTECT, related_name="lignes")
    numero = models.PositiveSmallIntegerField("ligne")
    genre = models.CharField("objet", max_length=10, choices=GenreLigne.choices)
    contrat = models.ForeignKey("contrats.ContratEngagement", models.PROTECT, related_name="+")
    decision = models.ForeignKey(
        "allocations.DecisionAllocation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    pacea = models.ForeignKey("allocations.AllocationPacea", models.PROTECT, null=True, blank=True, related_name="+")
    suspension = models.ForeignKey("contrats.Suspension", models.PROTECT, null=True, blank=True, related_name="+")
    reference = models.CharField("référence", max_length=60)
    du = models.DateField("premier jour dit", null=True, blank=True)
    au = models.DateField("dernier jour dit", null=True, blank=True)
    mois = models.DateField("mois", null=True, blank=True)
    montant = ChampMontant("montant envoyé (€)", null=True, blank=True)
    etat = models.CharField("état", max_length=8, choices=EtatLigne.choices, default=EtatLigne.ENVOYEE)
    code = models.CharField("code de la réponse", max_length=4, blank=True)
    repondue_le = models.DateTimeField("répondue le", null=True, blank=True)
    paye = ChampMontant("montant payé (€)", null=True, blank=True)
    paye_le = models.DateField("payée le", null=True, blank=True)
    corrigee_le = models.DateTimeField("dite corrigée le", null=True, blank=True)
    corrigee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[LigneQuerySet] = LigneQuerySet.as_manager()  # type: ignore[assignment]  # as_manager() is typed as a plain Manager

    class Meta:
        verbose_name = "ligne pour l'ASP"
        ordering = ("-envoi__nom", "numero")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["envoi", "numero"], name="asp_ligne_numero"),
            models.UniqueConstraint(
                fields=["contrat"],
                condition=Q(genre=GenreLigne.CONTRAT) & ~Q(etat=EtatLigne.REJETEE),
                name="asp_contrat_une_fois",
                violation_error_message="Ce contrat est déjà parti.",
            ),
            # One at a time, so that they are read in their order: the next one leaves once this one is answered.
            models.UniqueConstraint(
                fields=["contrat", "suspension"],
                condition=Q(genre=GenreLigne.AVENANT, etat=EtatLigne.ENVOYEE),
                nulls_distinct=False,
                name="asp_avenant_un_a_la_fois",
                violation_error_message="Un avenant de ce contrat attend déjà sa réponse.",
            ),
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(decision__isnull=False) & ~Q(etat=EtatLigne.REJETEE),
                name="asp_decision_une_fois",
                violation_error_message="Cette décision est déjà partie.",
            ),
            models.UniqueConstraint(
                fields=["pacea"],
                condition=Q(pacea__isnull=False) & ~Q(etat=EtatLigne.REJETEE),
                name="asp_pacea_une_fois",
                violation_error_message="Cette allocation ponctuelle est déjà partie.",
            ),
            models.CheckConstraint(
                condition=(Q(genre=GenreLigne.CONTRAT, du__isnull=False, au__isnull=False) & SANS_SOMME)
                & Q(suspension__isnull=True)
                | (Q(genre=GenreLigne.AVENANT, du__isnull=False) & SANS_SOMME)
                & (Q(suspension__isnull=False) | Q(au__isnull=False))
                | Q(genre=GenreLigne.ALLOCATION, decision__isnull=False, mois__isnull=False, montant__isnull=False)
                & Q(pacea__isnull=True)
                & SANS_JOURS
                | Q(genre=GenreLigne.PACEA, pacea__isnull=False, mois__isnull=False, montant__isnull=False)
                & Q(decision__isnull=True)
                & SANS_JOURS,
                name="asp_ligne_de_son_genre",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatLigne.ENVOYEE, code="") | (~Q(etat=EtatLigne.ENVOYEE) & ~Q(code="")),
                name="asp_ligne_repondue_a_son_code",
            ),
            models.CheckConstraint(
                condition=Q(etat=EtatLigne.PAYEE, paye__isnull=False, paye_le__isnull=False, montant__isnull=False)
                | (~Q(etat=EtatLigne.PAYEE) & Q(paye__isnull=True, paye_le__isnull=True)),
                name="asp_ligne_payee_a_son_montant",
            ),
            models.CheckConstraint(
                condition=Q(corrigee_le__isnull=True, corrigee_par__isnull=True)
                | Q(etat=EtatLigne.REJETEE, corrigee_le__isnull=False, corrigee_par__isnull=False),
                name="asp_ligne_corrigee_par_quelqu_un",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["structure", "mois", "etat"], name="asp_ligne_mois"),
            models.Index(fields=["dossier"], name="asp_ligne_dossier"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def objet(self) -> str:
        """What it tells of, in words."""
        if self.mois is not None:
            return f"{self.get_genre_display()} {francais.du_mois(self.mois)}"
        if self.genre == GenreLigne.CONTRAT or self.du is None:
            return "Contrat"
        if self.suspension_id is None:
            assert self.au is not None
            return f"Avenant : le contrat finit le {francais.jour(self.au)}"
        fin = f" au {francais.jour(self.au)}" if self.au else ", sans date de reprise"
        return f"Avenant : suspendu du {francais.jour(self.du)}{fin}"

    @property
    def sens(self) -> Code:
        """What the answer says."""
        return code(self.code)

    @property
    def a_corriger(self) -> bool:
        return self.etat == EtatLigne.REJETEE and self.corrigee_le is None


class EtatRetour(models.TextChoices):
    APPLIQUE = "applique", "Appliqué"
    INCOMPLET = "incomplet", "Incomplet, relu plus tard"
    ECARTE = "ecarte", "Mis de côté"


class Retour(Modele):
    """A file of `retrait`, by its name and bytes: applied once, and never twice.

    What is put aside keeps its bytes, until somebody files it (`classe_le`): it is then removed from `retrait`.
    """

    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+")
    nom = models.CharField("nom du fichier", max_length=60)
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    contenu = ChampChiffre("contenu")
    etat = models.CharField("état", max_length=9, choices=EtatRetour.choices)
    raison = models.CharField("pourquoi", max_length=500, blank=True)
    nombre = models.PositiveSmallIntegerField("lignes", default=0)
    vu_le = models.DateTimeField("lu le")
    retire_le = models.DateTimeField("retiré le", null=True, blank=True)
    classe_le = models.DateTimeField("classé le", null=True, blank=True)
    classe_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "retour de l'ASP"
        ordering = ("-cree_le", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["structure", "nom", "sha256"], name="asp_retour_une_fois"),
            models.CheckConstraint(
                condition=Q(etat=EtatRetour.APPLIQUE, raison="") | (~Q(etat=EtatRetour.APPLIQUE) & ~Q(raison="")),
                name="asp_retour_raison",
            ),
        ]

    def __str__(self) -> str:
        return self.nom


class Liaison(Modele):
    """How the door answers, for one structure: since when it doesn't, and when it is tried again."""

    structure = models.OneToOneField("acteurs.Structure", models.PROTECT, related_name="+")
    jointe_le = models.DateTimeField("jointe pour la dernière fois le", null=True, blank=True)
    injoignable_depuis = models.DateTimeField("injoignable depuis", null=True, blank=True)
    essais = models.PositiveIntegerField("essais sans réponse", default=0)
    prochain_essai_le = models.DateTimeField("prochain essai le", null=True, blank=True)
    raison = models.CharField("pourquoi", max_length=500, blank=True)

    class Meta:
        verbose_name = "liaison avec l'ASP"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(injoignable_depuis__isnull=True, prochain_essai_le__isnull=True, essais=0, raison="")
                | (Q(injoignable_depuis__isnull=False, prochain_essai_le__isnull=False, essais__gt=0) & ~Q(raison="")),
                name="asp_liaison_coherente",
            )
        ]

    def __str__(self) -> str:
        return "injoignable" if self.injoignable_depuis else "jointe"

    def a_essayer(self, maintenant: datetime) -> bool:
        """Whether its hour has come."""
        return self.prochain_essai_le is None or self.prochain_essai_le <= maintenant
