"""Writes of sanctions: note, examine, inform, hear, decide, notify, lift; tell partners; draw controls."""

from imilo.parcours.sanctions.services.controles import noter_controle, regler_part, tirer_controles
from imilo.parcours.sanctions.services.decision import (
    assumer_le_retard,
    decider_sanction,
    noter_remise_de_la_decision,
    retirer_sanction,
)
from imilo.parcours.sanctions.services.intention import (
    abandonner,
    envisager_sanction,
    noter_audition,
    noter_observations,
    noter_reception,
)
from imilo.parcours.sanctions.services.levee import definir_conditions, lever_suspension
from imilo.parcours.sanctions.services.manquement import (
    ExamenSaisi,
    ManquementSaisi,
    examiner_manquement,
    noter_manquement,
    proposer_radiation,
)
from imilo.parcours.sanctions.services.messages import noter_transmission

__all__ = [
    "ExamenSaisi",
    "ManquementSaisi",
    "abandonner",
    "assumer_le_retard",
    "decider_sanction",
    "definir_conditions",
    "envisager_sanction",
    "examiner_manquement",
    "lever_suspension",
    "noter_audition",
    "noter_controle",
    "noter_manquement",
    "noter_observations",
    "noter_reception",
    "noter_remise_de_la_decision",
    "noter_transmission",
    "proposer_radiation",
    "regler_part",
    "retirer_sanction",
    "tirer_controles",
]
