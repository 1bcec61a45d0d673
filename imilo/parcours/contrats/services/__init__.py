"""Writes on contracts: one function, one transaction, one fact."""

from imilo.parcours.contrats.services.fin import terminer_contrat
from imilo.parcours.contrats.services.preparation import (
    ActionSaisie,
    ContratSaisi,
    abandonner_contrat,
    examiner_eligibilite,
    modifier_contrat,
    preparer_contrat,
)
from imilo.parcours.contrats.services.signature import SignatureSaisie, signer_contrat

__all__ = [
    "ActionSaisie",
    "ContratSaisi",
    "SignatureSaisie",
    "abandonner_contrat",
    "examiner_eligibilite",
    "modifier_contrat",
    "preparer_contrat",
    "signer_contrat",
    "terminer_contrat",
]
