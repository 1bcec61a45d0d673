"""Once the contract is signed: phases and their assessment, prolongations, suspensions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.cej import FaitsProlongation, prolongation
from imilo.droit.decision import vers_json
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.journal.services import consigner
from imilo.parcours.contrats.etats import Cadre, Etat
from imilo.parcours.contrats.models import (
    CauseProlongation,
    ContratEngagement,
    MotifSuspension,
    PhasePacea,
    Prolongation,
    Suspension,
)
from imilo.parcours.contrats.reglages import reglages
from imilo.parcours.contrats.selectors import pouvoir_de_prolonger
from imilo.parcours.contrats.services.cadres import duree_du_pacea, fin_du_pacea
from imilo.parcours.contrats.services.commun import CHAMPS, au_champ, dossier_suivi
from imilo.parcours.contrats.services.lettres import decider_prolongation, decider_reprise, decider_suspension
from imilo.parcours.contrats.services.saisies import PhaseSaisie
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.lois import appliquer

CHAMPS_PROLONGATION = {
    "prolongation_plus_tard": "fin",
    "prolongation_motivee": "motif",
    "prolongation_parcours_nomme": "parcours",
}


def signe(contrat: ContratEngagement, *, version: int) -> ContratEngagement:
    """The stored signed contract, locked, with its dossier. Raises `RegleViolee`, `VersionPerimee`."""
    dossier = dossier_suivi(contrat.dossier)
    stocke = reprendre(contrat, version=version)
    stocke.dossier = dossier
    if stocke.etat != Etat.SIGNE:
        raise RegleViolee(f"Ce contrat est « {Etat(stocke.etat).label} » : seul un contrat signé peut changer ainsi.")
    return stocke


@dataclass(frozen=True)
class ProlongationSaisie:
    """`fin` is the last day wanted, needed but for a relay; `sur_la_liste`: the path is one of the order's list."""

    cause: str
    fin: date | None = None
    motif: str = ""
    parcours: str = ""
    parcours_debut: date | None = None
    parcours_fin: date | None = None
    sur_la_liste: bool | None = None


def _prolonger_le_cej(
    contrat: ContratEngagement, saisie: ProlongationSaisie, le: date
) -> tuple[dict[str, Any], Echeance]:
    """The decision of `cej.prolongation` and the new end. Raises `RegleViolee` (R. 5131-16)."""
    relais = saisie.cause == CauseProlongation.RELAIS
    signes = reglages().motif_prolongation_signes
    if not relais and len(saisie.motif.strip()) < signes:
        raise RegleViolee(
            "Une prolongation exceptionnelle est dûment motivée (R. 5131-16) : écrivez en quoi les besoins de la "
            f"personne la rendent nécessaire, en {signes} signes au moins.",
            "motif",
        )
    if not relais and saisie.fin is None:
        raise RegleViolee("Indiquez jusqu'à quel jour le contrat est prolongé.", "fin")
    try:
        faits = FaitsProlongation(
            debut=contrat.debut,
            fin=contrat.fin_prevue,
            cause=saisie.cause,  # type: ignore[arg-type]  # same values
            fin_demandee=None if relais else saisie.fin,
            besoins_du_jeune=bool(saisie.motif.strip()),
            prolongation_motivee=bool(saisie.motif.strip()),
            parcours_sur_la_liste=saisie.sur_la_liste,
            parcours_debut=saisie.parcours_debut,
            parcours_fin=saisie.parcours_fin,
        )
        decision = appliquer(prolongation, faits, le)
    except FaitInvalide as erreur:
        raise au_champ(erreur, {"fin_demandee": "fin"}) from erreur
    dernier = decision.resultat["dernier_jour"]
    if decision.resultat["possible"] is not True or dernier is None:
        points = [f"{m.phrase} ({m.article})" for m in decision.motifs if m.satisfait is not True]
        raise RegleViolee(" ".join(points) or "Indiquez la fin du parcours.", "parcours_fin" if relais else "fin")
    return vers_json(decision), dernier if relais or saisie.fin is None else dernier.au_plus_tard(saisie.fin)


