"""The orientation: who decides which organism accompanies a person, on what grounds, and how it is decided again.

Three rules: `competence` (who decides, and who is on the list), `criteres` (what is weighed), `reorientation` (when
and whom to ask for another decision).
"""

from imilo.droit.orientation.decideurs import FaitsCompetence, ResultatCompetence, Sollicite, competence
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
    "FaitsCompetence",
    "FaitsCriteres",
    "FaitsReorientation",
    "Initiative",
    "MoyenNotification",
    "Organisme",
    "ResultatCompetence",
    "ResultatCriteres",
    "ResultatReorientation",
    "Rsa",
    "Sollicite",
    "competence",
    "criteres",
    "reorientation",
]
