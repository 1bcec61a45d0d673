"""The deadlines of contracts, read once for *Ma journée*, for the structure's list and for reminders.

Each kind has its own notice: how long before its day it is worth telling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.enums import TextChoices

from imilo.droit import delais
from imilo.droit.cej import FaitsEligibilite, eligibilite
from imilo.droit.erreurs import FaitInvalide
from imilo.parcours.contrats.etats import Cadre, Etat
from imilo.parcours.contrats.models import ContratEngagement, EtatActualisation, PhasePacea
from imilo.parcours.contrats.reglages import reglages
from imilo.parcours.diagnostics.models import Orientation
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.lois import appliquer


class GenreEcheance(TextChoices):
    SIGNATURE = "signature", "Contrat d'engagement à signer"
    PREMIERE_PHASE = "premiere_phase", "Première phase du PACEA à commencer"
    EVALUATION = "evaluation", "Phase du PACEA à évaluer"
    ACTUALISATION = "actualisation", "Contrat à revoir avec la personne"
    OFFRE = "offre", "Offre raisonnable d'emploi à définir"
    FIN = "fin", "Fin du contrat"
    ATTENTE = "attente", "Nouveau CEJ possible"


ARTICLES = {
    GenreEcheance.SIGNATURE: "D. 5411-14-1",
    GenreEcheance.PREMIERE_PHASE: "R. 5131-12",
    GenreEcheance.EVALUATION: "R. 5131-11",
    GenreEcheance.ACTUALISATION: "R. 5411-14",
    GenreEcheance.OFFRE: "R. 5411-15-1",
    GenreEcheance.FIN: "R. 5131-16, R. 5131-13",
    GenreEcheance.ATTENTE: "R. 5131-16",
}
PREAVIS = {genre: timedelta(days=reglages().preavis_jours[genre.value]) for genre in GenreEcheance}
RECENTS = timedelta(days=366)


@dataclass(frozen=True)
class EcheanceContrat:
    """One deadline: its day by the law, its dossier (with `jeune` and `referent`), its contract when there is one."""

    genre: GenreEcheance
    le: delais.Echeance
    dossier: Dossier
    contrat: ContratEngagement | None = None

    @property
    def article(self) -> str:
        return ARTICLES[self.genre]

    def en_retard(self, *, le: date) -> bool:
        return self.le < le and self.genre != GenreEcheance.ATTENTE


Dossiers = QuerySet[Dossier, Any]


def _limite(genre: GenreEcheance, le: date, jusqu_au: date | None) -> date:
    return jusqu_au or le + PREAVIS[genre]


def _a_signer(dossiers: Dossiers, le: date, limite: date) -> Iterator[EcheanceContrat]:
    conclus = ContratEngagement.objects.conclus().filter(dossier=OuterRef("dossier"))
    plus_recente = Orientation.objects.filter(dossier=OuterRef("dossier"), pk__gt=OuterRef("pk"))
    orientations = (
        Orientation.objects.filter(dossier__in=dossiers, a_signer_avant_le__lte=limite)
        .exclude(Exists(conclus.filter(Q(orientation=OuterRef("pk")) | Q(etat=Etat.SIGNE))))
        .exclude(Exists(plus_recente))
        .select_related("dossier__jeune", "dossier__referent")
    )
    for o in orientations:
        if o.a_signer_avant_le is not None:
            yield EcheanceContrat(GenreEcheance.SIGNATURE, o.a_signer_avant_le, o.dossier)


def _des_signes(dossiers: Dossiers, le: date, jusqu_au: date | None) -> Iterator[EcheanceContrat]:
    """What the signed contracts hold: their end, the next update, the offer, the first phase."""
    dates = {
        GenreEcheance.FIN: "fin_prevue",
        GenreEcheance.ACTUALISATION: "actualiser_avant_le",
        GenreEcheance.OFFRE: "offre_avant_le",
        GenreEcheance.PREMIERE_PHASE: "premiere_phase_limite",
    }
    proches = Q()
    for genre, champ in dates.items():
        proches |= Q(**{f"{champ}__lte": _limite(genre, le, jusqu_au)})
    commencee = PhasePacea.objects.filter(contrat=OuterRef("pk"), debut__lte=le)
    signes = (
        ContratEngagement.objects.filter(proches, dossier__in=dossiers, etat=Etat.SIGNE)
        .annotate(commencee=Exists(commencee))
        .select_related("dossier__jeune", "dossier__referent")
        .defer("duree", "heures", "eligibilite", "forfait", "contenu")
    )
    for contrat in signes:
        for genre, champ in dates.items():
            jour = getattr(contrat, champ)
            passe = genre == GenreEcheance.PREMIERE_PHASE and contrat.commencee  # type: ignore[attr-defined]  # annotated
            if jour is not None and jour <= _limite(genre, le, jusqu_au) and not passe:
                yield EcheanceContrat(genre, jour, contrat.dossier, contrat)


def _a_evaluer(dossiers: Dossiers, limite: date) -> Iterator[EcheanceContrat]:
    phases = PhasePacea.objects.filter(
        contrat__dossier__in=dossiers, contrat__etat=Etat.SIGNE, evaluee_le__isnull=True, fin__lte=limite
    ).select_related("contrat__dossier__jeune", "contrat__dossier__referent")
    for phase in phases:
        contrat = phase.contrat
        # The law asks for the assessment at the end of the phase, which the contract sets within its own end.
        jour = contrat.fin_prevue.au_plus_tard(phase.fin)
        yield EcheanceContrat(GenreEcheance.EVALUATION, jour, contrat.dossier, contrat)


def _apres_l_attente(dossiers: Dossiers, le: date, limite: date) -> Iterator[EcheanceContrat]:
    """From which day a young person whose CEJ has ended may sign another, when that day is near or just come."""
    autres = ContratEngagement.objects.filter(dossier=OuterRef("dossier"), pk__gt=OuterRef("pk"))
    finis = (
        ContratEngagement.objects.filter(
            dossier__in=dossiers, cadre=Cadre.CEJ, etat__in=[Etat.TERMINE, Etat.ROMPU], fin_le__gte=le - RECENTS
        )
        .exclude(Exists(autres))
        .select_related("dossier__jeune", "dossier__referent")
        .defer("duree", "heures", "eligibilite", "forfait", "contenu")
    )
    for contrat in finis:
        jour = possible_des(contrat, le)
        if jour is not None and le - PREAVIS[GenreEcheance.ATTENTE] <= jour <= limite:
            yield EcheanceContrat(GenreEcheance.ATTENTE, jour, contrat.dossier, contrat)


def possible_des(contrat: ContratEngagement, le: date) -> delais.Echeance | None:
    """From which day another CEJ may follow this one, which has ended (R. 5131-16); None when it can't be said."""
    jeune = contrat.dossier.jeune
    try:
        faits = FaitsEligibilite(
            date_naissance=jeune.naissance,
            precision_naissance=jeune.naissance_precision,  # type: ignore[arg-type]  # its choices are the law's
            cej_precedent="termine",
            fin_cej_precedent=contrat.fin,
        )
        return appliquer(eligibilite, faits, le).resultat["a_partir_du"]
    except FaitInvalide:
        return None


