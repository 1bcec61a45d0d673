"""What an act would do, before it is done: the act itself, undone at once."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.services.suites import ProlongationSaisie, prolonger_contrat


def apercu_de_la_prolongation(
    agent: Agent, contrat: ContratEngagement, *, version: int, saisie: ProlongationSaisie
) -> tuple[date, date]:
    """The last day now, and the one that this prolongation would give. Raises what `prolonger_contrat` raises."""
    with transaction.atomic():
        ligne = prolonger_contrat(agent, contrat, version=version, saisie=saisie)
        jours = ligne.fin_avant, ligne.fin_apres
        transaction.set_rollback(True)
    return jours
