"""The orientation: who decides which organism accompanies a person, on what grounds, and how it is decided again.

Four rules: `competence` (who decides, and who is on the list), `criteres` (what is weighed), `reorientation` (when
and whom to ask for another decision), `changement_domicile` (until when a change of home is told).
"""

from imilo.droit.orientation.decideurs import FaitsCompetence, ResultatCompetence, Sollicite, competence
from imilo.droit.orientation.domicile import (
    EtatDomicile,
    FaitsChangementDomicile,
    ResultatChangementDomicile,
    changement_domicile,
)
from imilo.droit.orientation.notification import MoyenNotification
from imilo.droit.orientation.organismes import Decideur, Organisme, Rsa
from imilo.droit.orientation.pesee import (
    Accompagnement,
    ArreteLocal,
    Critere,
    Difficulte,
    FaitsCriteres,
    ResultatCriteres,
    criteres,
)
from imilo.droit.orientation.reorientations import (
    Effet,
    EtapeParcours,
    FaitsReorientation,
    Initiative,
    ResultatReorientation,
    reorientation,
)

__all__ = [
    "Accompagnement",
    "ArreteLocal",
    "Critere",
    "Decideur",
    "Difficulte",
    "Effet",
    "EtapeParcours",
    "EtatDomicile",
    "FaitsChangementDomicile",
    "FaitsCompetence",
    "FaitsCriteres",
    "FaitsReorientation",
    "Initiative",
    "MoyenNotification",
    "Organisme",
    "ResultatChangementDomicile",
    "ResultatCompetence",
    "ResultatCriteres",
    "ResultatReorientation",
    "Rsa",
    "Sollicite",
    "changement_domicile",
    "competence",
    "criteres",
    "reorientation",
]
