"""The reasonable offer of employment: until when it is defined, which one may be refused.

Articles: L. 5411-6-1 (its elements, and whom it doesn't concern), R. 5411-15-1 (six months), L. 5411-6-4 (what nobody
may be made to accept).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypedDict, get_args

from imilo.droit import francais
from imilo.droit.contrat_engagement.mentions import ProjetSalarie
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide, HorsPeriode
from imilo.droit.faits import (
    Fait,
    montant,
    verifier_choix,
    verifier_choix_facultatif,
    verifier_jour,
    verifier_oui_non,
)
from imilo.droit.logique import est, et, non, ou
from imilo.droit.registre import Redaction, regle

Element = Literal["emplois", "zone", "salaire"]
MotifRefus = Literal[
    "offre_non_definie",
    "emploi_different",
    "hors_zone",
    "sous_le_salaire_attendu",
    "sous_le_salaire_normal",
    "sous_le_minimum",
    "temps_partiel",
    "incompatible_competences",
]
EtatOffre = Literal["sans_objet", "definie", "a_definir", "en_retard"]


@dataclass(frozen=True, slots=True)
class OffreEmploi:
    """An offer made to the person, beside what the contract says; None means *not known yet*.

    The three salaries are gross, for the same duration of work.
    """

    emploi_recherche: Annotated[bool | None, Fait("l'emploi est de ceux que le contrat définit")] = None
    dans_la_zone: Annotated[bool | None, Fait("l'emploi est dans la zone que le contrat définit")] = None
    salaire: Annotated[Decimal | None, Fait("salaire brut proposé", "euros par mois")] = None
    salaire_attendu: Annotated[Decimal | None, Fait("salaire brut attendu d'après le contrat", "euros par mois")] = None
    salaire_normal: Annotated[
        Decimal | None, Fait("salaire brut normalement pratiqué pour ce métier dans la région", "euros par mois")
    ] = None
    minimum_respecte: Annotated[bool | None, Fait("le SMIC et la convention collective sont respectés")] = None
    temps_partiel: Annotated[bool | None, Fait("l'emploi est à temps partiel")] = None
    temps_complet_recherche: Annotated[bool | None, Fait("le contrat prévoit un emploi à temps complet")] = None
    compatible_competences: Annotated[
        bool | None, Fait("l'emploi est compatible avec les qualifications et les compétences de la personne")
    ] = None

    def __post_init__(self) -> None:
        for champ in ("salaire", "salaire_attendu", "salaire_normal"):
            valeur = getattr(self, champ)
            if valeur is not None:
                object.__setattr__(self, champ, montant(champ, valeur))
        for champ in (
            "emploi_recherche",
            "dans_la_zone",
            "minimum_respecte",
            "temps_partiel",
            "temps_complet_recherche",
            "compatible_competences",
        ):
            verifier_oui_non(champ, getattr(self, champ))


@dataclass(frozen=True, slots=True)
class FaitsOffreRaisonnable:
    """The contract and its project, the elements that it defines, and an offer to look at, if any."""

    signe_le: Annotated[date, Fait("jour de la signature du contrat")]
    insertion_sociale: Annotated[bool | None, Fait("un accompagnement social passe d'abord")] = None
    projet_salarie: Annotated[ProjetSalarie | None, Fait("le projet comporte la recherche d'un emploi salarié")] = None
    elements: Annotated[tuple[Element, ...], Fait("éléments de l'offre que le contrat définit")] = ()
    zone_en_france: Annotated[bool | None, Fait("la zone est sur le territoire national")] = None
    salaire_coherent: Annotated[
        bool | None, Fait("le salaire attendu est cohérent avec ceux de la zone et l'expérience de la personne")
    ] = None
    offre: Annotated[OffreEmploi | None, Fait("offre d'emploi à examiner")] = None

    def __post_init__(self) -> None:
        verifier_jour("signe_le", self.signe_le)
        verifier_choix_facultatif("projet_salarie", self.projet_salarie, ProjetSalarie)
        object.__setattr__(self, "elements", tuple(self.elements))
        for rang, element in enumerate(self.elements):
            verifier_choix(f"elements.{rang}", element, Element)
        for champ in ("insertion_sociale", "zone_en_france", "salaire_coherent"):
            verifier_oui_non(champ, getattr(self, champ))
        if self.offre is not None and not isinstance(self.offre, OffreEmploi):
            raise FaitInvalide("offre", "Une offre se décrit par son emploi, son lieu et son salaire.")


class ResultatOffreRaisonnable(TypedDict):
    """`applicable`: the contract has to define a reasonable offer. `limite`: the last day to define it, if any.

    `manquants`: the elements still lacking. `refus_possible`: whether the offer given may be refused on the grounds of
    these articles (`motifs_refus`), None without an offer or while `a_completer` could change it.
    """

    applicable: bool | None
    etat: EtatOffre | None
    limite: Echeance | None
    manquants: tuple[Element, ...]
    refus_possible: bool | None
    motifs_refus: tuple[MotifRefus, ...]
    a_completer: tuple[str, ...]


@regle("contrat_engagement.offre_raisonnable", version="1")
def offre_raisonnable(faits: FaitsOffreRaisonnable, le: date, redaction: Redaction) -> ResultatOffreRaisonnable:
    """Say until when the reasonable offer is defined, and whether the offer given may be refused."""
    if faits.signe_le > le:
        raise FaitInvalide("signe_le", "La signature du contrat est dans l'avenir.")
    applicable = et(non(faits.insertion_sociale), _projet(faits, redaction))
    a_preciser = faits.projet_salarie == "a_preciser" and faits.insertion_sociale is False
    phrase = PROJET_A_PRECISER if a_preciser and not applicable else APPLICABLE[applicable]
    redaction.motif("applicable", applicable, phrase, "L. 5411-6-1")
    manquants = tuple(element for element in get_args(Element) if element not in faits.elements)
    definie = et(not manquants, faits.zone_en_france, faits.salaire_coherent)
    limite = None
    if applicable:
        limite = _limite(faits.signe_le, redaction)
        _dire_definition(faits, manquants, redaction)
        if limite is not None:
            a_temps = ou(definie, le <= limite)
            redaction.motif("dans_le_delai", a_temps, _phrase_du_delai(definie, limite, le), "R. 5411-15-1")
    refus = _refus(faits.offre, et(applicable, definie), redaction) if faits.offre else {}
    return ResultatOffreRaisonnable(
        applicable=applicable,
        etat=_etat(applicable, definie, limite, le),
        limite=limite,
        manquants=manquants if applicable else (),
        refus_possible=ou(*refus.values()) if faits.offre else None,
        motifs_refus=tuple(motif for motif in get_args(MotifRefus) if refus.get(motif)),
        a_completer=_a_completer(faits, applicable, definie, refus),
    )


APPLICABLE: dict[bool | None, str] = {
    True: "Votre contrat doit définir l'offre d'emploi que vous devez accepter.",
    False: "Votre contrat n'a pas à définir une offre d'emploi que vous devez accepter.",
    None: "Pour savoir si le contrat définit une offre d'emploi que vous devez accepter, il manque un renseignement.",
}
PROJET_A_PRECISER = (
    "Votre projet n'est pas encore assez précis : votre contrat définira l'offre d'emploi que vous devez accepter dès "
    "qu'il le sera."
)


def _projet(faits: FaitsOffreRaisonnable, redaction: Redaction) -> bool | None:
    """Whether the project asks for a definition; one that isn't settled yet, by the reading chosen."""
    if faits.projet_salarie == "a_preciser":
        return redaction.lecture("contrat_engagement.delai_offre") == "des_la_signature"
    return est(faits.projet_salarie, "etabli")


