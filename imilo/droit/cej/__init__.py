"""The contrat d'engagement jeune (CEJ) and its monthly allowance.

Five rules: `eligibilite` (may this person sign one), `duree` (until when),
`forfait` (the flat amount), `droit_allocation` (is an allowance due at all),
`allocation` (how much for one month).
"""

from imilo.droit.cej.calcul import FaitsAllocation, ResultatAllocation, allocation
from imilo.droit.cej.conditions import ResultatEligibilite, eligibilite
from imilo.droit.cej.droits import (
    FaitsDroitAllocation,
    ResultatDroitAllocation,
    droit_allocation,
)
from imilo.droit.cej.durees import FaitsDuree, ResultatDuree, duree
from imilo.droit.cej.examen import FaitsEligibilite
from imilo.droit.cej.forfaits import (
    AutonomieFiscale,
    FaitsForfait,
    Foyer,
    ResultatForfait,
    forfait,
)
from imilo.droit.ressources import Ressource

__all__ = [
    "AutonomieFiscale",
    "FaitsAllocation",
    "FaitsDroitAllocation",
    "FaitsDuree",
    "FaitsEligibilite",
    "FaitsForfait",
    "Foyer",
    "Ressource",
    "ResultatAllocation",
    "ResultatDroitAllocation",
    "ResultatDuree",
    "ResultatEligibilite",
    "ResultatForfait",
    "allocation",
    "droit_allocation",
    "duree",
    "eligibilite",
    "forfait",
]
