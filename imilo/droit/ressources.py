"""The kinds of resources a young person declares, and what the law does with each.

Four treatments (R. 5131-20 to R. 5131-22, R. 5131-24):

- `deductible`: taken off the allowance in full;
- `partielle`: kept in full up to the threshold of D. 5131-23, then taken off by degrees;
- `cumulable`: no effect on the allowance;
- `non_cumulable`: no allowance for a month in which it is received.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Fait, montant

Traitement = Literal["deductible", "partielle", "cumulable", "non_cumulable"]


TRAITEMENTS: dict[Traitement, str] = {
    "partielle": "Conservée jusqu'à un seuil, puis retirée en partie",
    "deductible": "Retirée en entier de l'allocation",
    "non_cumulable": "Pas d'allocation le mois où elle est perçue",
    "cumulable": "Sans effet sur l'allocation",
}
"""What each treatment means, for the screens."""


@dataclass(frozen=True, slots=True)
class Nature:
    """A kind of resource: code kept in the facts, label for the screens, its article."""

    code: str
    libelle: str
    article: str
    traitement: Traitement


NATURES: tuple[Nature, ...] = (
    Nature("salaire", "Salaire", "R. 5131-22 1°", "partielle"),
    Nature(
        "activite_non_salariee",
        "Revenu d'une activité à son compte",
        "R. 5131-22 1°",
        "partielle",
    ),
    Nature(
        "activite_partielle",
        "Indemnité de chômage partiel (activité partielle)",
        "R. 5131-22 2°",
        "partielle",
    ),
    Nature(
        "conge_maternite_paternite_adoption",
        "Indemnités de congé de maternité, de paternité ou d'adoption",
        "R. 5131-22 3°",
        "partielle",
    ),
    Nature(
        "indemnites_journalieres",
        "Indemnités journalières (maladie, accident du travail)",
        "R. 5131-22 4°",
        "partielle",
    ),
    Nature(
        "remuneration_esat",
        "Rémunération garantie en établissement de travail adapté (ESAT)",
        "R. 5131-22 5°",
        "partielle",
    ),
    Nature(
        "adaptation_vie_active",
        "Rémunération d'une action d'adaptation à la vie active",
        "R. 5131-22 6°",
        "partielle",
    ),
    Nature(
        "accueil_communautaire",
        "Pécule d'un organisme d'accueil communautaire et d'activités solidaires (OACAS)",
        "R. 5131-22 7°",
        "partielle",
    ),
    Nature(
        "allocation_chomage",
        "Allocation de chômage (ARE, ASS…)",
        "R. 5131-21 1°",
        "deductible",
    ),
    Nature(
        "allocation_securisation_professionnelle",
        "Allocation du contrat de sécurisation professionnelle",
        "R. 5131-21 1°",
        "deductible",
    ),
    Nature(
        "stage_formation",
        "Rémunération d'un stage de formation professionnelle",
        "R. 5131-21 2°",
        "deductible",
    ),
    Nature(
        "ecole_deuxieme_chance",
        "Rémunération d'une école de la deuxième chance",
        "R. 5131-21 3°",
        "deductible",
    ),
    Nature("rsa", "RSA perçu pour vous-même", "R. 5131-24 I", "non_cumulable"),
    Nature(
        "rsa_personne_a_charge",
        "RSA d'une autre personne, qui vous compte à sa charge",
        "R. 5131-24 I",
        "cumulable",
    ),
    Nature("prime_activite", "Prime d'activité", "R. 5131-24 II", "non_cumulable"),
    Nature(
        "prime_activite_anterieure",
        "Prime d'activité due pour un travail d'avant le premier mois d'allocation",
        "R. 5131-24 II",
        "cumulable",
    ),
    Nature(
        "prime_activite_personne_a_charge",
        "Prime d'activité d'une autre personne, qui vous compte à sa charge",
        "R. 5131-24 II",
        "cumulable",
    ),
    Nature(
        "volontariat_armees",
        "Solde d'un volontariat dans les armées",
        "R. 5131-24 III 1°",
        "non_cumulable",
    ),
    Nature(
        "service_militaire_volontaire",
        "Solde du service militaire volontaire",
        "R. 5131-24 III 2°",
        "non_cumulable",
    ),
    Nature(
        "service_militaire_adapte",
        "Solde du service militaire adapté",
        "R. 5131-24 III 3°",
        "non_cumulable",
    ),
    Nature(
        "service_civique",
        "Indemnité de service civique",
        "R. 5131-24 III 4°",
        "non_cumulable",
    ),
    Nature(
        "volontariat_insertion",
        "Allocation de volontaire pour l'insertion (EPIDE)",
        "R. 5131-24 III 5°",
        "non_cumulable",
    ),
    Nature(
        "insertion_activite_economique",
        "Salaire d'un contrat d'insertion par l'activité économique (CDDI, intérim d'insertion)",
        "R. 5131-24 III 6°",
        "non_cumulable",
    ),
    Nature(
        "contrat_unique_insertion",
        "Salaire d'un contrat unique d'insertion (parcours emploi compétences)",
        "R. 5131-24 III 6°",
        "non_cumulable",
    ),
    Nature(
        "autre",
        "Autre ressource (aide au logement, prestation familiale, pension…)",
        "R. 5131-20 II",
        "cumulable",
    ),
)
"""Every kind, in the order of a declaration form: the usual ones first in each group."""

_PAR_CODE = {nature.code: nature for nature in NATURES}
CODES = tuple(_PAR_CODE)


def nature(code: str) -> Nature:
    """Return the kind `code`; FaitInvalide on `nature` for a code that isn't listed."""
    try:
        return _PAR_CODE[code]
    except (KeyError, TypeError):
        message = f"La nature de ressource « {code} » n'existe pas. Choix possibles : {', '.join(CODES)}."
        raise FaitInvalide("nature", message) from None


@dataclass(frozen=True, slots=True)
class Ressource:
    """One resource of a month: its kind and the sum received, in euros."""

    nature: Annotated[str, Fait("nature de la ressource", choix=CODES)]
    montant: Annotated[Decimal, Fait("somme reçue dans le mois", "euros")]

    def __post_init__(self) -> None:
        nature(self.nature)
        object.__setattr__(self, "montant", montant("montant", self.montant))


def choix() -> tuple[tuple[str, str], ...]:
    """Return `(code, label)` pairs for a form."""
    return tuple((nature.code, nature.libelle) for nature in NATURES)
