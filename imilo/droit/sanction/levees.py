"""When a suspension ends before its term (R. 5412-1, R. 5412-2); a suppression runs to its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypedDict

from imilo.droit import delais, francais
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import (
    Fait,
    verifier_choix,
    verifier_jour,
    verifier_jour_facultatif,
    verifier_nombre_de_mois,
    verifier_oui_non,
)
from imilo.droit.registre import Redaction, regle
from imilo.droit.sanction.bornes import avertir_mesure
from imilo.droit.sanction.faits_quantum import SanctionEnvisagee
from imilo.droit.sanction.modele import ARTICLES, TOTALITE, Manquement, verifier_en_vigueur, verifier_part

NATURES = {"engagements": ("suspension", "suppression"), "refus_contrat": ("suspension",)}


@dataclass(frozen=True, slots=True)
class FaitsLevee:
    """The measure pronounced, and what the person did since."""

    manquement: Annotated[Manquement, Fait("manquement sanctionné")]
    nature: Annotated[Literal["suspension", "suppression"], Fait("ce qui a été prononcé")]
    debut: Annotated[date, Fait("premier jour de la mesure")]
    mois: Annotated[int, Fait("durée prononcée", "mois")]
    conforme_le: Annotated[
        date | None,
        Fait("jour où la personne a rempli tout ou partie des obligations, ou fait ou mis à jour son contrat"),
    ] = None
    conditions_definies: Annotated[
        bool | None,
        Fait("ce qu'elle devait faire a été défini avec son conseiller (sans objet pour un refus de contrat)"),
    ] = None
    part: Annotated[
        Decimal | None, Fait("part suspendue, qui dit si la personne avait été radiée", "fraction, 1 pour la totalité")
    ] = None

    def __post_init__(self) -> None:
        verifier_choix("manquement", self.manquement, Manquement)
        verifier_choix("nature", self.nature, Literal["suspension", "suppression"])
        verifier_jour("debut", self.debut)
        verifier_en_vigueur("debut", self.debut, "sanction.levee")
        verifier_nombre_de_mois("mois", self.mois)
        verifier_jour_facultatif("conforme_le", self.conforme_le)
        verifier_oui_non("conditions_definies", self.conditions_definies)
        if self.part is not None:
            verifier_part("part", self.part)
        if self.nature not in NATURES.get(self.manquement, ("suppression",)):
            raise FaitInvalide("nature", "Ce manquement ne se sanctionne pas ainsi.")


class ResultatLevee(TypedDict):
    """`terme`: last day as pronounced. `levee`: it ended, on `levee_le`, before that; None while it can't be said.

    `dernier_jour`: last day of the measure, the eve of `levee_le` when it was lifted; None when it never began.
    `reinscription`: the person is registered again, because the suspension had struck them off (R. 5412-2); None
    while the share, which alone may say so, isn't known.
    """

    terme: Echeance
    levee: bool | None
    levee_le: Echeance | None
    dernier_jour: Echeance | None
    reinscription: bool | None
    a_completer: tuple[str, ...]


@regle("sanction.levee", version="1")
def levee(faits: FaitsLevee, le: date, redaction: Redaction) -> ResultatLevee:
    """Say whether the measure ended early, as known on the day `le`; what comes after that day is ignored."""
    terme = redaction.dernier_jour(faits.debut, faits.mois)
    mesure = SanctionEnvisagee(faits.nature, part=faits.part or TOTALITE, mois=faits.mois, objet="revenu_remplacement")
    avertir_mesure(faits.manquement, mesure, faits.debut, redaction)
    redaction.etape(
        "Dernier jour de la mesure prononcée",
        f"{faits.mois} mois à partir du {francais.jour(faits.debut)} compris = {francais.jour(terme)}",
        terme,
    )
    rempli = faits.conforme_le if faits.conforme_le is not None and faits.conforme_le <= le else None
    finie = _levee(faits, rempli, terme, redaction)
    levee_le = Echeance.du(rempli) if finie and rempli is not None else None
    reinscrite = _reinscription(faits, finie, redaction)
    inconnus = {"conditions_definies": finie, "part": reinscrite}
    return ResultatLevee(
        terme=terme,
        levee=finie,
        levee_le=levee_le,
        dernier_jour=_dernier_jour(faits, levee_le, terme) if finie is not None else None,
        reinscription=reinscrite,
        a_completer=tuple(champ for champ, reponse in inconnus.items() if reponse is None),
    )


def _levee(faits: FaitsLevee, rempli: date | None, terme: Echeance, redaction: Redaction) -> bool | None:
    article = ARTICLES[faits.manquement]
    if faits.nature == "suppression":
        redaction.motif("suspension", False, "Une suppression va jusqu'à son terme.", article)
        return False
    if rempli is None:
        phrase = (
            f"La suspension dure jusqu'au {francais.jour(terme)}, sauf si vous faites avant ce qui vous est demandé."
        )
        redaction.motif("obligations_remplies", False, phrase, article)
        return False
    avant = rempli <= terme
    phrase = (
        f"Vous avez fait ce qui vous était demandé le {francais.jour(rempli)}, avant la fin de la suspension."
        if avant
        else f"Vous avez fait ce qui vous était demandé le {francais.jour(rempli)}, la suspension était finie."
    )
    redaction.motif("obligations_remplies", avant, phrase, article)
    return avant and _conditions(faits, article, redaction)


def _conditions(faits: FaitsLevee, article: str, redaction: Redaction) -> bool | None:
    """R. 5412-1: what is enough is agreed with the counsellor; R. 5412-2 asks for the contract, and no more."""
    if faits.manquement == "refus_contrat":
        return True
    definies = faits.conditions_definies
    phrase = {
        None: "Il faut dire si ce que vous deviez faire a été défini avec votre conseiller.",
        True: "Ce que vous deviez faire a été défini avec votre conseiller.",
        False: "Ce que vous deviez faire reste à définir avec votre conseiller.",
    }[definies]
    redaction.motif("conditions_definies", definies, phrase, article)
    return definies


def _reinscription(faits: FaitsLevee, finie: bool | None, redaction: Redaction) -> bool | None:
    """R. 5412-2: the end of the suspension registers again who it had struck off, for a total one of four months."""
    if not finie or faits.manquement != "refus_contrat":
        return False
    radiee: bool | None = faits.mois == redaction.entier("sanction.refus_contrat.radiation_mois", faits.debut)
    if radiee:
        radiee = None if faits.part is None else faits.part == TOTALITE
    phrase = {
        None: "Il faut dire quelle part était suspendue : en totalité, elle avait entraîné votre radiation.",
        True: "La suspension vous avait radié(e) : vous êtes à nouveau inscrit(e) comme demandeur d'emploi.",
        False: "Cette suspension ne vous avait pas radié(e) : il n'y a pas à vous inscrire de nouveau.",
    }[radiee]
    redaction.motif("reinscription", radiee, phrase, ARTICLES[faits.manquement])
    return radiee


def _dernier_jour(faits: FaitsLevee, levee_le: Echeance | None, terme: Echeance) -> Echeance | None:
    if levee_le is None:
        return terme
    return Echeance.du(delais.veille(levee_le)) if levee_le > faits.debut else None
