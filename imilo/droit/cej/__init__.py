"""The contrat d'engagement jeune (CEJ) and its monthly allowance.

Eight rules: `eligibilite` (may this person sign one), `duree` (until when), `prolongation` (may it go on),
`forfait` (the flat amount), `droit_allocation` (is an allowance due at all), `allocation` (how much for one month),
`pieces` (the documents, and what is paid or lost without them), `trop_percu` (paid against due).
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
from imilo.droit.cej.pieces import FaitsPieces, ResultatPieces, pieces
from imilo.droit.cej.prolongations import FaitsProlongation, ResultatProlongation, prolongation
from imilo.droit.cej.trop_percu import FaitsTropPercu, MoisPaye, ResultatTropPercu, trop_percu
from imilo.droit.ressources import Ressource

__all__ = [
    "AutonomieFiscale",
    "FaitsAllocation",
    "FaitsDroitAllocation",
    "FaitsDuree",
    "FaitsEligibilite",
    "FaitsForfait",
    "FaitsPieces",
    "FaitsProlongation",
    "FaitsTropPercu",
    "Foyer",
    "MoisPaye",
    "Ressource",
    "ResultatAllocation",
    "ResultatDroitAllocation",
    "ResultatDuree",
    "ResultatEligibilite",
    "ResultatForfait",
    "ResultatPieces",
    "ResultatProlongation",
    "ResultatTropPercu",
    "allocation",
    "droit_allocation",
    "duree",
    "eligibilite",
    "forfait",
    "pieces",
    "prolongation",
    "trop_percu",
]
