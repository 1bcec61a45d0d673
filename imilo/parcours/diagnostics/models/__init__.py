"""Models of orientation and of the shared assessment."""

from imilo.parcours.diagnostics.models.diagnostic import (
    Accord,
    Appreciation,
    Commentaire,
    Constat,
    Contrainte,
    Diagnostic,
    DiagnosticTheme,
    Element,
    ElementDeContrainte,
    Impact,
    MetierDuDiagnostic,
    Valeur,
    ValeurContrainte,
    ValeurObjectif,
    ValeurSituation,
)
from imilo.parcours.diagnostics.models.orientation import (
    Difficulte,
    Organisme,
    Orientation,
    OrientationQuerySet,
    SituationEmploi,
)

__all__ = [
    "Accord",
    "Appreciation",
    "Commentaire",
    "Constat",
    "Contrainte",
    "Diagnostic",
    "DiagnosticTheme",
    "Difficulte",
    "Element",
    "ElementDeContrainte",
    "Impact",
    "MetierDuDiagnostic",
    "Organisme",
    "Orientation",
    "OrientationQuerySet",
    "SituationEmploi",
    "Valeur",
    "ValeurContrainte",
    "ValeurObjectif",
    "ValeurSituation",
]