def _prolonger_le_pacea(
    contrat: ContratEngagement, saisie: ProlongationSaisie, le: date
) -> tuple[dict[str, Any], Echeance]:
    """Twenty-four months in a row at most, never beyond 26 years (R. 5131-13). Raises `RegleViolee`.

    The decision of `pacea.duree` and the new end; the contract takes the decision `pacea.fin` itself.
    """
    if saisie.fin is None:
        raise RegleViolee("Indiquez jusqu'à quel jour le parcours est prolongé.", "fin")
    assert contrat.signe_le is not None
    phases = list(contrat.phases.all())
    decision = duree_du_pacea(signe_le=contrat.signe_le, phases=phases, fin=saisie.fin, le=le)
    contraire = next((m for m in decision.motifs if m.code == "duree_maximale" and m.satisfait is False), None)
    if contraire is not None:
        raise RegleViolee(f"{contraire.phrase} ({contraire.article})", "fin")
    contrat.decision_fin, fin = fin_du_pacea(contrat.dossier, contrat.signe_le, phases, saisie.fin)
    return vers_json(decision), fin


def _garder_la_prolongation(
    agent: Agent,
    contrat: ContratEngagement,
    saisie: ProlongationSaisie,
    *,
    decision: dict[str, Any],
    fin: Echeance,
    le: date,
) -> Prolongation:
    """The row of a prolongation to `fin`, which the contract doesn't bear yet."""
    ligne = Prolongation(
        contrat=contrat,
        dossier=contrat.dossier,
        structure_id=contrat.structure_id,
        cause=saisie.cause,
        motif=saisie.motif.strip(),
        parcours=saisie.parcours.strip(),
        parcours_debut=saisie.parcours_debut,
        parcours_fin=saisie.parcours_fin,
        fin_avant=contrat.fin_prevue,
        fin_apres=fin,
        decision=decision,
        le=le,
        agent=agent,
    )
    enregistrer(ligne, champs=CHAMPS_PROLONGATION, premier=True)
    return ligne


@transaction.atomic
def prolonger_contrat(
    agent: Agent, contrat: ContratEngagement, *, version: int, saisie: ProlongationSaisie
) -> Prolongation:
    """Prolong a CEJ or a PACEA as the law allows it, with its letter. Fact `contrat.renouvele`.

    Raises `RegleViolee`, `NonHabilite` (neither the référent nor a delegate), `VersionPerimee`.
    """
    stocke = signe(contrat, version=version)
    le = aujourd_hui(stocke.dossier.structure)
    permises = {Cadre.CEJ: ("exceptionnelle", "parcours_relais"), Cadre.PACEA: ("pacea",)}
    if saisie.cause not in permises.get(Cadre(stocke.cadre), ()):
        raise RegleViolee("Choisissez ce qui prolonge le contrat.", "cause")
    structure = stocke.dossier.structure
    pouvoir = pouvoir_de_prolonger(agent=agent, contrat=stocke, cause=saisie.cause, structure=structure, le=le)
    if pouvoir is None:
        raise NonHabilite(
            f"Un {stocke.sigle} est prolongé par le conseiller référent, ou par qui a délégation pour les contrats "
            f"(R. 5131-16) : {agent} n'est ni l'un ni l'autre."
        )
    prolonger = _prolonger_le_pacea if stocke.cadre == Cadre.PACEA else _prolonger_le_cej
    decision, fin = prolonger(stocke, saisie, le)
    ligne = _garder_la_prolongation(agent, stocke, saisie, decision=decision, fin=fin, le=le)
    stocke.fin_prevue = fin
    stocke.version += 1
    enregistrer(stocke, champs=CHAMPS)
    decider_prolongation(agent, ligne, pouvoir=pouvoir)
    consigner(agent, "contrat.renouvele", stocke, cause=saisie.cause)
    return ligne


@transaction.atomic
def suspendre_contrat(
    agent: Agent, contrat: ContratEngagement, *, version: int, debut: date, motif: str, precision: str = ""
) -> Suspension:
    """Suspend the activities of a signed contract from a day on, with its letter. Fact `contrat.suspendu`.

    Raises `RegleViolee`, `VersionPerimee`.
    """
    stocke = signe(contrat, version=version)
    if motif not in MotifSuspension.values:
        raise RegleViolee("Choisissez une raison.", "motif")
    if not stocke.debut <= debut <= stocke.fin_prevue:
        raise RegleViolee(
            f"Le contrat va du {stocke.debut:%d/%m/%Y} au {stocke.fin_prevue:%d/%m/%Y} : choisissez un de ces jours.",
            "debut",
        )
    ligne = Suspension(
        contrat=stocke,
        dossier=stocke.dossier,
        structure_id=stocke.structure_id,
        motif=motif,
        precision=precision.strip(),
        debut=debut,
        agent=agent,
    )
    champs = {"suspension_sans_recouvrement": "debut", "suspension_autre_precisee": "precision"}
    enregistrer(ligne, champs=champs, premier=True)
    decider_suspension(agent, ligne, le=aujourd_hui(stocke.dossier.structure))
    consigner(agent, "contrat.suspendu", stocke, motif=motif)
    return ligne


