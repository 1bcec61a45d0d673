"""The codes of an answer, and what each asks to correct, in French (no Django)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ACCEPTE = "0000"


class Ou(StrEnum):
    """Where what is wrong is corrected."""

    COMPTE = "compte"
    IDENTITE = "identite"
    CONTRAT = "contrat"
    DECISION = "decision"
    ATTENDRE = "attendre"
    ASSISTANCE = "assistance"


@dataclass(frozen=True)
class Code:
    """A code: what it says, what to correct, where. `accepte`: the line is held by the agency."""

    code: str
    libelle: str
    corriger: str
    ou: Ou
    accepte: bool = False


_CODES = (
    Code(ACCEPTE, "Acceptée", "", Ou.ATTENDRE, accepte=True),
    Code("2001", "Contrat déjà enregistré", "", Ou.ATTENDRE, accepte=True),
    Code("2101", "Avenant déjà enregistré", "", Ou.ATTENDRE, accepte=True),
    Code("3002", "Décision déjà enregistrée", "", Ou.ATTENDRE, accepte=True),
    Code(
        "1001",
        "IBAN refusé par la banque",
        "Demandez un RIB à jour à la personne, corrigez l'IBAN dans sa fiche, puis renvoyez la ligne.",
        Ou.COMPTE,
    ),
    Code(
        "1002",
        "Compte d'une autre personne",
        "Le titulaire du compte n'est ni la personne ni son représentant légal : vérifiez le nom écrit sur le RIB.",
        Ou.COMPTE,
    ),
    Code(
        "1101",
        "Identité incomplète",
        "Complétez le nom, le prénom et la date de naissance d'après la pièce d'identité, puis renvoyez la ligne.",
        Ou.IDENTITE,
    ),
    Code(
        "1102",
        "Numéro de sécurité sociale inconnu",
        "Comparez le NIR à la carte Vitale ou à l'attestation de droits, corrigez-le ou effacez-le, puis renvoyez.",
        Ou.IDENTITE,
    ),
    Code(
        "1103",
        "Date de naissance impossible",
        "La date de naissance ne va pas avec un contrat de ce public : vérifiez-la sur la pièce d'identité.",
        Ou.IDENTITE,
    ),
    Code(
        "2002",
        "Un autre contrat couvre ces dates",
        "Un contrat d'une autre mission locale court encore : appelez-la pour savoir lequel doit finir.",
        Ou.CONTRAT,
    ),
    Code(
        "2003",
        "Dates du contrat incohérentes",
        "Le contrat finit avant de commencer, ou dure plus que permis : vérifiez ses dates.",
        Ou.CONTRAT,
    ),
    Code(
        "2102",
        "Avenant hors du contrat",
        "La fin ou la suspension ne va pas avec les dates que l'ASP connaît : vérifiez celles du contrat.",
        Ou.CONTRAT,
    ),
    Code(
        "3001",
        "Contrat inconnu",
        "L'ASP ne connaît pas ce contrat : renvoyez d'abord le contrat, puis cette ligne.",
        Ou.CONTRAT,
    ),
    Code(
        "3003",
        "Mois hors du contrat",
        "Le mois payé n'est pas couvert par le contrat connu de l'ASP : vérifiez les dates du contrat.",
        Ou.CONTRAT,
    ),
    Code(
        "3004",
        "Montant refusé",
        "Le montant dépasse ce que l'ASP peut payer pour un mois : relisez la décision et son calcul.",
        Ou.DECISION,
    ),
    Code(
        "3005",
        "Mois déjà payé",
        "Ce mois est déjà payé : une nouvelle somme passe par une décision de régularisation.",
        Ou.DECISION,
    ),
    Code(
        "3006",
        "Allocation d'un autre dispositif",
        "L'ASP tient ce contrat pour un autre dispositif que celui de la somme : vérifiez le contrat qui la porte.",
        Ou.CONTRAT,
    ),
    Code(
        "3007",
        "Plafond de l'année dépassé",
        "Avec ce que l'ASP a déjà versé à la personne cette année, ici ou pour une autre mission locale, la somme "
        "dépasse le plafond annuel (D. 5131-9) : relisez la décision et son calcul.",
        Ou.DECISION,
    ),
    Code(
        "9001",
        "Fichier illisible",
        "L'ASP n'a pas pu lire le fichier entier. Rien n'est à corriger ici : renvoyez, et prévenez l'assistance.",
        Ou.ASSISTANCE,
    ),
    Code(
        "9002",
        "Ligne illisible",
        "L'ASP n'a pas pu lire cette ligne. Rien n'est à corriger ici : renvoyez, et prévenez l'assistance.",
        Ou.ASSISTANCE,
    ),
    Code(
        "9003",
        "Fichier déjà reçu sous ce nom",
        "Un autre fichier porte ce nom à l'ASP. Rien n'est à corriger ici : prévenez l'assistance.",
        Ou.ASSISTANCE,
    ),
)
CODES = {c.code: c for c in _CODES}


def code(valeur: str) -> Code:
    """What a code says; one that we don't know yet rejects the line, and says so."""
    return CODES.get(valeur) or Code(
        valeur,
        f"Code {valeur}, inconnu d'I-MILO",
        "Ce code n'est pas encore expliqué : demandez son sens à l'ASP, et prévenez l'assistance.",
        Ou.ASSISTANCE,
    )
