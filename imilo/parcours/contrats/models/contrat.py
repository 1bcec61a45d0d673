"""The contrat d'engagement in its three frames: what each side commits to, and the proof of its signature."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from imilo.parcours.contrats.etats import CONCLUS, PREFIXES, SEUL_DANS_LE_PAYS, SIGLES, Cadre, Etat
from imilo.parcours.contrats.models.choix import (
    SANS_DUREE,
    Amenagement,
    AutonomieFiscale,
    FoyerFiscal,
    Logement,
    ModeSignature,
    Partie,
    Projet,
    Soutien,
)
from imilo.parcours.dossiers.models import LieAuDossier
from imilo.socle.champs import ChampDecision, ChampEcheance, ChampMontant
from imilo.socle.historique import historiser
from imilo.socle.modeles import Jours


@historiser()
class ExamenCEJ(LieAuDossier):
    """What was answered to each condition of L. 5131-6 on a day, and the decision of the law on these answers.

    An unanswered question (null) leaves the decision open. A later examination replaces it.
    """

    le = models.DateField("examiné le")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    etudiant = models.BooleanField("est étudiant(e)", null=True, blank=True)
    en_formation = models.BooleanField("suit une formation", null=True, blank=True)
    difficulte_emploi_durable = models.BooleanField(
        "rencontre des difficultés d'accès à l'emploi durable", null=True, blank=True
    )
    difficulte_appreciation = models.TextField("appréciation de ces difficultés", max_length=1000, blank=True)
    circonstances_particulieres = models.BooleanField("circonstances particulières", default=False)
    engagements_respectes = models.BooleanField("a tenu ses engagements du CEJ précédent", null=True, blank=True)
    difficultes_specifiques = models.BooleanField("rencontre des difficultés spécifiques", null=True, blank=True)
    circonstances_texte = models.TextField("ces circonstances", max_length=1000, blank=True)
    eligible = models.BooleanField("éligible", null=True, blank=True)
    decision = ChampDecision("décision")

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [models.Index(fields=["dossier", "-id"], name="examen_cej_dossier")]

    def __str__(self) -> str:
        return f"Examen du {self.le:%d/%m/%Y}"


class ContratQuerySet(models.QuerySet["ContratEngagement"]):
    def conclus(self) -> ContratQuerySet:
        return self.filter(etat__in=CONCLUS)

    def en_cours(self, *, le: date) -> ContratQuerySet:
        """Signed contracts that run on the day `le`."""
        return self.filter(etat=Etat.SIGNE, debut__lte=le, fin_prevue__gte=le)

    def ouverts(self) -> ContratQuerySet:
        """Contracts still to be signed or to be ended."""
        return self.filter(etat__in=[Etat.PREPARE, Etat.SIGNE])


@historiser()
class ContratEngagement(LieAuDossier):
    """One contrat d'engagement (L. 5411-6) in its frame: common, PACEA (L. 5131-4) or CEJ (L. 5131-6).

    `jeune` follows the dossier by a trigger: it lets the database refuse two CEJ, or two PACEA, that overlap in
    whatever structures. A common contract is refused next to another one of the same dossier.
    """

    cadre = models.CharField("cadre", max_length=6, choices=Cadre.choices, default=Cadre.CEJ)
    jeune = models.ForeignKey("jeunes.Jeune", models.PROTECT, related_name="+", editable=False)
    etat = models.CharField("état", max_length=10, choices=Etat.choices, default=Etat.PREPARE)
    orientation = models.ForeignKey("diagnostics.Orientation", models.PROTECT, null=True, blank=True, related_name="+")
    diagnostic = models.ForeignKey("diagnostics.Diagnostic", models.PROTECT, null=True, blank=True, related_name="+")
    referent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="conseiller référent"
    )
    debut = models.DateField("début")
    fin_prevue = ChampEcheance("fin prévue")
    duree = ChampDecision("décision de la durée")
    heures_hebdo = models.DecimalField("heures par semaine", max_digits=4, decimal_places=1)
    amenagement = models.CharField(
        "durée réduite", max_length=30, choices=Amenagement.choices, default=Amenagement.AUCUN
    )
    amenagement_raison = models.TextField("raison de la durée réduite", max_length=500, blank=True)
    heures = ChampDecision("décision des heures")
    objectifs = models.TextField("objectifs d'insertion", max_length=3000)
    engagements_jeune = models.TextField("engagements du jeune", max_length=3000)
    engagements_structure = models.TextField("engagements de la mission locale", max_length=3000)
    contenu = ChampDecision("décision du contenu", null=True, blank=True)
    examen = models.ForeignKey(ExamenCEJ, models.PROTECT, null=True, blank=True, related_name="+")
    eligibilite = ChampDecision("décision d'éligibilité", null=True, blank=True)
    logement = models.CharField("logement", max_length=20, choices=Logement.choices, blank=True)
    soutien_parental = models.CharField("soutien des parents", max_length=10, choices=Soutien.choices, blank=True)
    foyer_fiscal = models.CharField("foyer fiscal", max_length=20, choices=FoyerFiscal.choices, blank=True)
    autonomie_fiscale = models.CharField(
        "compte seul pour le foyer fiscal",
        max_length=20,
        choices=AutonomieFiscale.choices,
        default=AutonomieFiscale.AUCUNE,
    )
    decision_fin = ChampDecision("décision de la fin du PACEA", null=True, blank=True)
    forfait = ChampDecision("décision du forfait", null=True, blank=True)
    allocation_maximum = ChampMontant(
        "montant mensuel maximum de l'allocation", max_digits=7, decimal_places=2, null=True, blank=True
    )
    mineur_emancipe = models.BooleanField("mineur émancipé", default=False)
    representant_nom = models.CharField("représentant légal", max_length=200, blank=True)
    representant_qualite = models.CharField("qualité du représentant", max_length=60, blank=True)
    representant_telephone = models.CharField("mobile du représentant", max_length=20, blank=True)
    representant_courriel = models.EmailField("courriel du représentant", blank=True)
    periodicite = models.PositiveSmallIntegerField("fréquence des points convenue, en mois", null=True, blank=True)
    projet = models.CharField("projet d'emploi salarié", max_length=12, choices=Projet.choices, blank=True)
    projet_etabli_le = models.DateField("projet établi le", null=True, blank=True)
    offre_emplois = models.CharField("emplois recherchés", max_length=300, blank=True)
    offre_zone = models.CharField("zone privilégiée", max_length=200, blank=True)
    offre_salaire = models.DecimalField(
        "salaire attendu, brut par mois", max_digits=7, decimal_places=2, null=True, blank=True
    )
    actes_recherche = models.TextField("actes de recherche d'emploi", max_length=2000, blank=True)
    precedent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    prepare_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    # What was sent to be read and signed at a distance; a change of the contract withdraws it.
    envoye_document = models.ForeignKey("dossiers.Document", models.PROTECT, null=True, blank=True, related_name="+")
    envoye_le = models.DateTimeField("envoyé à signer le", null=True, blank=True)

    refuse_le = models.DateField("refusé le", null=True, blank=True)
    refuse_par = models.CharField("refusé par", max_length=15, choices=Partie.choices, blank=True)
    refuse_motif = models.TextField("ce qu'en dit la personne", max_length=1000, blank=True)

    premiere_phase_limite = ChampEcheance("première phase au plus tard le", null=True, blank=True)
    actualiser_avant_le = ChampEcheance("à actualiser au plus tard le", null=True, blank=True)
    offre_avant_le = ChampEcheance("offre raisonnable à définir au plus tard le", null=True, blank=True)

    signe_le = models.DateField("signé le", null=True, blank=True)
    mode_signature = models.CharField("mode de signature", max_length=10, choices=ModeSignature.choices, blank=True)
    document = models.ForeignKey("dossiers.Document", models.PROTECT, null=True, blank=True, related_name="+")
    document_sha256 = models.CharField("empreinte du document signé", max_length=64, blank=True)

    fin_le = models.DateField("fin effective", null=True, blank=True)
    fin_motif = models.CharField("motif de fin", max_length=40, blank=True)
    fin_precision = models.TextField("précisions sur la fin", max_length=1000, blank=True)
    termine_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[ContratQuerySet] = ContratQuerySet.as_manager()  # type: ignore[assignment]  # as_manager() is typed as a plain Manager

    class Meta:
        verbose_name = "contrat d'engagement"
        ordering = ("-debut", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(fin_prevue__gte=F("debut")),
                name="contrat_fin_apres_debut",
                violation_error_message="La fin du contrat précède son début.",
            ),
            models.CheckConstraint(
                condition=Q(heures_hebdo__gt=0) | Q(heures_hebdo=0, amenagement__in=SANS_DUREE),
                name="contrat_heures_nulles_motivees",
                violation_error_message=(
                    "Un contrat sans durée hebdomadaire suppose la demande de la personne et l'une des situations "
                    "de l'article L. 5411-6 II."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(amenagement=Amenagement.INDIVIDUEL) | ~Q(amenagement_raison=""),
                name="contrat_heures_reduites_raison",
                violation_error_message="Une durée réduite a sa raison individuelle (L. 5411-6 II).",
            ),
            models.CheckConstraint(
                condition=~Q(etat__in=CONCLUS)
                | (
                    Q(signe_le__isnull=False, orientation__isnull=False, diagnostic__isnull=False)
                    & Q(document__isnull=False, debut__gte=F("signe_le"))
                    & ~Q(mode_signature="")
                    & ~Q(document_sha256="")
                ),
                name="contrat_signe_complet",
                violation_error_message=(
                    "Un contrat signé a son orientation notifiée, son diagnostic, sa date, son document, "
                    "et ne commence pas avant sa signature."
                ),
            ),
            models.CheckConstraint(
                condition=Q(etat__in=CONCLUS) | Q(signe_le__isnull=True, document__isnull=True),
                name="contrat_non_signe_vide",
            ),
            models.CheckConstraint(
                condition=(
                    Q(etat__in=[Etat.TERMINE, Etat.ROMPU], fin_le__gte=F("debut"), fin_le__lte=F("fin_prevue"))
                    & ~Q(fin_motif="")
                )
                | (~Q(etat__in=[Etat.TERMINE, Etat.ROMPU]) & Q(fin_le__isnull=True, fin_motif="")),
                name="contrat_fin_motivee",
                violation_error_message="Une fin de contrat a sa date, entre le début et la fin prévue, et son motif.",
            ),
            models.CheckConstraint(
                condition=(Q(etat=Etat.REFUSE, refuse_le__isnull=False) & ~Q(refuse_par=""))
                | (~Q(etat=Etat.REFUSE) & Q(refuse_le__isnull=True, refuse_par="")),
                name="contrat_refus_dit",
                violation_error_message="Un refus de signer a son jour et la personne qui refuse.",
            ),
            ExclusionConstraint(
                name="contrat_un_seul_par_jeune",
                expressions=[
                    (F("jeune"), RangeOperators.EQUAL),
                    (F("cadre"), RangeOperators.EQUAL),
                    (Jours("debut", Coalesce("fin_le", "fin_prevue"), Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(etat__in=CONCLUS, cadre__in=SEUL_DANS_LE_PAYS),
                violation_error_message="Un autre contrat du même cadre couvre déjà une partie de ces dates.",
            ),
            ExclusionConstraint(
                name="contrat_commun_un_seul_par_dossier",
                expressions=[
                    (F("dossier"), RangeOperators.EQUAL),
                    (Jours("debut", Coalesce("fin_le", "fin_prevue"), Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(etat__in=CONCLUS, cadre=Cadre.COMMUN),
                violation_error_message="Un autre contrat d'engagement couvre déjà une partie de ces dates.",
            ),
            models.CheckConstraint(
                condition=~Q(cadre=Cadre.CEJ)
                | (Q(examen__isnull=False, eligibilite__isnull=False, forfait__isnull=False))
                & ~Q(logement="")
                & ~Q(foyer_fiscal=""),
                name="contrat_cej_complet",
                violation_error_message="Un CEJ a son examen d'éligibilité, le logement et le foyer fiscal.",
            ),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(etat=Etat.PREPARE),
                name="contrat_un_seul_projet",
                violation_error_message="Un contrat est déjà préparé pour ce dossier.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["dossier", "-debut"], name="contrat_dossier"),
            models.Index(fields=["structure", "etat", "fin_prevue"], name="contrat_echeance"),
        ]

    def __str__(self) -> str:
        return f"{self.sigle[0].upper()}{self.sigle[1:]} du {self.debut:%d/%m/%Y} au {self.fin:%d/%m/%Y}"

    @property
    def fin(self) -> date:
        """Last day of the contract: the one it ended on, else the planned one."""
        return self.fin_le or self.fin_prevue

    @property
    def sigle(self) -> str:
        """The frame in a word, as people say it: CEJ, PACEA, contrat d'engagement."""
        return SIGLES[Cadre(self.cadre)]

    @property
    def reference(self) -> str:
        return f"{PREFIXES[Cadre(self.cadre)]}-{self.dossier.numero:07d}-{self.pk}"

    def en_cours(self, *, le: date) -> bool:
        return self.etat == Etat.SIGNE and self.debut <= le <= self.fin_prevue

    def situation(self, *, le: date) -> str:
        """The state as people say it on a day: a signed contract is to come, running or past its term."""
        if self.etat != Etat.SIGNE:
            return Etat(self.etat).label
        if le < self.debut:
            return "Signé, à venir"
        return "En cours" if le <= self.fin_prevue else "Arrivé à son terme, fin à enregistrer"
