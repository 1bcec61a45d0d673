"""What is weighed before an orientation, and the kind of accompaniment it leads to (L. 5411-5-1 I and III)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict, get_args

from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Fait, verifier_choix, verifier_choix_facultatif, verifier_oui_non
from imilo.droit.logique import et
from imilo.droit.orientation.organismes import Rsa, beneficiaire_du_rsa
from imilo.droit.registre import Redaction, regle

Difficulte = Literal["sante", "logement", "mobilite", "garde_enfants", "proche_aidant", "autre"]
ArreteLocal = Literal["aucun", "pris_en_compte", "non_pris_en_compte"]
Critere = Literal["qualification", "situation_emploi", "aspirations", "difficultes", "arrete_local"]
Accompagnement = Literal["emploi", "insertion_sociale"]


@dataclass(frozen=True, slots=True)
class FaitsCriteres:
    """What was looked at with the person; None means *not said yet*.

    `difficultes` is empty when the question was asked and the person meets none. `arrete_local` is the order that may
    specify the criteria in a département, for the beneficiaries of the RSA alone.
    """

    qualification: Annotated[bool | None, Fait("le niveau de qualification a été apprécié")] = None
    situation_emploi: Annotated[bool | None, Fait("la situation au regard de l'emploi a été appréciée")] = None
    aspirations: Annotated[bool | None, Fait("les aspirations de la personne ont été recueillies")] = None
    difficultes: Annotated[tuple[Difficulte, ...] | None, Fait("difficultés particulières rencontrées")] = None
    obstacle_temporaire: Annotated[
        bool | None, Fait("ces difficultés empêchent pour un temps de chercher un emploi")
    ] = None
    rsa: Annotated[Rsa | None, Fait("situation de la personne au regard du RSA")] = None
    arrete_local: Annotated[ArreteLocal | None, Fait("critères précisés par arrêté dans le département")] = None

    def __post_init__(self) -> None:
        for champ in ("qualification", "situation_emploi", "aspirations", "obstacle_temporaire"):
            verifier_oui_non(champ, getattr(self, champ))
        verifier_choix_facultatif("rsa", self.rsa, Rsa)
        verifier_choix_facultatif("arrete_local", self.arrete_local, ArreteLocal)
        if self.difficultes is not None:
            object.__setattr__(self, "difficultes", tuple(self.difficultes))
            for rang, difficulte in enumerate(self.difficultes):
                verifier_choix(f"difficultes.{rang}", difficulte, Difficulte)
        if self.obstacle_temporaire and self.difficultes == ():
            raise FaitInvalide("difficultes", "Indiquez la difficulté qui empêche de chercher un emploi.")


class ResultatCriteres(TypedDict):
    """`conforme`: everything the law names was weighed. `manquants`: what was not.

    `accompagnement`: towards employment, or towards social integration first while a difficulty stands in the way.
    """

    conforme: bool | None
    manquants: tuple[Critere, ...]
    accompagnement: Accompagnement | None
    a_completer: tuple[str, ...]


PHRASES: dict[Critere, dict[bool | None, str]] = {
    "qualification": {
        True: "Votre niveau de qualification a été regardé.",
        False: "Votre niveau de qualification n'a pas été regardé.",
        None: "Il faut dire si votre niveau de qualification a été regardé.",
    },
    "situation_emploi": {
        True: "Votre situation par rapport à l'emploi a été regardée.",
        False: "Votre situation par rapport à l'emploi n'a pas été regardée.",
        None: "Il faut dire si votre situation par rapport à l'emploi a été regardée.",
    },
    "aspirations": {
        True: "On vous a demandé ce que vous souhaitez faire.",
        False: "On ne vous a pas demandé ce que vous souhaitez faire.",
        None: "Il faut dire si l'on vous a demandé ce que vous souhaitez faire.",
    },
    "difficultes": {
        True: "On vous a demandé si des difficultés vous gênent.",
        None: "Il faut dire si vous rencontrez des difficultés : santé, logement, transport, garde d'enfants, proche "
        "à aider, ou une autre.",
    },
    "arrete_local": {
        True: "Les critères propres à votre département ont été regardés, s'il y en a.",
        False: "Les critères que votre département a précisés n'ont pas été regardés.",
        None: "Il faut dire si votre département a précisé des critères.",
    },
}


@regle("orientation.criteres", version="1")
def criteres(faits: FaitsCriteres, le: date, redaction: Redaction) -> ResultatCriteres:
    """Say whether everything that the law weighs was, and which accompaniment comes first."""
    pesees: dict[Critere, bool | None] = {
        "qualification": faits.qualification,
        "situation_emploi": faits.situation_emploi,
        "aspirations": faits.aspirations,
        "difficultes": True if faits.difficultes is not None else None,
    }
    local = beneficiaire_du_rsa(faits.rsa, redaction)
    if local is not False:
        pris = None if faits.arrete_local is None else faits.arrete_local != "non_pris_en_compte"
        pesees["arrete_local"] = pris if local or pris else None
    for critere, pesee in pesees.items():
        redaction.motif(critere, pesee, PHRASES[critere][pesee], "L. 5411-5-1 III")
    accompagnement = _accompagnement(faits, redaction)
    a_completer: list[str] = [critere for critere in pesees if getattr(faits, critere) is None]
    if pesees.get("arrete_local", True) is None and faits.rsa is None:
        a_completer.append("rsa")
    if accompagnement is None and faits.difficultes is not None:
        a_completer.append("obstacle_temporaire")
    return ResultatCriteres(
        conforme=et(*pesees.values()),
        manquants=tuple(critere for critere in get_args(Critere) if pesees.get(critere) is False),
        accompagnement=accompagnement,
        a_completer=tuple(a_completer),
    )


def _accompagnement(faits: FaitsCriteres, redaction: Redaction) -> Accompagnement | None:
    """Write which accompaniment comes first; no difficulty is no obstacle."""
    obstacle = False if faits.difficultes == () else faits.obstacle_temporaire
    phrase = {
        True: "Vos difficultés empêchent pour l'instant de chercher un emploi : on vous aide d'abord à les résoudre.",
        False: "Rien ne vous empêche de chercher un emploi : vous êtes accompagné(e) vers l'emploi.",
        None: "Il faut dire si vos difficultés vous empêchent pour l'instant de chercher un emploi.",
    }[obstacle]
    if faits.difficultes and obstacle is False:
        phrase = "Vos difficultés n'empêchent pas de chercher un emploi : vous êtes accompagné(e) vers l'emploi."
    redaction.motif("sans_obstacle", None if obstacle is None else not obstacle, phrase, "L. 5411-5-1 I")
    if obstacle is None:
        return None
    return "insertion_sociale" if obstacle else "emploi"
