"""Writes on allowances: one function, one transaction, one fact. A decision taken never changes."""

from imilo.parcours.allocations.services.correction import CorrectionSaisie, corriger_le_mois, recalculer_le_mois
from imilo.parcours.allocations.services.courriers import faire_courrier, faire_les_courriers
from imilo.parcours.allocations.services.decision import decider_allocation, notifier_decision
from imilo.parcours.allocations.services.declaration import (
    RESSOURCES_MAX,
    RessourceSaisie,
    SituationDuMois,
    declarer_par_le_jeune,
    declarer_ressources,
    verifier_declaration,
)
from imilo.parcours.allocations.services.lots import creer_lot, traiter_lot
from imilo.parcours.allocations.services.pieces import (
    PiecesSaisies,
    decider_conservatoire,
    demander_pieces,
    recevoir_pieces,
)
from imilo.parcours.allocations.services.reglages import regler
from imilo.parcours.allocations.services.trop_percus import regler_trop_percu

__all__ = [
    "RESSOURCES_MAX",
    "CorrectionSaisie",
    "PiecesSaisies",
    "RessourceSaisie",
    "SituationDuMois",
    "corriger_le_mois",
    "creer_lot",
    "decider_allocation",
    "decider_conservatoire",
    "declarer_par_le_jeune",
    "declarer_ressources",
    "demander_pieces",
    "faire_courrier",
    "faire_les_courriers",
    "notifier_decision",
    "recalculer_le_mois",
    "recevoir_pieces",
    "regler",
    "regler_trop_percu",
    "traiter_lot",
    "verifier_declaration",
]