@transaction.atomic
def reprendre_les_activites(agent: Agent, suspension: Suspension, *, version: int, fin: date) -> Suspension:
    """End a suspension, with its letter: `fin` is its last day. Fact `contrat.repris`.

    Raises `RegleViolee`, `VersionPerimee`.
    """
    stocke = reprendre(suspension, version=version)
    stocke.contrat = suspension.contrat
    if stocke.fin is not None:
        raise RegleViolee(f"Les activités ont déjà repris après le {stocke.fin:%d/%m/%Y}.")
    le = aujourd_hui(suspension.contrat.dossier.structure)
    if fin > le:
        raise RegleViolee("Une reprise ne se note pas d'avance.", "fin")
    stocke.fin = fin
    stocke.version += 1
    enregistrer(stocke, champs={"suspension_fin_apres_debut": "fin", "suspension_sans_recouvrement": "fin"})
    decider_reprise(agent, stocke, le=le)
    consigner(agent, "contrat.repris", suspension.contrat)
    return stocke


@transaction.atomic
def evaluer_phase(
    agent: Agent, phase: PhasePacea, *, version: int, evaluee_le: date, evaluation: str, atteints: bool | None
) -> PhasePacea:
    """Write the assessment of a phase (R. 5131-11). Fact `phase.evaluee`. Raises `RegleViolee`, `VersionPerimee`."""
    stocke = reprendre(phase, version=version)
    if evaluee_le > aujourd_hui(phase.contrat.dossier.structure):
        raise RegleViolee("Une évaluation ne se note pas d'avance.", "evaluee_le")
    if atteints is None:
        raise RegleViolee("Dites si les objectifs de la phase sont atteints (R. 5131-11).", "atteints")
    if not evaluation.strip():
        raise RegleViolee("Écrivez le bilan de la phase.", "evaluation")
    stocke.evaluee_le, stocke.evaluation, stocke.atteints = evaluee_le, evaluation.strip(), atteints
    stocke.evaluee_par = agent
    stocke.version += 1
    enregistrer(stocke, champs={"phase_evaluation_entiere": "evaluee_le"})
    _revoir_les_phases(phase.contrat, le=evaluee_le)
    consigner(agent, "phase.evaluee", stocke)
    return stocke


def _revoir_les_phases(contrat: ContratEngagement, *, le: date) -> None:
    """Keep what the law says of the phases as they now are (`pacea.duree`). Raises `RegleViolee`."""
    phases, signe_le = list(contrat.phases.all()), contrat.signe_le or contrat.debut
    decision = duree_du_pacea(signe_le=signe_le, phases=phases, fin=contrat.fin_prevue, le=le)
    ContratEngagement.objects.filter(pk=contrat.pk).update(duree=vers_json(decision))


@transaction.atomic
def ajouter_phase(agent: Agent, contrat: ContratEngagement, *, version: int, phase: PhaseSaisie) -> PhasePacea:
    """Add the next phase of a signed PACEA. Fact `phase.ajoutee`. Raises `RegleViolee`, `VersionPerimee`."""
    stocke = signe(contrat, version=version)
    if stocke.cadre != Cadre.PACEA:
        raise RegleViolee("Seul un PACEA a des phases (R. 5131-11).")
    if phase.debut < stocke.debut or phase.fin > stocke.fin_prevue:
        raise RegleViolee(
            f"Le parcours va du {stocke.debut:%d/%m/%Y} au {stocke.fin_prevue:%d/%m/%Y} : "
            "prolongez-le d'abord, ou changez les dates de la phase.",
            "fin",
        )
    ligne = PhasePacea(contrat=stocke, dossier=stocke.dossier, structure_id=stocke.structure_id, **phase.__dict__)
    enregistrer(ligne, champs={"phase_fin_apres_debut": "fin", "phase_sans_recouvrement": "debut"}, premier=True)
    _revoir_les_phases(stocke, le=aujourd_hui(stocke.dossier.structure))
    consigner(agent, "phase.ajoutee", stocke)
    return ligne
