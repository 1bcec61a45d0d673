"""Rows of contracts: the contract, its plan and signatures, what follows it, the decisions and the appeals."""

from imilo.parcours.contrats.models.choix import (
    SANS_DUREE,
    Amenagement,
    AutonomieFiscale,
    CategorieAction,
    Financement,
    FoyerFiscal,
    Logement,
    ModeSignature,
    Partie,
    Projet,
    Soutien,
)
from imilo.parcours.contrats.models.contrat import ContratEngagement, ContratQuerySet, ExamenCEJ
from imilo.parcours.contrats.models.decisions import (
    DecisionContrat,
    GenreDecision,
    IssueRecours,
    NatureRecours,
    Recours,
    ReglageContrats,
)
from imilo.parcours.contrats.models.plan import ActionPrevue, Signature, SignatureQuerySet
from imilo.parcours.contrats.models.suites import (
    Actualisation,
    CauseProlongation,
    EtatActualisation,
    MotifActualisation,
    MotifSuspension,
    PhasePacea,
    Prolongation,
    Suspension,
)

__all__ = [
    "SANS_DUREE",
    "ActionPrevue",
    "Actualisation",
    "Amenagement",
    "AutonomieFiscale",
    "CategorieAction",
    "CauseProlongation",
    "ContratEngagement",
    "ContratQuerySet",
    "DecisionContrat",
    "EtatActualisation",
    "ExamenCEJ",
    "Financement",
    "FoyerFiscal",
    "GenreDecision",
    "IssueRecours",
    "Logement",
    "ModeSignature",
    "MotifActualisation",
    "MotifSuspension",
    "NatureRecours",
    "Partie",
    "PhasePacea",
    "Projet",
    "Prolongation",
    "Recours",
    "ReglageContrats",
    "Signature",
    "SignatureQuerySet",
    "Soutien",
    "Suspension",
]