def _limite(signe_le: date, redaction: Redaction) -> Echeance | None:
    """The last day to define the offer, None for a contract signed before the text that sets a delay."""
    try:
        mois = redaction.entier("contrat_engagement.delai_offre", signe_le)
    except HorsPeriode as avant:
        debut = francais.jour(avant.premiere)
        redaction.avertir(
            f"Ce contrat est signé avant le {debut}, où commence le texte connu : aucun dernier jour n'est donné pour "
            "définir l'offre d'emploi."
        )
        return None
    limite = redaction.terme(signe_le, mois)
    redaction.etape(
        "Dernier jour pour définir l'offre d'emploi",
        f"{francais.jour(signe_le)} + {mois} mois = {francais.jour(limite)}",
        limite,
    )
    return limite


def _etat(applicable: bool | None, definie: bool | None, limite: Echeance | None, le: date) -> EtatOffre | None:
    if applicable is False:
        return "sans_objet"
    if not applicable or definie is None:
        return None
    if definie:
        return "definie"
    return "en_retard" if limite is not None and le > limite else "a_definir"


def _phrase_du_delai(definie: bool | None, limite: Echeance, le: date) -> str:
    if definie:
        return "L'offre d'emploi que vous devez accepter est définie."
    verbe = "devait" if le > limite else "doit"
    return f"L'offre d'emploi que vous devez accepter {verbe} être définie au plus tard le {francais.jour(limite)}."


