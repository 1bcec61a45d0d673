"""One failing, from the day it is noted to the end of its sanction (L. 5412-1, R. 5412-1 to R. 5412-7-1).

One row by failing: each step fills its own columns, and the constraints say which a state asks for. `rang`, `quantum`,
`deroulement`, `levee` are decisions of `imilo.droit` with their facts: they replay.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from imilo.parcours.dossiers.models import LieAuDossier
from imilo.parcours.sanctions.etats import (
    CLOSES,
    EN_VIGUEUR,
    ENVISAGES,
    EXAMINES,
    PRISES,
    RECUS,
    Etat,
)
from imilo.socle.champs import ChampDecision, ChampEcheance
from imilo.socle.historique import historiser


class Manquement(models.TextChoices):
    """The failings of L. 5412-1; values of `imilo.droit.sanction.modele.Manquement`."""

    ENGAGEMENTS = "engagements", "Engagements du contrat non tenus (présence, actions, démarches)"
    REFUS_CONTRAT = "refus_contrat", "Refus de faire ou de mettre à jour le contrat"
    REFUS_OFFRES = "refus_offres", "Refus de deux offres raisonnables d'emploi"
    FRAUDE = "fraude", "Fraude ou fausse déclaration"
    ACTIVITE_BREVE = "activite_breve", "Activité très brève non déclarée"
    RECONVERSION = "reconversion", "Projet de reconversion non mis en œuvre"


class Origine(models.TextChoices):
    """Where the failing was seen."""

    HEURES = "heures", "Le registre des heures"
    ABSENCE = "absence", "Une absence"
    DECLARATION = "declaration", "Une déclaration de la personne"
    CONTROLE = "controle", "Un contrôle tiré au sort"
    CONSEILLER = "conseiller", "Le constat du conseiller"


class Nature(models.TextChoices):
    """What may be pronounced; values of `imilo.droit.sanction.modele.Nature`."""

    AVERTISSEMENT = "avertissement", "Avertissement"
    SUSPENSION = "suspension", "Suspension de l'allocation"
    SUPPRESSION = "suppression", "Suppression de l'allocation"
    RADIATION = "radiation", "Radiation de la liste des demandeurs d'emploi"


RETENUES = (Nature.SUSPENSION, Nature.SUPPRESSION)


def _une_mesure(prefixe: str = "") -> Q:
    """A measure has what its nature asks for: a share and months, months, or a delay."""
    nature, part, mois, fin = f"{prefixe}nature", f"{prefixe}part", f"{prefixe}mois", f"{prefixe}fin_le"
    rien = {f"{c}__isnull": True for c in (part, mois, fin)}
    portion = {f"{part}__gt": 0, f"{part}__lte": 1}
    delai = {f"{part}__isnull": True, f"{mois}__isnull": True, f"{fin}__isnull": False}
    duree = Q(**{f"{mois}__gte": 1}) | Q(**{f"{mois}__isnull": True}, manquement=Manquement.FRAUDE)
    return (
        Q(**{nature: "", **rien})
        | Q(**{nature: Nature.AVERTISSEMENT, **delai})
        | Q(**{nature: Nature.SUSPENSION, **portion, f"{mois}__gte": 1, f"{fin}__isnull": True})
        | Q(**{nature: Nature.SUPPRESSION, **portion, f"{fin}__isnull": True}) & duree
        | Q(**{nature: Nature.RADIATION, f"{part}__isnull": True, f"{mois}__gte": 1, f"{fin}__isnull": True})
    )


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def en_vigueur(self) -> ProcedureQuerySet:
        """Sanctions that were notified and neither withdrawn nor quashed, be they over or lifted."""
        return self.filter(etat__in=EN_VIGUEUR)

    def retenues(self) -> ProcedureQuerySet:
        """Those of them that withhold an allowance."""
        return self.en_vigueur().filter(nature__in=RETENUES)


@historiser()
class Procedure(LieAuDossier):
    """A failing and what comes of it. `mineur` and `protege`: as on the day of the intention, representatives then
    receive each letter too (R. 5412-7, R. 5412-7-1)."""

    contrat = models.ForeignKey("contrats.ContratEngagement", models.PROTECT, null=True, blank=True, related_name="+")
    etat = models.CharField("état", max_length=12, choices=Etat.choices, default=Etat.CONSTATE)
    # The failing
    manquement = models.CharField("manquement", max_length=20, choices=Manquement.choices)
    origine = models.CharField("vu par", max_length=12, choices=Origine.choices, default=Origine.CONSEILLER)
    constate_le = models.DateField("constaté le")
    faits = models.TextField("faits", max_length=3000)
    refus = models.PositiveSmallIntegerField("offres raisonnables refusées", null=True, blank=True)
    constate_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Its examination
    motif_legitime = models.BooleanField("raison légitime", null=True, blank=True)
    motif_texte = models.TextField("raison donnée", max_length=1000, blank=True)
    se_poursuit = models.BooleanField("le manquement déjà sanctionné continue", null=True, blank=True)
    allocation = models.BooleanField("droit à l'allocation du CEJ ou du PACEA", null=True, blank=True)
    revenu_remplacement = models.BooleanField("allocation de chômage", null=True, blank=True)
    rsa = models.BooleanField("bénéficiaire du RSA", null=True, blank=True)
    examine_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    rang = ChampDecision("décision du rang", null=True, blank=True)
    quantum = ChampDecision("décision de ce que coûte le manquement", null=True, blank=True)
    # The intention, and its letter
    envisagee_nature = models.CharField("sanction envisagée", max_length=15, choices=Nature.choices, blank=True)
    envisagee_part = models.DecimalField("part envisagée", max_digits=3, decimal_places=2, null=True, blank=True)
    envisagee_mois = models.PositiveSmallIntegerField("mois envisagés", null=True, blank=True)
    envisagee_fin_le = models.DateField("délai envisagé jusqu'au", null=True, blank=True)
    envisagee_le = models.DateField("envisagée le", null=True, blank=True)
    envisagee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    envisagee_pouvoir = models.CharField("au titre de", max_length=400, blank=True)
    mineur = models.BooleanField("personne mineure", null=True, blank=True)
    protege = models.BooleanField("majeur protégé", null=True, blank=True)
    representants = models.TextField("représentants légaux", max_length=1000, blank=True)
    intention_document = models.ForeignKey("dossiers.Document", models.PROTECT, null=True, blank=True, related_name="+")
    notifiee_le = models.DateField("reçue le", null=True, blank=True)
    notification_moyen = models.CharField("moyen de remise", max_length=40, blank=True)
    representants_notifies_le = models.DateField("reçue par les représentants le", null=True, blank=True)
    representants_moyen = models.CharField("moyen de remise aux représentants", max_length=40, blank=True)
    # What the person answers
    observations_le = models.DateField("observations reçues le", null=True, blank=True)
    observations = models.TextField("observations", max_length=5000, blank=True)
    audition_demandee_le = models.DateField("audition demandée le", null=True, blank=True)
    audition_le = models.DateField("audition le", null=True, blank=True)
    audition_assistance = models.CharField("accompagnée de", max_length=200, blank=True)
    audition_compte_rendu = models.TextField("compte rendu de l'audition", max_length=5000, blank=True)
    limite_observations = ChampEcheance("observations jusqu'au", null=True, blank=True)
    limite_decision = ChampEcheance("décision au plus tard le", null=True, blank=True)
    # A decision out of its delay, taken on by somebody entitled
    retard_assume_le = models.DateField("retard assumé le", null=True, blank=True)
    retard_assume_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    retard_raison = models.TextField("raison du retard", max_length=1000, blank=True)
    # The decision
    nature = models.CharField("sanction", max_length=15, choices=Nature.choices, blank=True)
    part = models.DecimalField("part", max_digits=3, decimal_places=2, null=True, blank=True)
    mois = models.PositiveSmallIntegerField("mois", null=True, blank=True)
    fin_le = models.DateField("délai de l'avertissement", null=True, blank=True)
    premier_mois = models.DateField("premier mois touché", null=True, blank=True)
    terme = ChampEcheance("dernier jour prononcé", null=True, blank=True)
    radiation_mois = models.PositiveSmallIntegerField("radiation proposée (mois)", null=True, blank=True)
    motivation = models.TextField("motivation", max_length=3000, blank=True)
    decidee_le = models.DateField("décidée le", null=True, blank=True)
    decidee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    pouvoir = models.CharField("décidée au titre de", max_length=400, blank=True)
    quantum_decide = ChampDecision("décision de ce que permet le texte", null=True, blank=True)
    deroulement = ChampDecision("décision sur la procédure", null=True, blank=True)
    decision_document = models.ForeignKey("dossiers.Document", models.PROTECT, null=True, blank=True, related_name="+")
    decision_notifiee_le = models.DateField("décision reçue le", null=True, blank=True)
    decision_moyen = models.CharField("moyen de remise de la décision", max_length=40, blank=True)
    decision_representants_le = models.DateField("décision reçue par les représentants le", null=True, blank=True)
    # The lifting
    conditions = models.TextField("ce que la personne doit faire", max_length=2000, blank=True)
    conditions_le = models.DateField("défini le", null=True, blank=True)
    conforme_le = models.DateField("engagements repris le", null=True, blank=True)
    levee = ChampDecision("décision de levée", null=True, blank=True)
    levee_le = ChampEcheance("levée le", null=True, blank=True)
    levee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    levee_document = models.ForeignKey("dossiers.Document", models.PROTECT, null=True, blank=True, related_name="+")
    # The end without a sanction
    close_le = models.DateField("close le", null=True, blank=True)
    close_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    close_raison = models.TextField("raison", max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[ProcedureQuerySet] = ProcedureQuerySet.as_manager()  # type: ignore[assignment]  # as_manager() is typed as a plain Manager

    class Meta:
        verbose_name = "procédure de sanction"
        ordering = ("-constate_le", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(etat__in=EXAMINES)
                | Q(motif_legitime__isnull=False, rang__isnull=False, quantum__isnull=False),
                name="sanction_examinee",
                violation_error_message="Une sanction suppose d'avoir examiné la raison donnée et la situation.",
            ),
            models.CheckConstraint(
                condition=Q(
                    etat__in=ENVISAGES,
                    envisagee_le__gte=F("constate_le"),
                    envisagee_par__isnull=False,
                    mineur__isnull=False,
                    protege__isnull=False,
                    intention_document__isnull=False,
                )
                & ~Q(envisagee_nature="")
                & ~Q(envisagee_pouvoir="")
                | ~Q(etat__in=ENVISAGES)
                & Q(envisagee_nature="", envisagee_le__isnull=True, intention_document__isnull=True),
                name="sanction_envisagee_complete",
                violation_error_message="Une sanction envisagée a son courrier, son auteur et son pouvoir.",
            ),
            models.CheckConstraint(condition=_une_mesure("envisagee_"), name="sanction_envisagee_mesure"),
            models.CheckConstraint(
                condition=~Q(etat__in=RECUS)
                | Q(limite_observations__isnull=False)
                & (Q(notifiee_le__isnull=False) | Q(representants_notifies_le__isnull=False)),
                name="sanction_intention_recue",
                violation_error_message="Sans date de réception certaine, le délai de réponse ne court pas.",
            ),
            models.CheckConstraint(
                condition=(Q(notifiee_le__isnull=True) | Q(notifiee_le__gte=F("envisagee_le")))
                & (Q(representants_notifies_le__isnull=True) | Q(representants_notifies_le__gte=F("envisagee_le"))),
                name="sanction_recue_apres_le_courrier",
                violation_error_message="Le courrier ne peut pas être reçu avant d'avoir été fait.",
            ),
            models.CheckConstraint(
                condition=Q(
                    etat__in=PRISES,
                    decidee_le__gte=F("envisagee_le"),
                    decidee_par__isnull=False,
                    quantum_decide__isnull=False,
                    deroulement__isnull=False,
                    decision_document__isnull=False,
                )
                & ~Q(nature="")
                & ~Q(pouvoir="")
                & ~Q(motivation="")
                | ~Q(etat__in=PRISES) & Q(nature="", decidee_le__isnull=True, decision_document__isnull=True),
                name="sanction_decidee_complete",
                violation_error_message="Une sanction décidée a sa date, son auteur, ses motifs et son courrier.",
            ),
            models.CheckConstraint(condition=_une_mesure(), name="sanction_decidee_mesure"),
            models.CheckConstraint(
                condition=Q(nature__in=RETENUES, premier_mois__day=1)
                | ~Q(nature__in=RETENUES) & Q(premier_mois__isnull=True),
                name="sanction_premier_mois",
                violation_error_message="Une retenue a son premier mois.",
            ),
            models.CheckConstraint(
                condition=~Q(etat__in=PRISES)
                | Q(limite_decision__isnull=False)
                & (Q(decidee_le__lte=F("limite_decision")) | Q(retard_assume_par__isnull=False)),
                name="sanction_retard_assume",
                violation_error_message="Une décision hors délai doit d'abord être assumée, avec sa raison.",
            ),
            models.CheckConstraint(
                condition=Q(retard_assume_le__isnull=True, retard_assume_par__isnull=True, retard_raison="")
                | Q(retard_assume_le__isnull=False, retard_assume_par__isnull=False) & ~Q(retard_raison=""),
                name="sanction_retard_motive",
                violation_error_message="Dites pourquoi la décision vient hors délai.",
            ),
            models.CheckConstraint(
                condition=~Q(etat__in=EN_VIGUEUR)
                | Q(decision_notifiee_le__gte=F("decidee_le"))
                | Q(decision_representants_le__gte=F("decidee_le")),
                name="sanction_decision_recue",
                violation_error_message="La décision ne peut pas être reçue avant d'avoir été prise.",
            ),
            models.CheckConstraint(
                condition=Q(etat=Etat.LEVEE, nature=Nature.SUSPENSION, levee__isnull=False, conforme_le__isnull=False)
                & Q(levee_le__isnull=False, levee_par__isnull=False, levee_document__isnull=False)
                | Q(etat=Etat.RETIREE)
                | ~Q(etat__in=(Etat.LEVEE, Etat.RETIREE)) & Q(levee__isnull=True, levee_le__isnull=True),
                name="sanction_levee_complete",
                violation_error_message="Seule une suspension se lève, au jour où les engagements sont repris.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=CLOSES, close_le__isnull=False, close_par__isnull=False) & ~Q(close_raison="")
                | ~Q(etat__in=CLOSES) & Q(close_le__isnull=True, close_par__isnull=True, close_raison=""),
                name="sanction_close_motivee",
                violation_error_message="Dites pourquoi la procédure s'arrête.",
            ),
            models.UniqueConstraint(
                fields=["dossier", "manquement", "constate_le"],
                condition=~Q(etat__in=CLOSES),
                name="sanction_une_par_manquement",
                violation_error_message="Ce manquement est déjà noté pour ce jour : reprenez la procédure ouverte.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["dossier", "-constate_le"], name="sanction_dossier"),
            models.Index(fields=["structure", "etat", "limite_decision"], name="sanction_echeance"),
        ]

    def __str__(self) -> str:
        return f"{self.get_manquement_display()}, {self.constate_le:%d/%m/%Y}"

    @property
    def reference(self) -> str:
        return f"SANC-{self.dossier.numero:07d}-{self.pk}"

    @property
    def represente(self) -> bool:
        """Whether the letters go to representatives too."""
        return bool(self.mineur or self.protege)

    @property
    def retenue(self) -> bool:
        return self.nature in RETENUES

    @property
    def recue_le(self) -> date | None:
        """The day the decision was notified to the person, or to the representatives alone."""
        return self.decision_notifiee_le or self.decision_representants_le

    @property
    def fin(self) -> date | None:
        """Last day of the measure as it turned out: its term, the day it was lifted, the delay of a warning."""
        return self.levee_le or self.terme or self.fin_le
