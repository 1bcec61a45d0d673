"""Take the decision in the State's name, one by one, and note that its letter was received."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.allocations.models import DecisionAllocation, EtatDecision, Sens
from imilo.parcours.allocations.selectors import reglage
from imilo.parcours.allocations.services.commun import (
    CHAMPS,
    contexte_de,
    pouvoir_ou_refus,
    prendre,
    trop_percu,
    verrouiller,
)
from imilo.parcours.allocations.services.courriers import joindre_les_courriers
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import RegleViolee


def genre_du_fait(decision: DecisionAllocation) -> str:
    if decision.rang > 1:
        return "allocation.corrigee"
    return "allocation.decidee" if decision.sens == Sens.ACCORD else "allocation.refusee"


@transaction.atomic
def decider_allocation(agent: Agent, decision: DecisionAllocation, *, version: int) -> DecisionAllocation:
    """Take the decision in the State's name, today, and write its letter; that of a claim too, if it makes one.

    Fact `allocation.decidee`, `.refusee` or `.corrigee`. The law is asked again: when it no longer says what was shown
    (a scale changed), nothing is decided. Raises `NonHabilite`, `RegleViolee`, `VersionPerimee`.
    """
    contrat = verrouiller(decision.contrat)
    structure = contrat.dossier.structure
    le = aujourd_hui(structure)
    pouvoir = pouvoir_ou_refus(agent, structure, le)
    stockee = reprendre(decision, version=version)
    stockee.contrat, stockee.dossier = contrat, contrat.dossier
    reponse = prendre(
        stockee,
        pouvoir=pouvoir,
        le=le,
        contexte=contexte_de(contrat),
        deux_regards=reglage(structure=structure).deux_regards,
    )
    stockee.decidee_par = agent
    trop = trop_percu(stockee, reponse)
    if trop is not None:
        trop.save(force_insert=True)
    joindre_les_courriers(stockee, trop)
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, genre_du_fait(stockee), stockee, mois=stockee.code_mois)
    return stockee


@transaction.atomic
def notifier_decision(
    agent: Agent, decision: DecisionAllocation, *, version: int, notifiee_le: date, moyen: str
) -> DecisionAllocation:
    """Record the day the person received the letter: the delays of appeal start. Fact `allocation.notifiee`.

    Raises `RegleViolee`, `VersionPerimee`.
    """
    contrat = verrouiller(decision.contrat)
    stockee = reprendre(decision, version=version)
    stockee.contrat, stockee.dossier = contrat, contrat.dossier
    if stockee.etat != EtatDecision.DECIDEE:
        raise RegleViolee("Seule une décision prise, pas encore notifiée, peut l'être.")
    if stockee.document_id is None:
        raise RegleViolee("Le courrier de cette décision n'est pas encore fait : il ne peut pas avoir été remis.")
    assert stockee.decidee_le is not None
    if notifiee_le > aujourd_hui(contrat.dossier.structure):
        raise RegleViolee("Une notification ne se note pas d'avance.", "notifiee_le")
    if notifiee_le < stockee.decidee_le:
        raise RegleViolee("La notification ne peut pas précéder la décision.", "notifiee_le")
    if moyen not in dict(codes(Liste.NOTIFICATION, notifiee_le)):
        raise RegleViolee("Choisissez un moyen de la liste.", "moyen")
    stockee.etat, stockee.notifiee_le, stockee.notifiee_par = EtatDecision.NOTIFIEE, notifiee_le, agent
    stockee.notification_moyen = moyen
    stockee.version += 1
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, "allocation.notifiee", stockee, mois=stockee.code_mois, moyen=moyen.lower())
    return stockee
