"""What the forms say of a contract: plain values, the days included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from imilo.acteurs.models import Agent
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import Amenagement, AutonomieFiscale


@dataclass(frozen=True)
class ContratSaisi:
    """What the form says of the contract. Hours are a week's, months whole ones; choices are those of the model.

    `logement` and the fiscal household are asked for a CEJ only, `en_difficulte` and `risque_exclusion` for a PACEA.
    `allocation_maximum`: the allowance that a PACEA mentions (R. 5131-12 3°); the law gives that of a CEJ.
    """

    debut: date
    fin_prevue: date
    heures_hebdo: Decimal
    objectifs: str
    engagements_jeune: str
    engagements_structure: str
    referent: Agent
    logement: str = ""
    foyer_fiscal: str = ""
    soutien_parental: str = ""
    autonomie_fiscale: str = AutonomieFiscale.AUCUNE
    amenagement: str = Amenagement.AUCUN
    amenagement_raison: str = ""
    representant_nom: str = ""
    representant_qualite: str = ""
    representant_telephone: str = ""
    representant_courriel: str = ""
    mineur_emancipe: bool = False
    periodicite: int | None = None
    projet: str = ""
    projet_etabli_le: date | None = None
    offre_emplois: str = ""
    offre_zone: str = ""
    offre_salaire: Decimal | None = None
    actes_recherche: str = ""
    cadre: str = Cadre.CEJ
    en_difficulte: bool | None = None
    risque_exclusion: bool | None = None
    allocation_maximum: Decimal | None = None


# Facts of the entry in a PACEA: kept with the decision that was taken on them.
SANS_COLONNE = ("en_difficulte", "risque_exclusion")


@dataclass(frozen=True)
class ActionSaisie:
    """One line of the plan of actions (R. 5411-15), and who pays it."""

    categorie: str
    intitule: str
    organisme: str = ""
    echeance: date | None = None
    financement: str = ""
    programme: str = ""


@dataclass(frozen=True)
class PhaseSaisie:
    """One phase of a PACEA (R. 5131-12): its days, both included, its goals, the commitments of each side."""

    debut: date
    fin: date
    objectifs: str
    engagements_jeune: str = ""
    engagements_structure: str = ""
