"""Who may prescribe an immersion, and on whose authorisation (L. 5135-2, D. 5135-7, D. 5135-8).

The names are those of the bodies that L. 5135-2 designates by reference to other articles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Fait, verifier_choix, verifier_choix_facultatif, verifier_oui_non
from imilo.droit.logique import et, non
from imilo.droit.registre import Redaction

Prescripteur = Literal[
    "france_travail",
    "mission_locale",
    "cap_emploi",
    "insertion_activite_economique",
    "conseil_departemental",
    "preparation_apprentissage",
    "organisme_autorise",
    "autre",
]
MentionAutorisation = Literal["parties", "publics", "duree"]
ALINEAS: dict[Prescripteur, str] = {
    "france_travail": "L. 5135-2 1°",
    "mission_locale": "L. 5135-2 2°",
    "cap_emploi": "L. 5135-2 3°",
    "insertion_activite_economique": "L. 5135-2 4°",
    "conseil_departemental": "L. 5135-2 4° bis",
    "preparation_apprentissage": "L. 5135-2 4° ter",
    "organisme_autorise": "L. 5135-2 5°",
    "autre": "L. 5135-2",
}
PEUVENT_AUTORISER = ("france_travail", "mission_locale", "cap_emploi", "conseil_departemental")
EN_FRANCAIS: dict[MentionAutorisation, str] = {
    "parties": "nom, adresse, forme juridique et signataire de chaque partie",
    "publics": "personnes à qui l'immersion peut être prescrite",
    "duree": "durée de la convention",
}


@dataclass(frozen=True, slots=True)
class Autorisation:
    """The agreement by which a prescriber lets another body prescribe; None means *not known yet*."""

    donnee_par: Annotated[Prescripteur, Fait("organisme qui autorise")]
    mentions: Annotated[tuple[MentionAutorisation, ...], Fait("ce que la convention d'autorisation indique")] = ()
    clause_financiere: Annotated[bool | None, Fait("elle est liée à une clause financière")] = None
    suspendue: Annotated[bool | None, Fait("elle est suspendue ou retirée")] = None

    def __post_init__(self) -> None:
        verifier_choix("donnee_par", self.donnee_par, Prescripteur)
        object.__setattr__(self, "mentions", tuple(self.mentions))
        for mention in self.mentions:
            verifier_choix("mentions", mention, MentionAutorisation)
        for champ in ("clause_financiere", "suspendue"):
            verifier_oui_non(champ, getattr(self, champ))


def verifier(prescripteur: object, autorisation: object) -> None:
    """Accept a known prescriber, and an authorisation only for the body that needs one."""
    verifier_choix_facultatif("prescripteur", prescripteur, Prescripteur)
    if autorisation is None:
        return
    if not isinstance(autorisation, Autorisation):
        raise FaitInvalide("autorisation", "Indiquez qui autorise, et ce que l'autorisation contient.")
    if prescripteur != "organisme_autorise":
        raise FaitInvalide("autorisation", "Seul un organisme autorisé par un prescripteur a une autorisation.")


def examiner(prescripteur: Prescripteur | None, autorisation: Autorisation | None, redaction: Redaction) -> list[str]:
    """Write whether the body may prescribe; return the facts that are missing."""
    if prescripteur is None:
        redaction.motif("prescripteur", None, "Il faut dire quel organisme prescrit l'immersion.", "L. 5135-2")
        return ["prescripteur"]
    admis = prescripteur != "autre"
    phrase = (
        "L'organisme qui prescrit l'immersion est de ceux qui le peuvent."
        if admis
        else "Cet organisme ne peut pas prescrire d'immersion."
    )
    redaction.motif("prescripteur", admis, phrase, ALINEAS[prescripteur])
    if prescripteur != "organisme_autorise":
        return []
    if autorisation is None:
        phrase = "Il faut la convention par laquelle un prescripteur autorise cet organisme."
        redaction.motif("autorisation", None, phrase, "D. 5135-7")
        return ["autorisation"]
    return _autorisation(autorisation, redaction)


def _autorisation(autorisation: Autorisation, redaction: Redaction) -> list[str]:
    peut = autorisation.donnee_par in PEUVENT_AUTORISER
    phrase = (
        "L'organisme qui donne l'autorisation est de ceux qui le peuvent."
        if peut
        else "L'organisme qui donne l'autorisation ne peut pas autoriser les autres à prescrire."
    )
    redaction.motif("autorisation", peut, phrase, "D. 5135-7")
    libre = et(non(autorisation.clause_financiere), non(autorisation.suspendue))
    phrase = {
        None: "Il faut dire si l'autorisation est suspendue, et si elle est liée à une clause financière.",
        True: "L'autorisation est en cours, sans clause financière.",
        False: "L'autorisation est suspendue ou retirée, ou liée à une clause financière.",
    }[libre]
    redaction.motif("autorisation_en_cours", libre, phrase, "D. 5135-7")
    manquantes = [mention for mention in get_args(MentionAutorisation) if mention not in autorisation.mentions]
    phrase = (
        f"La convention d'autorisation doit indiquer : {', '.join(EN_FRANCAIS[mention] for mention in manquantes)}."
        if manquantes
        else "La convention d'autorisation indique ce qu'elle doit."
    )
    redaction.motif("mentions_autorisation", not manquantes, phrase, "D. 5135-8")
    champs = ("clause_financiere", "suspendue")
    return [f"autorisation.{champ}" for champ in champs if getattr(autorisation, champ) is None]
