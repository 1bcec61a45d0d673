"""Arrivals: people whom a list, or a CFA, hands over, what was tried to reach each of them, who works on them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from imilo.jeunes.models import Sexe
from imilo.socle.historique import historiser
from imilo.socle.modeles import Modele
from imilo.socle.normalisation import normaliser


class Source(models.TextChoices):
    """Who says so, and under which text."""

    APPRENTISSAGE = "apprentissage", "Rupture d'apprentissage"
    DECROCHEURS = "decrocheurs", "Sortie de l'école sans diplôme"
    OBLIGATION = "obligation_formation", "Obligation de formation (16-18 ans)"
    LISTE = "liste", "Autre liste"


class Etat(models.TextChoices):
    A_CONTACTER = "a_contacter", "À contacter"
    EN_COURS = "en_cours", "Relance en cours"
    CLOSE = "close", "Terminée"


class Issue(models.TextChoices):
    """What came out of an attempt."""

    SANS_REPONSE = "sans_reponse", "Pas de réponse"
    JOINT = "joint", "Joint, à rappeler"
    CONTACT_ERRONE = "contact_errone", "Coordonnées fausses"
    RDV_PRIS = "rdv_pris", "Rendez-vous pris"
    DEJA_ACCOMPAGNE = "deja_accompagne", "Déjà accompagné"
    NE_SOUHAITE_PAS = "ne_souhaite_pas", "Ne souhaite pas être accompagné"
    PLUS_CONTACTER = "plus_contacter", "Ne souhaite plus être contacté"
    SCOLARITE = "scolarite", "De nouveau scolarisé"
    EMPLOI = "emploi", "En emploi"
    NOUVEAU_CONTRAT = "nouveau_contrat", "Nouveau contrat d'apprentissage"
    FORMATION = "formation", "En formation"
    INJOIGNABLE = "injoignable", "Injoignable après plusieurs relances"
    EXPIREE = "expiree", "Restée sans suite trop longtemps"
    HORS_AGE = "hors_age", "N'a plus l'âge"
    AUTRE = "autre", "Autre"


# Noted by the night, never by an agent.
ISSUES_DE_LA_NUIT = frozenset({Issue.EXPIREE, Issue.HORS_AGE})
# After these the work goes on; after any other it is over.
SUITE_ATTENDUE = frozenset({Issue.SANS_REPONSE, Issue.JOINT, Issue.CONTACT_ERRONE})


class Moyen(models.TextChoices):
    TELEPHONE = "telephone", "Téléphone"
    SMS = "sms", "SMS"
    COURRIEL = "courriel", "Courriel"
    COURRIER = "courrier", "Courrier"


class Connu(models.TextChoices):
    """Whether the country knew the person when they arrived (never settled by the machine alone)."""

    NON = "non", "Nouveau"
    PROBABLE = "probable", "À vérifier"
    SUR = "sur", "Déjà connu"


class Connaissance(models.TextChoices):
    """What the mission locale knew of them beforehand, in the words of the dashboard of apprenticeship."""

    ACTIVEMENT = "DEJA_ACCOMPAGNE_ACTIVEMENT", "Déjà accompagné activement"
    CONNU = "CONNU_NON_ACCOMPAGNE", "Connu, non accompagné"
    NON_CONNU = "NON_CONNU", "Non connu"


@historiser("mots")
class Arrivee(Modele):
    """One person handed over to one structure by one source. `cle` is the source's own key of the person.

    `depuis` is the day of the rupture, or of leaving school; `details` holds what is particular to the source,
    as {French label: text}; `representants` is a list of {nom, lien, telephone, courriel}; `pour_la_fiche` what goes
    to the full file with the dossier, as {key of `fiche.py`: text or ISO day}.
    `connu` and what follows is what the comparison with the country said (`reconnaissance.py`): `reconnue` is a
    `Jeune.id`, no key, for the person may be out of reach, or gone in a merge.
    """

    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+", editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.CharField("source", max_length=20, choices=Source.choices)
    cle = models.CharField("clé dans la source", max_length=250)
    nom = models.CharField("nom de naissance", max_length=100)
    nom_usage = models.CharField("nom d'usage", max_length=100, blank=True)
    prenom = models.CharField("prénom", max_length=100)
    sexe = models.CharField("sexe", max_length=1, choices=Sexe.choices, default=Sexe.INCONNU)
    naissance = models.DateField("date de naissance")
    naissance_commune = models.ForeignKey(
        "referentiels.Commune", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="né(e) à"
    )
    ine = models.CharField("INE", max_length=11, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    telephone_2 = models.CharField("autre téléphone", max_length=20, blank=True)
    courriel = models.EmailField("courriel", max_length=200, blank=True)
    adresse = models.CharField("adresse", max_length=200, blank=True)
    code_postal = models.CharField("code postal", max_length=5, blank=True)
    commune = models.ForeignKey(
        "referentiels.Commune", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="commune"
    )
    representants = models.JSONField("représentants légaux", default=list, blank=True)
    rqth = models.BooleanField("travailleur handicapé (RQTH)", default=False)
    depuis = models.DateField("depuis le")
    origine = models.CharField("établissement", max_length=200, blank=True)
    details = models.JSONField("précisions", default=dict, blank=True)
    pour_la_fiche = models.JSONField("pour la fiche complète", default=dict, blank=True)
    a_risque = models.BooleanField("prioritaire", default=False)

    etat = models.CharField("état", max_length=12, choices=Etat.choices, default=Etat.A_CONTACTER)
    issue = models.CharField("dernière issue", max_length=16, choices=Issue.choices, blank=True)
    contactee_le = models.DateTimeField("dernière tentative le", null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="confiée à"
    )
    connu = models.CharField("déjà connu", max_length=10, choices=Connu.choices, default=Connu.NON)
    reconnue = models.BigIntegerField("personne reconnue", null=True, blank=True, editable=False)
    probabilite = models.FloatField("probabilité", null=True, blank=True, editable=False)
    preuves = models.JSONField("ce qui le dit", default=list, blank=True, editable=False)
    doute = models.CharField("ce qui en fait douter", max_length=200, blank=True, editable=False)
    connaissance = models.CharField("connaissance préalable", max_length=30, choices=Connaissance.choices, blank=True)
    mots = models.TextField("mots cherchés, normalisés", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["structure", "source", "cle"], name="arrivee_unique"),
            # Target of the composite key that binds each attempt to its arrival's structure.
            models.UniqueConstraint(fields=["id", "structure"], name="arrivee_id_structure"),
            models.CheckConstraint(
                condition=~Q(etat=Etat.CLOSE) | ~Q(issue=""),
                name="arrivee_close_avec_issue",
                violation_error_message="Une arrivée se termine par une issue.",
            ),
            models.CheckConstraint(
                condition=~Q(connu=Connu.SUR) | Q(reconnue__isnull=False),
                name="arrivee_sure_de_quelqu_un",
                violation_error_message="Une arrivée déjà connue l'est de quelqu'un.",
            ),
            models.CheckConstraint(
                condition=Q(probabilite__isnull=True) | Q(probabilite__gte=0, probabilite__lte=1),
                name="arrivee_probabilite",
                violation_error_message="Une probabilité va de 0 à 1.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["structure", "etat", "-a_risque", "depuis"], name="arrivee_a_travailler"),
            models.Index(fields=["dossier"], name="arrivee_dossier", condition=Q(dossier__isnull=False)),
            models.Index(
                fields=["structure", "reconnue"], name="arrivee_reconnue", condition=Q(reconnue__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom_usage or self.nom}".strip()

    @property
    def ouverte(self) -> bool:
        return self.etat != Etat.CLOSE

    def nommer(self) -> None:
        """PostgreSQL has no ICU here: what names are sorted and found by is made in Python."""
        self.mots = normaliser(f"{self.nom} {self.prenom} {self.nom_usage} {self.origine}")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.nommer()
        super().save(*args, **kwargs)


class Tentative(Modele):
    """One attempt to reach somebody, and its outcome."""

    arrivee = models.ForeignKey(Arrivee, models.CASCADE, related_name="tentatives")
    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+", editable=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    le = models.DateTimeField("le")
    moyen = models.CharField("moyen", max_length=10, choices=Moyen.choices, blank=True)
    issue = models.CharField("issue", max_length=16, choices=Issue.choices)
    commentaire = models.CharField("à savoir", max_length=500, blank=True)
    rendez_vous = models.ForeignKey(
        "agenda.RendezVous", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="rendez-vous"
    )

    class Meta:
        ordering = ("-le", "-pk")
        indexes: ClassVar = [models.Index(fields=["arrivee", "-le"], name="tentative_arrivee_le")]


class Repartition(Modele):
    """Arrivals given together to somebody, or to nobody: by whom, how many, and whether it was undone.

    `memoire` is what undoing needs: [key of the arrival, version left, key of the agent who had it or null].
    """

    structure = models.ForeignKey("acteurs.Structure", models.PROTECT, related_name="+", editable=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    a = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="confiées à"
    )
    nombre = models.PositiveIntegerField("arrivées confiées")
    memoire = models.JSONField("ce que chacune avait", default=list)
    annulee_le = models.DateTimeField("annulée le", null=True)
    annulee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    rendues = models.PositiveIntegerField("arrivées rendues", null=True)

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(annulee_le__isnull=True, annulee_par__isnull=True, rendues__isnull=True)
                | Q(annulee_le__isnull=False, annulee_par__isnull=False, rendues__isnull=False),
                name="repartition_annulee_par_quelqu_un",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["structure", "-id"], name="repartition_structure")]

    def __str__(self) -> str:
        return f"Confiées à {self.a}" if self.a else "Confiées à personne"