ELEMENTS: dict[Element, str] = {
    "emplois": "les emplois que vous cherchez",
    "zone": "la zone où vous cherchez",
    "salaire": "le salaire que vous attendez",
}


def _dire_definition(faits: FaitsOffreRaisonnable, manquants: tuple[Element, ...], redaction: Redaction) -> None:
    """Write each element, and the two bounds that R. 5411-15-1 sets."""
    for element, nom in ELEMENTS.items():
        defini = element not in manquants
        phrase = f"Le contrat dit {nom}." if defini else f"Le contrat ne dit pas encore {nom}."
        redaction.motif(f"element_{element}", defini, phrase, "L. 5411-6-1 I")
    phrase = {
        True: "La zone où vous cherchez est sur le territoire national.",
        False: "La zone où vous cherchez doit être sur le territoire national.",
        None: "Il faut dire si la zone où vous cherchez est sur le territoire national.",
    }[faits.zone_en_france]
    redaction.motif("zone_en_france", faits.zone_en_france, phrase, "R. 5411-15-1")
    phrase = {
        True: "Le salaire attendu va avec ceux de la zone et votre expérience.",
        False: "Le salaire attendu ne va pas avec ceux de la zone et votre expérience.",
        None: "Il faut dire si le salaire attendu va avec ceux de la zone et votre expérience.",
    }[faits.salaire_coherent]
    redaction.motif("salaire_coherent", faits.salaire_coherent, phrase, "R. 5411-15-1")


def _inferieur(propose: Decimal | None, repere: Decimal | None) -> bool | None:
    return None if propose is None or repere is None else propose < repere


@dataclass(frozen=True, slots=True)
class _Refus:
    """One ground of refusal: its article, the facts of the offer it looks at, and what to say (no, yes, not known)."""

    article: str
    selon: tuple[str, ...]
    rien: str
    motif: str
    inconnu: str


