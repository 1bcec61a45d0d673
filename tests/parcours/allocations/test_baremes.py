"""A scale published late: the decisions taken with the former value are listed, the others aren't."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from imilo.acteurs.models import Agent
from imilo.droit.decision import depuis_json
from imilo.parcours.allocations import services
from imilo.parcours.allocations.baremes import touchees
from imilo.parcours.allocations.models import DecisionAllocation
from imilo.parcours.allocations.services import CorrectionSaisie
from tests.parcours.allocations.conftest import SEUL

FORFAIT = "cej.forfait.majeur_non_imposable"


def decidee_avec(decision: DecisionAllocation, valeur: str) -> None:
    """Make the decision what it would have been, taken before the value of today was entered."""
    calcul = decision.calcul
    for lu in calcul["baremes"]:
        if lu["nom"] == FORFAIT:
            lu["valeur"], lu["a_compter_du"] = valeur, date(2024, 4, 1).isoformat()
    calcul["resultat"]["montant"] = calcul["resultat"]["forfait"] = valeur
    DecisionAllocation.objects.filter(pk=decision.pk).update(
        calcul=calcul, montant=Decimal(valeur), forfait=Decimal(valeur)
    )


def test_une_decision_d_avant_le_bareme_est_trouvee_puis_corrigee(
    agent: Agent, directrice: Agent, decidee: DecisionAllocation
) -> None:
    structure = decidee.structure
    aujourd_hui = decidee.montant
    assert touchees(structure) == []
    decidee_avec(decidee, "500.00")
    (touchee,) = touchees(structure)
    assert (touchee.decision.pk, touchee.avant, touchee.montant) == (decidee.pk, Decimal("500.00"), aujourd_hui)
    assert touchee.baremes == (FORFAIT,)
    assert "montant forfaitaire" in touchee.libelles[0]
    correction = services.corriger_le_mois(
        agent, decidee.contrat, mois=decidee.mois, correction=CorrectionSaisie("erreur_de_la_structure", "Barème."),
        situation=SEUL, ressources=(), corrige=decidee.pk,
    )  # fmt: skip
    prise = services.decider_allocation(directrice, correction, version=correction.version)
    assert prise.a_verser == aujourd_hui - Decimal("500.00")
    assert touchees(structure) == []


def test_un_bareme_change_sans_effet_sur_le_montant_ne_touche_rien(decidee: DecisionAllocation) -> None:
    """What was read is another value, but the amount comes out the same: nothing is to be corrected."""
    calcul = decidee.calcul
    calcul["baremes"][0]["valeur"] = "1.00"
    DecisionAllocation.objects.filter(pk=decidee.pk).update(calcul=calcul)
    assert depuis_json(calcul).resultat["montant"] == decidee.montant
    assert touchees(decidee.structure) == []