def echeancier(
    dossiers: Dossiers, *, le: date, jusqu_au: date | None = None, genres: Iterable[str] | None = None
) -> list[EcheanceContrat]:
    """The deadlines of these dossiers, nearest first; within the notice of each kind, or to `jusqu_au`.

    Four queries, whatever the number of dossiers. `genres` keeps some kinds.
    """
    voulus = set(genres) if genres is not None else set(GenreEcheance.values)
    trouvees: list[EcheanceContrat] = []
    if GenreEcheance.SIGNATURE in voulus:
        trouvees += _a_signer(dossiers, le, _limite(GenreEcheance.SIGNATURE, le, jusqu_au))
    if voulus - {GenreEcheance.SIGNATURE, GenreEcheance.EVALUATION, GenreEcheance.ATTENTE}:
        trouvees += (e for e in _des_signes(dossiers, le, jusqu_au) if e.genre in voulus)
    if GenreEcheance.EVALUATION in voulus:
        trouvees += _a_evaluer(dossiers, _limite(GenreEcheance.EVALUATION, le, jusqu_au))
    if GenreEcheance.ATTENTE in voulus:
        trouvees += _apres_l_attente(dossiers, le, _limite(GenreEcheance.ATTENTE, le, jusqu_au))
    return sorted(trouvees, key=lambda e: (e.le, e.genre, e.dossier.pk))


def actualisations_a_signer(dossiers: Dossiers) -> QuerySet[ContratEngagement, Any]:
    """Contracts whose update waits for its signatures."""
    return ContratEngagement.objects.filter(
        dossier__in=dossiers, etat=Etat.SIGNE, actualisations__etat=EtatActualisation.PREPAREE
    )
