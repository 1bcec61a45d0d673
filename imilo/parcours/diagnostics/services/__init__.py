"""Writes of orientation and of the shared assessment."""

from imilo.parcours.diagnostics.services.diagnostic import (
    AppreciationSaisie,
    ContrainteSaisie,
    ThemeSaisi,
    commenter,
    etablir_diagnostic,
    marquer_vu,
)
from imilo.parcours.diagnostics.services.orientation import (
    CHAMPS,
    LONGUEUR_NUMERO_FT,
    OrientationSaisie,
    decider_orientation,
    demander_nouvelle_orientation,
    notifier_orientation,
)

__all__ = [
    "CHAMPS",
    "LONGUEUR_NUMERO_FT",
    "AppreciationSaisie",
    "ContrainteSaisie",
    "OrientationSaisie",
    "ThemeSaisi",
    "commenter",
    "decider_orientation",
    "demander_nouvelle_orientation",
    "etablir_diagnostic",
    "marquer_vu",
    "notifier_orientation",
]
