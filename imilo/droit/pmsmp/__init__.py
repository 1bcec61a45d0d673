"""The période de mise en situation en milieu professionnel (PMSMP), called immersion in the sentences.

Three rules: `convention` (may this agreement be concluded, and what does it lack), `duree` (how long, how many in one
place), `accident` (who tells whom, before when).
"""

from imilo.droit.pmsmp.accidents import FaitsAccident, ResultatAccident, accident
from imilo.droit.pmsmp.conventions import FaitsConvention, ResultatConvention, convention
from imilo.droit.pmsmp.durees import Convention, FaitsDuree, Renouvellement, ResultatDuree, duree
from imilo.droit.pmsmp.prescripteurs import Autorisation

__all__ = [
    "Autorisation",
    "Convention",
    "FaitsAccident",
    "FaitsConvention",
    "FaitsDuree",
    "Renouvellement",
    "ResultatAccident",
    "ResultatConvention",
    "ResultatDuree",
    "accident",
    "convention",
    "duree",
]
