"""May this young person enter a PACEA: each criterion on its own, with its article.

Articles: L. 5131-3, L. 5131-4, R. 5131-7.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict

from imilo.droit import francais
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import (
    Fait,
    Precision,
    verifier_choix,
    verifier_choix_facultatif,
    verifier_jour,
    verifier_jour_facultatif,
    verifier_oui_non,
)
from imilo.droit.logique import et
from imilo.droit.pacea.ages import tranche_age
from imilo.droit.registre import Redaction, regle

Organisme = Literal["mission_locale", "organisme_designe", "autre"]
"""Who carries the path out; `organisme_designe`: by the prefect, where no mission locale can (R. 5131-7)."""

ParcoursEnCours = Literal["aucun", "pacea", "cej"]
FORME = "L. 5131-4"


@dataclass(frozen=True, slots=True)
class FaitsEligibilite:
    """What the law looks at before a PACEA; None means *not known yet*."""

    date_naissance: Annotated[date, Fait("date de naissance")]
    en_difficulte: Annotated[bool | None, Fait("le jeune est en difficulté")] = None
    risque_exclusion: Annotated[bool | None, Fait("il est confronté à un risque d'exclusion professionnelle")] = None
    diagnostic_le: Annotated[date | None, Fait("jour du diagnostic qui a relevé ses besoins")] = None
    parcours_en_cours: Annotated[
        ParcoursEnCours | None, Fait("accompagnement que le jeune suit déjà, ici ou ailleurs")
    ] = None
    contrat_signe_le: Annotated[date | None, Fait("jour de signature du contrat d'engagement")] = None
    organisme: Annotated[Organisme, Fait("qui met le parcours en œuvre")] = "mission_locale"
    precision_naissance: Annotated[Precision, Fait("part connue de la date de naissance")] = "jour"

    def __post_init__(self) -> None:
        verifier_jour("date_naissance", self.date_naissance)
        verifier_choix("precision_naissance", self.precision_naissance, Precision)
        verifier_choix("organisme", self.organisme, Organisme)
        verifier_choix_facultatif("parcours_en_cours", self.parcours_en_cours, ParcoursEnCours)
        for champ in ("en_difficulte", "risque_exclusion"):
            verifier_oui_non(champ, getattr(self, champ))
        for champ in ("diagnostic_le", "contrat_signe_le"):
            verifier_jour_facultatif(champ, getattr(self, champ))
        diagnostic, contrat = self.diagnostic_le, self.contrat_signe_le
        if diagnostic is not None and contrat is not None and contrat < diagnostic:
            raise FaitInvalide("contrat_signe_le", "Le contrat vient après le diagnostic, qui dit les besoins.")


class ResultatEligibilite(TypedDict):
    """`eligible`: a contract for a PACEA may be signed; `entree_possible`: and it is signed, the path may begin.

    Both are None while a fact named in `a_completer` could change them. `a_partir_du` and `jusqu_au`: first and last
    day on which the age certainly allows it.
    """

    eligible: bool | None
    entree_possible: bool | None
    a_completer: tuple[str, ...]
    a_partir_du: Echeance
    jusqu_au: Echeance


@regle("pacea.eligibilite", version="1")
def eligibilite(faits: FaitsEligibilite, le: date, redaction: Redaction) -> ResultatEligibilite:
    """Say whether a PACEA may be signed, and entered, on the day `le`, point by point."""
    tranche = tranche_age(faits.date_naissance, faits.precision_naissance, le, redaction)
    _organisme(faits, redaction)
    reponses = [
        tranche.minimum_atteint,
        tranche.maximum_respecte,
        faits.organisme != "autre",
        _point(faits.en_difficulte, "en_difficulte", _EN_DIFFICULTE, redaction),
        _point(faits.risque_exclusion, "risque_exclusion", _RISQUE, redaction),
        _diagnostic(faits.diagnostic_le, le, redaction),
        _parcours(faits.parcours_en_cours, redaction),
    ]
    signe = _contrat(faits.contrat_signe_le, le, redaction)
    eligible = et(*reponses)
    return ResultatEligibilite(
        eligible=eligible,
        entree_possible=et(eligible, signe),
        a_completer=_manquants(faits, tranche.incertaine),
        a_partir_du=Echeance.du(tranche.debut),
        jusqu_au=Echeance.du(tranche.fin),
    )


def _manquants(faits: FaitsEligibilite, age_incertain: bool) -> tuple[str, ...]:
    champs = ("en_difficulte", "risque_exclusion", "diagnostic_le", "parcours_en_cours", "contrat_signe_le")
    manquants = tuple(champ for champ in champs if getattr(faits, champ) is None)
    return ("date_naissance", *manquants) if age_incertain else manquants


_EN_DIFFICULTE = {
    None: "Votre conseiller doit dire, avec vous, si vous êtes en difficulté.",
    True: "Vous êtes en difficulté.",
    False: "D'après votre situation, vous n'êtes pas en difficulté.",
}
_RISQUE = {
    None: "Votre conseiller doit apprécier, avec vous, le risque que vous restiez à l'écart de l'emploi.",
    True: "Vous risquez de rester à l'écart de l'emploi.",
    False: "D'après votre situation, vous ne risquez pas de rester à l'écart de l'emploi.",
}


def _point(reponse: bool | None, code: str, phrases: dict[bool | None, str], redaction: Redaction) -> bool | None:
    redaction.motif(code, reponse, phrases[reponse], "L. 5131-3")
    return reponse


def _organisme(faits: FaitsEligibilite, redaction: Redaction) -> None:
    phrase, article = {
        "mission_locale": ("La mission locale met votre parcours en œuvre.", FORME),
        "organisme_designe": ("Le préfet a désigné cet organisme pour remplacer la mission locale.", "R. 5131-7"),
        "autre": ("Seule une mission locale, ou un organisme désigné par le préfet, propose un PACEA.", FORME),
    }[faits.organisme]
    redaction.motif("organisme", faits.organisme != "autre", phrase, article)


def _diagnostic(diagnostic_le: date | None, le: date, redaction: Redaction) -> bool | None:
    fait: bool | None = None
    if diagnostic_le is None:
        phrase = "Le parcours part de vos besoins : il faut d'abord un diagnostic, fait avec vous."
    elif diagnostic_le <= le:
        fait, phrase = True, f"Le diagnostic du {francais.jour(diagnostic_le)} a relevé vos besoins."
    else:
        fait, phrase = False, f"Votre diagnostic n'a lieu que le {francais.jour(diagnostic_le)}."
    redaction.motif("diagnostic", fait, phrase, FORME)
    return fait


def _parcours(en_cours: ParcoursEnCours | None, redaction: Redaction) -> bool | None:
    """A running CEJ stands in the way unless the operator reads otherwise; a running PACEA always does."""
    libre: bool | None = None
    if en_cours is None:
        phrase = "Il faut vérifier si vous suivez déjà un PACEA ou un CEJ, ici ou ailleurs."
    elif en_cours == "aucun":
        libre, phrase = True, "Vous ne suivez ni PACEA ni CEJ."
    elif en_cours == "pacea":
        libre, phrase = False, "Vous suivez déjà un PACEA : il peut être prolongé, pas commencé une autre fois."
    elif redaction.lecture("pacea.cumul_cej") == "successifs":
        libre, phrase = False, "Vous suivez un CEJ : un PACEA ne peut commencer qu'après lui."
    else:
        libre, phrase = True, "Vous suivez un CEJ : il n'empêche pas un PACEA."
    redaction.motif("parcours_en_cours", libre, phrase, FORME)
    return libre


def _contrat(signe_le: date | None, le: date, redaction: Redaction) -> bool | None:
    signe: bool | None = None
    if signe_le is None:
        phrase = "Avant d'entrer dans le parcours, il faut signer le contrat d'engagement."
    elif signe_le <= le:
        signe, phrase = True, f"Votre contrat d'engagement est signé depuis le {francais.jour(signe_le)}."
    else:
        signe, phrase = False, f"Votre contrat ne sera signé que le {francais.jour(signe_le)}."
    redaction.motif("contrat_signe", signe, phrase, FORME)
    return signe
