"""The rows of the full file, one table for each kind of datum."""

from imilo.parcours.fiche.models.base import Confirmation, Donnee, Origine
from imilo.parcours.fiche.models.identite import (
    EtatNir,
    PreferenceContact,
    Prescripteur,
    Protection,
    Representant,
    Territoire,
    TitreSejour,
)
from imilo.parcours.fiche.models.parcours import (
    Competence,
    Diplome,
    Experience,
    Langue,
    MetierVise,
    Mobilite,
    Numerique,
    Permis,
    Scolarite,
)
from imilo.parcours.fiche.models.suivi import (
    Demande,
    Etiquette,
    EtiquettePosee,
    Justificatif,
    LienDeFoyer,
    Note,
    Reponse,
)
from imilo.parcours.fiche.models.vie import CompteBancaire, Enfant, Foyer, Logement, Ressource

__all__ = [
    "Competence",
    "CompteBancaire",
    "Confirmation",
    "Demande",
    "Diplome",
    "Donnee",
    "Enfant",
    "EtatNir",
    "Etiquette",
    "EtiquettePosee",
    "Experience",
    "Foyer",
    "Justificatif",
    "Langue",
    "LienDeFoyer",
    "Logement",
    "MetierVise",
    "Mobilite",
    "Note",
    "Numerique",
    "Origine",
    "Permis",
    "PreferenceContact",
    "Prescripteur",
    "Protection",
    "Reponse",
    "Representant",
    "Ressource",
    "Scolarite",
    "Territoire",
    "TitreSejour",
]
