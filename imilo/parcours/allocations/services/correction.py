"""Correct a month already decided: another declaration, another decision, and what becomes of the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.allocations.a_revoir import mois_a_revoir
from imilo.parcours.allocations.models import CauseTropPercu, DecisionAllocation
from imilo.parcours.allocations.services.commun import verrouiller
from imilo.parcours.allocations.services.declaration import (
    RessourceSaisie,
    SituationDuMois,
    derniere_du_mois,
    nouvelle_decision,
    nouvelle_declaration,
    preparer,
    remplir,
)
from imilo.parcours.contrats.models import ContratEngagement
from imilo.socle.erreurs import RegleViolee


@dataclass(frozen=True)
class CorrectionSaisie:
    """Why a month is corrected: its cause (`CauseTropPercu`), and in the words of who corrects it."""

    cause: str
    raison: str


@transaction.atomic
def corriger_le_mois(
    agent: Agent,
    contrat: ContratEngagement,
    *,
    mois: date,
    correction: CorrectionSaisie,
    situation: SituationDuMois,
    ressources: Sequence[RessourceSaisie],
    corrige: int,
) -> DecisionAllocation:
    """Prepare the decision that corrects the one of this key (`corrige`). Fact `allocation.correction_preparee`.

    The corrected decision stays as it was taken: the law says what becomes of the difference (`cej.trop_percu`).
    Raises `RegleViolee`: nothing is taken yet, or it was corrected meanwhile.
    """
    contrat = verrouiller(contrat)
    le = aujourd_hui(contrat.dossier.structure)
    derniere = derniere_du_mois(contrat, mois)
    if derniere is None or not derniere.prise:
        raise RegleViolee("Ce mois n'est pas encore décidé : corrigez directement ses ressources.")
    if derniere.pk != corrige:
        raise RegleViolee("Ce mois a été corrigé depuis que vous l'avez ouvert : partez de la dernière décision.")
    if correction.cause not in CauseTropPercu.values:
        raise RegleViolee("Choisissez la cause de la correction.", "cause")
    if not correction.raison.strip():
        raise RegleViolee("Dites pourquoi ce mois est corrigé : la personne le lira.", "raison")
    declaration = nouvelle_declaration(contrat, mois, rang=derniere.rang + 1)
    remplir(declaration, situation, ressources, agent=agent, le=le, depose_par=agent)
    decision = nouvelle_decision(contrat, declaration)
    decision.corrige, decision.cause, decision.correction = derniere, correction.cause, correction.raison.strip()
    return preparer(agent, decision, contrat, le=le, genre="allocation.correction_preparee")


def recalculer_le_mois(agent: Agent, decision: DecisionAllocation) -> DecisionAllocation:
    """Prepare the correction of a month that a sanction has changed since, on the resources already declared.

    The reason is what happened to the sanction. Raises `RegleViolee`: nothing changed, or somebody corrected it.
    """
    contrat = decision.contrat
    revu = mois_a_revoir(decision, le=aujourd_hui(contrat.dossier.structure))
    if revu is None:
        raise RegleViolee("Ce mois n'est plus à revoir : son montant est juste, ou sa correction est déjà préparée.")
    declaree = decision.declaration
    situation = SituationDuMois(**{champ.name: getattr(declaree, champ.name) for champ in fields(SituationDuMois)})
    recues = declaree.ressources.order_by("pk")
    return corriger_le_mois(
        agent,
        contrat,
        mois=decision.mois,
        correction=CorrectionSaisie(CauseTropPercu.SITUATION, revu.pourquoi),
        situation=situation,
        ressources=[RessourceSaisie(r.nature, r.montant, document_id=r.justificatif_id) for r in recues],
        corrige=decision.pk,
    )