REFUS: dict[MotifRefus, _Refus] = {
    "offre_non_definie": _Refus(
        "L. 5411-6-1 I",
        (),
        "Le contrat définit l'offre d'emploi que vous devez accepter.",
        "Le contrat ne définit pas d'offre d'emploi que vous devez accepter : vous pouvez refuser celle-ci.",
        "Il manque un renseignement sur l'offre d'emploi que votre contrat définit.",
    ),
    "emploi_different": _Refus(
        "L. 5411-6-1 I",
        ("emploi_recherche",),
        "Cet emploi est de ceux que votre contrat définit.",
        "Cet emploi n'est pas de ceux que votre contrat définit : vous pouvez le refuser.",
        "Il faut dire si cet emploi est de ceux que votre contrat définit.",
    ),
    "hors_zone": _Refus(
        "L. 5411-6-1 I",
        ("dans_la_zone",),
        "Cet emploi est dans la zone que votre contrat définit.",
        "Cet emploi est hors de la zone que votre contrat définit : vous pouvez le refuser.",
        "Il faut dire si cet emploi est dans la zone que votre contrat définit.",
    ),
    "sous_le_salaire_attendu": _Refus(
        "L. 5411-6-1 I",
        ("salaire", "salaire_attendu"),
        "Le salaire proposé atteint celui que votre contrat prévoit.",
        "Le salaire proposé est plus bas que celui que votre contrat prévoit : vous pouvez refuser.",
        "Il faut dire le salaire proposé et celui que votre contrat prévoit.",
    ),
    "sous_le_salaire_normal": _Refus(
        "L. 5411-6-4 1°",
        ("salaire", "salaire_normal"),
        "Le salaire proposé est normal pour ce métier dans la région.",
        "Le salaire proposé est plus bas que d'habitude pour ce métier dans la région : vous pouvez refuser.",
        "Il faut dire le salaire proposé et celui de ce métier dans la région.",
    ),
    "sous_le_minimum": _Refus(
        "L. 5411-6-4 1°",
        ("minimum_respecte",),
        "Le salaire minimum et la convention collective sont respectés.",
        "Le salaire minimum ou la convention collective n'est pas respecté : vous pouvez refuser.",
        "Il faut dire si le salaire minimum et la convention collective sont respectés.",
    ),
    "temps_partiel": _Refus(
        "L. 5411-6-4 2°",
        ("temps_partiel", "temps_complet_recherche"),
        "La durée du travail est de celles que votre contrat prévoit.",
        "Cet emploi est à temps partiel, et votre contrat prévoit un temps complet : vous pouvez le refuser.",
        "Il faut dire si l'emploi est à temps partiel, et si votre contrat prévoit un temps complet.",
    ),
    "incompatible_competences": _Refus(
        "L. 5411-6-4 3°",
        ("compatible_competences",),
        "Cet emploi va avec vos qualifications et vos compétences.",
        "Cet emploi ne va pas avec vos qualifications et vos compétences : vous pouvez le refuser.",
        "Il faut dire si cet emploi va avec vos qualifications et vos compétences.",
    ),
}


DU_CONTRAT: tuple[MotifRefus, ...] = ("emploi_different", "hors_zone", "sous_le_salaire_attendu")
"""The grounds that compare the offer with the one defined: nothing to compare when none is."""


def _refus(offre: OffreEmploi, tenu: bool | None, redaction: Redaction) -> dict[MotifRefus, bool | None]:
    """Write each ground on which the offer may be refused; `tenu`: the contract defines one to accept."""
    refus: dict[MotifRefus, bool | None] = {
        "offre_non_definie": non(tenu),
        "emploi_different": non(offre.emploi_recherche),
        "hors_zone": non(offre.dans_la_zone),
        "sous_le_salaire_attendu": _inferieur(offre.salaire, offre.salaire_attendu),
        "sous_le_salaire_normal": _inferieur(offre.salaire, offre.salaire_normal),
        "sous_le_minimum": non(offre.minimum_respecte),
        "temps_partiel": et(offre.temps_partiel, offre.temps_complet_recherche),
        "incompatible_competences": non(offre.compatible_competences),
    }
    if tenu is False:
        refus = {motif: reponse for motif, reponse in refus.items() if motif not in DU_CONTRAT}
    for motif, reponse in refus.items():
        dit = REFUS[motif]
        phrase = {False: dit.rien, True: dit.motif, None: dit.inconnu}[reponse]
        redaction.motif(motif, non(reponse), phrase, dit.article)
    return refus


def _a_completer(
    faits: FaitsOffreRaisonnable,
    applicable: bool | None,
    definie: bool | None,
    refus: dict[MotifRefus, bool | None],
) -> tuple[str, ...]:
    """Name the facts that are missing for the definition, then for the offer while nothing allows a refusal."""
    questions = {
        "insertion_sociale": applicable is None,
        "projet_salarie": applicable is None,
        "zone_en_france": applicable is not False and definie is None,
        "salaire_coherent": applicable is not False and definie is None,
    }
    manquants = [champ for champ, utile in questions.items() if utile and getattr(faits, champ) is None]
    if ou(*refus.values()) is None:
        de_l_offre = [champ for motif, reponse in refus.items() if reponse is None for champ in REFUS[motif].selon]
        manquants += [f"offre.{c}" for c in dict.fromkeys(de_l_offre) if getattr(faits.offre, c) is None]
    return tuple(manquants)
