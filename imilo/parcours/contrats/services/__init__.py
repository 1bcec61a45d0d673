"""Writes on contracts: one function, one transaction, one fact."""

from imilo.parcours.contrats.services.actualisations import (
    ActualisationSaisie,
    abandonner_actualisation,
    preparer_actualisation,
    signer_actualisation,
)
from imilo.parcours.contrats.services.decisions import noter_remise, refuser_cej, refuser_pacea
from imilo.parcours.contrats.services.distance import (
    envoyer_a_signer,
    noter_refus,
    refuser_a_distance,
    signer_a_distance,
)
from imilo.parcours.contrats.services.distance_actualisation import (
    envoyer_actualisation,
    refuser_actualisation_a_distance,
    signer_actualisation_a_distance,
)
from imilo.parcours.contrats.services.fin import terminer_contrat
from imilo.parcours.contrats.services.financements import preciser_financement
from imilo.parcours.contrats.services.preparation import (
    abandonner_contrat,
    examiner_eligibilite,
    modifier_contrat,
    preparer_contrat,
)
from imilo.parcours.contrats.services.recours import RecoursSaisi, recevoir_recours, repondre_recours
from imilo.parcours.contrats.services.reglages import regler_contrats
from imilo.parcours.contrats.services.saisies import ActionSaisie, ContratSaisi, PhaseSaisie
from imilo.parcours.contrats.services.signature import SignatureSaisie, signer_contrat
from imilo.parcours.contrats.services.suites import (
    ProlongationSaisie,
    ajouter_phase,
    evaluer_phase,
    prolonger_contrat,
    reprendre_les_activites,
    suspendre_contrat,
)

__all__ = [
    "ActionSaisie",
    "ActualisationSaisie",
    "ContratSaisi",
    "PhaseSaisie",
    "ProlongationSaisie",
    "RecoursSaisi",
    "SignatureSaisie",
    "abandonner_actualisation",
    "abandonner_contrat",
    "ajouter_phase",
    "envoyer_a_signer",
    "envoyer_actualisation",
    "evaluer_phase",
    "examiner_eligibilite",
    "modifier_contrat",
    "noter_refus",
    "noter_remise",
    "preciser_financement",
    "preparer_actualisation",
    "preparer_contrat",
    "prolonger_contrat",
    "recevoir_recours",
    "refuser_a_distance",
    "refuser_actualisation_a_distance",
    "refuser_cej",
    "refuser_pacea",
    "regler_contrats",
    "repondre_recours",
    "reprendre_les_activites",
    "signer_a_distance",
    "signer_actualisation",
    "signer_actualisation_a_distance",
    "signer_contrat",
    "suspendre_contrat",
    "terminer_contrat",
]
