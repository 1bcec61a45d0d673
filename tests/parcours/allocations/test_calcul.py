"""What both decisions of the law come to for a month: granted, or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from imilo.droit import cej
from imilo.droit.cej.droits import Suspensif
from imilo.droit.montants import ZERO
from imilo.parcours.allocations.calcul import ReponseDuDroit
from imilo.parcours.allocations.models import Sens

LE = date(2026, 6, 30)
OUVERT = cej.FaitsDroitAllocation(
    contrat_signe_le=date(2026, 5, 4),
    logement="hors_foyer_parental",
    rsa="non",
    prime_activite="non",
    suspensif="aucun",
)
CALCUL = cej.allocation(
    cej.FaitsAllocation(
        date_naissance=date(2004, 5, 1), foyer="non_imposable", mayotte=False, mois="2026-06", ressources=()
    ),
    LE,
)


@pytest.mark.parametrize(
    ("suspensif", "sens"), [("aucun", Sens.ACCORD), ("service_civique", Sens.REFUS), (None, Sens.REFUS)]
)
def test_rien_n_est_accorde_tant_qu_on_ignore_ce_qui_suspend(suspensif: Suspensif | None, sens: Sens) -> None:
    """R. 5131-24 III: not known isn't *nothing suspends*."""
    reponse = ReponseDuDroit(cej.droit_allocation(replace(OUVERT, suspensif=suspensif), LE), CALCUL)
    assert reponse.droit.resultat["ouvert"] is True
    assert reponse.sens == sens
    assert reponse.montant == (reponse.calcul.resultat["forfait"] if sens == Sens.ACCORD else ZERO)
    assert reponse.calcul.resultat["montant"] > Decimal(0)
