"""How long a CEJ may last (R. 5131-16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypedDict

from imilo.droit import delais, francais
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import verifier_choix, verifier_jour, verifier_jour_facultatif
from imilo.droit.registre import Redaction, regle

Prolongation = Literal["aucune", "exceptionnelle", "parcours_relais"]


@dataclass(frozen=True, slots=True)
class FaitsDuree:
    """First day of the contract, the last day wished, and what prolongs it.

    `prolongation`: `exceptionnelle` needs `prolongation_motivee`; `parcours_relais` is a
    path or contract with another organism of insertion or training, begun on
    `parcours_debut`, before the end of the CEJ, and ended on `parcours_fin` (None while
    it runs).
    """

    debut: date
    fin_souhaitee: date | None = None
    prolongation: Prolongation = "aucune"
    prolongation_motivee: bool = False
    parcours_debut: date | None = None
    parcours_fin: date | None = None

    def __post_init__(self) -> None:
        verifier_jour("debut", self.debut)
        verifier_choix("prolongation", self.prolongation, Prolongation)
        for champ in ("fin_souhaitee", "parcours_debut", "parcours_fin"):
            verifier_jour_facultatif(champ, getattr(self, champ))
        if self.fin_souhaitee is not None and self.fin_souhaitee < self.debut:
            raise FaitInvalide(
                "fin_souhaitee", "La fin du contrat vient avant son début."
            )
        if self.prolongation == "parcours_relais" and self.parcours_debut is None:
            raise FaitInvalide(
                "parcours_debut", "Indiquez le début du parcours qui prend le relais."
            )
        if (
            self.parcours_debut is not None
            and self.parcours_fin is not None
            and self.parcours_fin < self.parcours_debut
        ):
            raise FaitInvalide(
                "parcours_fin", "La fin du parcours vient avant son début."
            )


class ResultatDuree(TypedDict):
    """`dernier_jour_possible`: None while the relaying path has no known end;
    `conforme`: whether the end wished is allowed, None when it can't be said yet."""

    dernier_jour_possible: date | None
    conforme: bool | None


@regle("cej.duree", version="1")
def duree(faits: FaitsDuree, le: date, redaction: Redaction) -> ResultatDuree:
    """Say the last day that the contract may have."""
    limite: date | None = _apres_mois(faits.debut, "cej.duree.maximum", redaction)
    if faits.prolongation == "exceptionnelle":
        limite = _exceptionnelle(faits, redaction) or limite
    elif faits.prolongation == "parcours_relais" and limite is not None:
        limite = _relais(faits, limite, redaction)
    if limite is None:
        return ResultatDuree(dernier_jour_possible=None, conforme=None)
    conforme = None if faits.fin_souhaitee is None else faits.fin_souhaitee <= limite
    phrase = {
        None: f"Votre contrat peut durer jusqu'au {francais.jour(limite)} inclus.",
        True: f"La fin prévue ne dépasse pas le {francais.jour(limite)}.",
        False: f"La fin prévue dépasse le {francais.jour(limite)}, dernier jour possible.",
    }[conforme]
    redaction.motif("duree_maximale", conforme is not False, phrase, "R. 5131-16")
    return ResultatDuree(dernier_jour_possible=limite, conforme=conforme)


def _apres_mois(debut: date, bareme: str, redaction: Redaction) -> date:
    mois = redaction.entier(bareme, debut)
    limite = delais.dernier_jour(debut, mois)
    redaction.etape(
        f"Dernier jour d'un contrat de {mois} mois",
        f"{mois} mois à partir du {francais.jour(debut)} = {francais.jour(limite)}",
        limite,
    )
    return limite


def _exceptionnelle(faits: FaitsDuree, redaction: Redaction) -> date | None:
    if not faits.prolongation_motivee:
        redaction.motif(
            "prolongation_motivee",
            False,
            "Pour prolonger le contrat, votre conseiller doit écrire pourquoi c'est nécessaire.",
            "R. 5131-16",
        )
        return None
    limite = _apres_mois(faits.debut, "cej.duree.maximum_prolongee", redaction)
    redaction.motif(
        "prolongation_motivee",
        True,
        "Votre contrat est prolongé à titre exceptionnel, pour une raison écrite.",
        "R. 5131-16",
    )
    return limite


def _relais(faits: FaitsDuree, limite: date, redaction: Redaction) -> date | None:
    debut, fin = faits.parcours_debut, faits.parcours_fin
    a_temps = debut is not None and debut <= limite
    redaction.motif(
        "parcours_avant_la_fin",
        a_temps,
        "Vous êtes entré(e) dans un autre parcours avant la fin de votre contrat : il se prolonge."
        if a_temps
        else "L'autre parcours a commencé après la fin de votre contrat : il ne le prolonge pas.",
        "R. 5131-16",
    )
    if not a_temps:
        return limite
    if fin is None:
        redaction.avertir(
            "La date de fin sera connue quand l'autre parcours sera fini."
        )
        return None
    mois = redaction.entier("cej.duree.mois_apres_parcours_relais", fin)
    prolongee = delais.fin_du_mois(delais.mois_plus(fin, mois))
    redaction.etape(
        "Dernier jour après l'autre parcours",
        f"fin du {mois}e mois après le {francais.jour(fin)} = {francais.jour(prolongee)}",
        prolongee,
    )
    return max(limite, prolongee)
