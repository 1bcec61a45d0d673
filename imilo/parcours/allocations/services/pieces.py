"""The documents of the allowance: asked for, received, and what is paid while they are awaited (R. 5131-25 II)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import Decision, vers_json
from imilo.droit.erreurs import FaitInvalide
from imilo.journal.services import consigner
from imilo.parcours.allocations import calcul
from imilo.parcours.allocations.models import PiecesAttendues
from imilo.parcours.allocations.services.commun import CHAMPS, pouvoir_ou_refus, preparer_de_nouveau, verrouiller
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.socle.erreurs import RegleViolee

RECUES = "Toutes les pièces de ce contrat sont déjà reçues."


@dataclass(frozen=True)
class PiecesSaisies:
    """What is missing, in words, and whether the person shows all the same that they are entitled (None: not yet)."""

    manquantes: str
    eligibilite_demontree: bool | None = None


@transaction.atomic
def demander_pieces(
    agent: Agent, contrat: ContratEngagement, *, saisies: PiecesSaisies, version: int | None
) -> PiecesAttendues:
    """Note which documents are missing, and until when they are awaited. Fact `pieces.demandees`.

    Nothing more is decided for the contract until they are there, or a provisional decision is taken. Raises
    `RegleViolee`, `VersionPerimee`.
    """
    contrat = verrouiller(contrat)
    le = aujourd_hui(contrat.dossier.structure)
    if contrat.signe_le is None:
        raise RegleViolee("L'allocation commence avec la signature du contrat : il n'est pas encore signé.")
    if not saisies.manquantes.strip():
        raise RegleViolee("Écrivez ce qui manque : la personne le lira.", "manquantes")
    pieces = PiecesAttendues.objects.filter(contrat=contrat).first()
    if pieces is not None:
        pieces = reprendre(pieces, version=version or 0)
        if pieces.completes_le is not None:
            raise RegleViolee(RECUES)
        pieces.version += 1
    else:
        pieces = PiecesAttendues(
            contrat=contrat, dossier=contrat.dossier, structure=contrat.dossier.structure, demandees_le=le
        )
    pieces.manquantes, pieces.agent = saisies.manquantes.strip(), agent
    if pieces.conservatoire_le is None:
        pieces.eligibilite_demontree = saisies.eligibilite_demontree
    return _enregistrer(agent, pieces, contrat, le, genre="pieces.demandees")


@transaction.atomic
def recevoir_pieces(agent: Agent, pieces: PiecesAttendues, *, version: int, recues_le: date) -> PiecesAttendues:
    """Note the day the last document was received: what it costs, if it came late, follows. Fact `pieces.recues`.

    Raises `RegleViolee`, `VersionPerimee`.
    """
    contrat = verrouiller(pieces.contrat)
    le = aujourd_hui(contrat.dossier.structure)
    stockees = reprendre(pieces, version=version)
    if stockees.completes_le is not None:
        raise RegleViolee(RECUES)
    if recues_le > le:
        raise RegleViolee("Ce jour est à venir : notez la réception quand elle a lieu.", "recues_le")
    if contrat.signe_le is not None and recues_le < contrat.signe_le:
        raise RegleViolee("Des pièces reçues avant la signature n'étaient pas manquantes.", "recues_le")
    stockees.completes_le, stockees.agent = recues_le, agent
    stockees.version += 1
    return _enregistrer(agent, stockees, contrat, le, genre="pieces.recues")


@transaction.atomic
def decider_conservatoire(agent: Agent, pieces: PiecesAttendues, *, version: int) -> PiecesAttendues:
    """Decide to pay while documents are awaited, for as long as the law allows. Fact `pieces.conservatoire`.

    R. 5131-25 II: the legal representative takes it, or whom they delegated their signature to. What is paid so is
    kept for good. Raises `NonHabilite`, `RegleViolee`, `VersionPerimee`.
    """
    contrat = verrouiller(pieces.contrat)
    le = aujourd_hui(contrat.dossier.structure)
    pouvoir = pouvoir_ou_refus(agent, contrat.dossier.structure, le)
    stockees = reprendre(pieces, version=version)
    if stockees.completes_le is not None:
        raise RegleViolee(RECUES)
    if stockees.conservatoire_le is not None:
        raise RegleViolee("Le versement conservatoire est déjà décidé.")
    if stockees.eligibilite_demontree is not True:
        raise RegleViolee(
            "Dites d'abord que la personne montre, sans toutes les pièces, qu'elle a droit à l'allocation."
        )
    stockees.conservatoire_le, stockees.conservatoire_par = le, agent
    stockees.pouvoir = pouvoir.mention
    stockees.version += 1
    return _enregistrer(agent, stockees, contrat, le, genre="pieces.conservatoire")


def _enregistrer(
    agent: Agent, pieces: PiecesAttendues, contrat: ContratEngagement, le: date, *, genre: str
) -> PiecesAttendues:
    """Ask the law, save, prepare again the months that wait. One fact."""
    pieces.contrat, pieces.dossier = contrat, contrat.dossier
    payes = calcul.contextes([contrat.pk])[contrat.pk].conservatoires
    decision = _demander(contrat, pieces, payes, le)
    pieces.limite, pieces.decision = decision.resultat["limite"], vers_json(decision)
    enregistrer(pieces, champs=CHAMPS)
    preparer_de_nouveau(contrat, le)
    consigner(agent, genre, pieces)
    return pieces


def _demander(contrat: ContratEngagement, pieces: PiecesAttendues, payes: Collection[date], le: date) -> Decision[Any]:
    try:
        return calcul.repondre_sur_les_pieces(contrat, pieces, conservatoires=payes, le=le)
    except FaitInvalide as erreur:
        raise RegleViolee(erreur.message, erreur.champ) from erreur
