"""What awaited documents, unverified declarations and claims tell the dossier and *Ma journée*."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import en_cours_dans
from imilo.droit import francais
from imilo.droit.delais import mois_echu
from imilo.parcours.allocations.models import DecisionAllocation, EtatDecision, PiecesAttendues, Reglement, TropPercu
from imilo.parcours.allocations.models.decision import DecisionQuerySet
from imilo.parcours.allocations.selectors import decisions
from imilo.parcours.contrats.selectors import contrats_lus
from imilo.parcours.dossiers.alertes import Alerte, Echeance, Urgence
from imilo.parcours.dossiers.decisions import Source, du_dossier
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.referents import dossiers_suivis
from imilo.socle import mots

PREPARER = "allocation.preparer"


def _vers_les_pieces(pieces: PiecesAttendues) -> Lien:
    return Lien("allocation-pieces", (str(pieces.dossier), pieces.contrat_id), "Voir les pièces", PREPARER)


def _vers_le_mois(d: DecisionAllocation) -> Lien:
    return Lien("allocation", (str(d.dossier), d.contrat_id, d.code_mois), "Vérifier", PREPARER)


def alertes(dossier: Dossier, le: date) -> Iterator[Alerte]:
    """Documents that are missing, a month that the person declared, a claim to settle: all of a contract."""
    if not contrats_lus(dossier=dossier):
        return
    for pieces in PiecesAttendues.objects.filter(dossier=dossier, completes_le__isnull=True).defer("decision"):
        pieces.dossier = dossier
        urgence = Urgence.DEPASSEE if pieces.limite < le else Urgence.BIENTOT
        jour = mots.echeance_en_lettres(pieces.limite)
        message = f"Pièces de l'allocation attendues jusqu'au {jour} : {pieces.manquantes}"
        yield Alerte(message, urgence, _vers_les_pieces(pieces))
    prises = decisions(dossier=dossier)
    for d in filter(_est_a_verifier, prises):
        d.dossier = dossier
        message = f"La personne a déclaré ses ressources {francais.du_mois(d.mois)} : vérifiez-les"
        yield Alerte(message, Urgence.BIENTOT, _vers_le_mois(d))
    if not prises:
        return
    for trop in TropPercu.objects.filter(dossier=dossier, reglement=Reglement.A_REGLER).select_related("decision"):
        lien = Lien("trop-percu", (str(dossier), trop.pk), "Voir le trop-perçu", PREPARER)
        message = f"Trop-perçu à régler {francais.du_mois(trop.decision.mois)} : {mots.montant(trop.montant)}"
        yield Alerte(message, Urgence.BIENTOT, lien)


def _a_verifier() -> DecisionQuerySet:
    return DecisionAllocation.objects.filter(
        etat=EtatDecision.PREPAREE, declaration__agent__isnull=True, declaration__verifiee_le__isnull=True
    ).defer("droit", "calcul", "pieces", "regularisation")


def _est_a_verifier(d: DecisionAllocation) -> bool:
    """The same condition, on a decision read with its declaration."""
    return d.etat == EtatDecision.PREPAREE and d.declaration.agent_id is None and d.declaration.verifiee_le is None


def echeances(agent: Agent, structure: Structure, le: date) -> Iterator[Echeance]:
    """The last day of each document awaited, and the months to verify: of one's own caseload."""
    if not en_cours_dans(agent=agent, structure=structure, le=le):
        return
    suivis = dossiers_suivis(agent=agent, structure=structure, le=le)
    pieces = PiecesAttendues.objects.filter(structure=structure, dossier__in=suivis, completes_le__isnull=True)
    for p in pieces.select_related("dossier__jeune").defer("decision", "dossier__jeune__nir"):
        urgence = Urgence.DEPASSEE if p.limite < le else Urgence.BIENTOT
        yield Echeance(p.limite, "Pièces de l'allocation", p.dossier, _vers_les_pieces(p), urgence)
    for d in _a_verifier().filter(structure=structure, dossier__in=suivis).select_related("dossier__jeune"):
        titre = f"Ressources {francais.du_mois(d.mois)} déclarées : à vérifier"
        yield Echeance(mois_echu(d.mois), titre, d.dossier, _vers_le_mois(d))


DES_PIECES = Source(
    "allocations.PiecesAttendues.decision",
    du_dossier(PiecesAttendues),
    "Pièces attendues : jusqu'à quand",
    _vers_les_pieces,
    PREPARER,
)
