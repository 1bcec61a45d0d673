"""Allowances: what is declared for a month, what is decided and notified, what follows from it."""

from imilo.parcours.allocations.models.decision import (
    DECIDES,
    CauseTropPercu,
    DecisionAllocation,
    EtatDecision,
    Sens,
)
from imilo.parcours.allocations.models.declaration import (
    Declaration,
    PrimeActivite,
    RessourceDeclaree,
    Rsa,
    Suspensif,
)
from imilo.parcours.allocations.models.lot import EtatLigne, LigneLotAllocations, LotAllocations, ReglageAllocations
from imilo.parcours.allocations.models.pacea import AllocationPacea, EtatPacea
from imilo.parcours.allocations.models.suites import PiecesAttendues, Reglement, Suite, TropPercu

__all__ = [
    "DECIDES",
    "AllocationPacea",
    "CauseTropPercu",
    "DecisionAllocation",
    "Declaration",
    "EtatDecision",
    "EtatLigne",
    "EtatPacea",
    "LigneLotAllocations",
    "LotAllocations",
    "PiecesAttendues",
    "PrimeActivite",
    "ReglageAllocations",
    "Reglement",
    "RessourceDeclaree",
    "Rsa",
    "Sens",
    "Suite",
    "Suspensif",
    "TropPercu",
]
