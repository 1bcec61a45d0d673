"""Models of sanctions: the procedure, what partners are told, the random controls."""

from imilo.parcours.sanctions.models.controle import (
    ControleAleatoire,
    ReglageControles,
    ResultatControle,
    TirageControle,
)
from imilo.parcours.sanctions.models.message import Destinataire, EtatMessage, GenreMessage, MessagePartenaire
from imilo.parcours.sanctions.models.procedure import Manquement, Nature, Origine, Procedure, ProcedureQuerySet

__all__ = [
    "ControleAleatoire",
    "Destinataire",
    "EtatMessage",
    "GenreMessage",
    "Manquement",
    "MessagePartenaire",
    "Nature",
    "Origine",
    "Procedure",
    "ProcedureQuerySet",
    "ReglageControles",
    "ResultatControle",
    "TirageControle",
]
