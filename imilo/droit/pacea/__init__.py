"""The parcours contractualisé d'accompagnement vers l'emploi et l'autonomie (PACEA).

Four rules: `eligibilite` (may this person enter one), `duree` (its phases, and until when), `fin` (what ends it, and
when), `allocation` (may an allowance be granted for a month, and up to how much).
"""

from imilo.droit.pacea.allocations import FaitsAllocation, ResultatAllocation, SommePercue, allocation
from imilo.droit.pacea.conditions import FaitsEligibilite, ResultatEligibilite, eligibilite
from imilo.droit.pacea.durees import FaitsDuree, Phase, ResultatDuree, duree
from imilo.droit.pacea.fins import FaitsFin, ResultatFin, fin
from imilo.droit.pacea.versements import Versement

__all__ = [
    "FaitsAllocation",
    "FaitsDuree",
    "FaitsEligibilite",
    "FaitsFin",
    "Phase",
    "ResultatAllocation",
    "ResultatDuree",
    "ResultatEligibilite",
    "ResultatFin",
    "SommePercue",
    "Versement",
    "allocation",
    "duree",
    "eligibilite",
    "fin",
]
