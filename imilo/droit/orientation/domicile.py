"""Until when a change of home is told to France Travail (R. 5411-8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict

from imilo.droit import francais
from imilo.droit.delais import Echeance
from imilo.droit.faits import Fait, verifier_jour, verifier_jour_facultatif
from imilo.droit.registre import Redaction, regle

EtatDomicile = Literal["a_dire", "dit", "dit_en_retard", "en_retard"]


@dataclass(frozen=True, slots=True)
class FaitsChangementDomicile:
    """The day of the change, and the day France Travail was told, when it was; it may be told in advance."""

    change_le: Annotated[date, Fait("jour du changement de domicile")]
    dit_le: Annotated[date | None, Fait("jour où France Travail en a été informé")] = None

    def __post_init__(self) -> None:
        verifier_jour("change_le", self.change_le)
        verifier_jour_facultatif("dit_le", self.dit_le)


class ResultatChangementDomicile(TypedDict):
    """`limite`: last day to tell France Travail. `jours_restants`: None once it is told."""

    limite: Echeance
    jours_restants: int | None
    etat: EtatDomicile


@regle("orientation.changement_domicile", version="1")
def changement_domicile(faits: FaitsChangementDomicile, le: date, redaction: Redaction) -> ResultatChangementDomicile:
    """Say until when France Travail is told of a change of home, and whether it was on the day `le`."""
    jours = redaction.entier("orientation.delai_changement_domicile", faits.change_le)
    limite = redaction.terme_en_jours(faits.change_le, jours)
    redaction.etape(
        "Dernier jour pour le dire",
        f"{francais.jour(faits.change_le)} + {jours} jours = {francais.jour(limite)}",
        limite,
    )
    dit_le = faits.dit_le if faits.dit_le is not None and faits.dit_le <= le else None
    if dit_le is not None:
        etat: EtatDomicile = "dit" if dit_le <= limite else "dit_en_retard"
        retard = f", après le {francais.jour(limite)}, dernier jour pour le dire" if etat == "dit_en_retard" else ""
        phrase = f"France Travail connaît votre changement d'adresse depuis le {francais.jour(dit_le)}{retard}."
    else:
        etat = "a_dire" if le <= limite else "en_retard"
        verbe = "avez" if etat == "a_dire" else "aviez"
        phrase = (
            f"Vous {verbe} jusqu'au {francais.jour(limite)} inclus pour dire votre nouvelle adresse à France Travail."
        )
    redaction.motif("dans_le_delai", etat in ("a_dire", "dit"), phrase, "R. 5411-8")
    reste = max(0, (limite - le).days) if dit_le is None else None
    return ResultatChangementDomicile(limite=limite, jours_restants=reste, etat=etat)
