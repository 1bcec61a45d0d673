"""When the contract is updated, why, and in which forms.

Articles: L. 5411-6 I (periodically, in the forms of its making), R. 5411-14 (how often is agreed with the person),
L. 5411-6-1 I (as soon as the project is settled enough), D. 5411-14-2 (another organism: a new contract).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, TypedDict, get_args

from imilo.droit import francais
from imilo.droit.delais import MOIS_PAR_AN, Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import (
    Fait,
    verifier_choix,
    verifier_jour,
    verifier_jour_facultatif,
    verifier_oui_non,
)
from imilo.droit.logique import et, non, ou
from imilo.droit.registre import Redaction, regle

Forme = Literal["elaboration_commune", "signature_personne", "signature_organisme", "sincerite"]
Raison = Literal["periodicite", "projet_etabli", "autre_organisme"]
PERIODICITE_MAXIMUM = MOIS_PAR_AN * MOIS_PAR_AN
"""Months: beyond, a slip of the keyboard. No article sets how often a contract is updated."""

FORMES: dict[Forme, tuple[str, str, str]] = {
    "elaboration_commune": (
        "L. 5411-6 I",
        "L'actualisation a été préparée avec vous.",
        "L'actualisation doit être préparée avec vous.",
    ),
    "signature_personne": (
        "L. 5411-6 I",
        "Vous avez signé l'actualisation.",
        "Il manque votre signature sur l'actualisation.",
    ),
    "signature_organisme": (
        "L. 5411-6 I",
        "L'organisme qui vous accompagne a signé l'actualisation.",
        "Il manque sur l'actualisation la signature de l'organisme qui vous accompagne.",
    ),
    "sincerite": (
        "R. 5411-14",
        "Vous vous êtes engagé(e) à donner des informations exactes.",
        "Vous devez vous engager à donner des informations exactes.",
    ),
}


@dataclass(frozen=True, slots=True)
class FaitsActualisation:
    """The contract, its last update, what was agreed, and what happened since; None means *not known yet*.

    `projet_etabli_le`: the day the project was settled enough to define the reasonable offer, when only goals of
    integration had been set; `formes`: those of the last update, which counts only with all of them.
    `valable_le`: the update before it that had them all, if any.
    """

    signe_le: Annotated[date, Fait("jour de la signature du contrat")]
    periodicite: Annotated[int | None, Fait("fréquence d'actualisation convenue avec la personne", "mois")] = None
    actualise_le: Annotated[date | None, Fait("jour de la dernière actualisation")] = None
    projet_etabli_le: Annotated[
        date | None, Fait("jour où le projet d'emploi salarié est devenu suffisamment établi, sinon rien")
    ] = None
    insertion_sociale: Annotated[bool | None, Fait("un accompagnement social passe d'abord")] = None
    change_d_organisme: Annotated[bool | None, Fait("une nouvelle décision désigne un autre organisme référent")] = None
    formes: Annotated[tuple[Forme, ...] | None, Fait("formes respectées par la dernière actualisation")] = None
    valable_le: Annotated[date | None, Fait("jour d'une actualisation plus ancienne, faite dans toutes les formes")] = (
        None
    )

    def __post_init__(self) -> None:
        verifier_jour("signe_le", self.signe_le)
        if self.periodicite is not None:
            _verifier_periodicite(self.periodicite)
        for champ in ("actualise_le", "projet_etabli_le", "valable_le"):
            verifier_jour_facultatif(champ, getattr(self, champ))
        if self.actualise_le is not None and self.actualise_le < self.signe_le:
            raise FaitInvalide("actualise_le", "L'actualisation vient avant la signature du contrat.")
        if self.valable_le is not None and not self.signe_le <= self.valable_le <= (self.actualise_le or date.min):
            raise FaitInvalide(
                "valable_le", "Ce jour est entre la signature du contrat et la dernière actualisation, comprises."
            )
        verifier_oui_non("insertion_sociale", self.insertion_sociale)
        verifier_oui_non("change_d_organisme", self.change_d_organisme)
        if self.formes is not None:
            object.__setattr__(self, "formes", tuple(self.formes))
            for rang, forme in enumerate(self.formes):
                verifier_choix(f"formes.{rang}", forme, Forme)

    @property
    def dernier_acte_valable(self) -> date:
        """The last act known to have every form, the last update left out."""
        return self.valable_le or self.signe_le

    @property
    def departs(self) -> tuple[date, ...]:
        """From when the next update counts: two days when the forms of the last one aren't known."""
        if self.actualise_le is None:
            return (self.signe_le,)
        if self.formes is None:
            return (self.dernier_acte_valable, self.actualise_le)
        return (self.actualise_le if set(self.formes) == set(FORMES) else self.dernier_acte_valable,)


def _verifier_periodicite(mois: Any) -> None:
    """Accept a whole number of months."""
    if not isinstance(mois, int) or isinstance(mois, bool) or not 1 <= mois <= PERIODICITE_MAXIMUM:
        raise FaitInvalide("periodicite", f"Indiquez un nombre entier de mois, de 1 à {PERIODICITE_MAXIMUM}.")


class ResultatActualisation(TypedDict):
    """`due`: something asks on the day for an update, or for a new contract (`raisons`); None if it can't be said.

    `prochaine_le`: the last day that the periodicity agreed gives for the next one, from the last act made in every
    form (the last update, while its forms aren't said); None while nothing is agreed, and once another organism takes
    over. `formes_manquantes`: what the last update lacks.
    """

    due: bool | None
    raisons: tuple[Raison, ...]
    prochaine_le: Echeance | None
    formes_manquantes: tuple[Forme, ...]
    a_completer: tuple[str, ...]


@regle("contrat_engagement.actualisation", version="1")
def actualisation(faits: FaitsActualisation, le: date, redaction: Redaction) -> ResultatActualisation:
    """Say whether an update of the contract is due on the day `le`, why, and until when the next one may wait."""
    for champ in ("signe_le", "actualise_le"):
        jour = getattr(faits, champ)
        if jour is not None and jour > le:
            raise FaitInvalide(champ, "Ce jour est dans l'avenir.")
    prochaine: Echeance | None = None
    raisons: dict[Raison, bool | None] = {"autre_organisme": faits.change_d_organisme}
    # A contract that another organism replaces no longer asks for anything by its own dates.
    if not faits.change_d_organisme:
        prochaine = _prochaine(faits, redaction)
        raisons = {
            "periodicite": _periodicite(faits, le, redaction),
            "projet_etabli": _projet(faits, le),
            **raisons,
        }
    _dire(raisons, faits, prochaine, redaction)
    due = ou(*raisons.values())
    return ResultatActualisation(
        due=due,
        raisons=tuple(raison for raison in get_args(Raison) if raisons.get(raison)),
        prochaine_le=prochaine,
        formes_manquantes=_formes(faits, redaction),
        a_completer=_a_completer(faits, raisons) if due is None else (),
    )


def _a_completer(faits: FaitsActualisation, raisons: dict[Raison, bool | None]) -> tuple[str, ...]:
    utiles = {
        "periodicite": raisons["periodicite"] is None,
        "insertion_sociale": raisons["projet_etabli"] is None,
        "formes": raisons["periodicite"] is None or raisons["projet_etabli"] is None,
        "change_d_organisme": True,
    }
    if faits.actualise_le is None:
        del utiles["formes"]
    return tuple(champ for champ, utile in utiles.items() if utile and getattr(faits, champ) is None)


def _prochaine(faits: FaitsActualisation, redaction: Redaction) -> Echeance | None:
    if faits.periodicite is None:
        return None
    depart = faits.departs[-1]
    if len(set(faits.departs)) > 1:
        redaction.avertir("Cette date suppose que la dernière actualisation a été faite dans toutes les formes.")
    limite = redaction.terme(depart, faits.periodicite)
    redaction.etape(
        "Prochaine actualisation, au plus tard",
        f"{francais.jour(depart)} + {faits.periodicite} mois = {francais.jour(limite)}",
        limite,
    )
    return limite


def _unanime(reponses: set[bool | None]) -> bool | None:
    return reponses.pop() if len(reponses) == 1 else None


def _periodicite(faits: FaitsActualisation, le: date, redaction: Redaction) -> bool | None:
    """Whether the frequency agreed asks for an update, None when the forms of the last one could change it."""
    mois = faits.periodicite
    if mois is None:
        return None
    return _unanime({le >= redaction.terme(depart, mois) for depart in faits.departs})


def _projet(faits: FaitsActualisation, le: date) -> bool | None:
    """Whether the project was settled since the last update, for who is accompanied towards employment."""
    etabli = faits.projet_etabli_le
    if etabli is None or etabli > le:
        return False
    return _unanime({et(etabli > depart, non(faits.insertion_sociale)) for depart in faits.departs})


def _dire(
    raisons: dict[Raison, bool | None], faits: FaitsActualisation, prochaine: Echeance | None, redaction: Redaction
) -> None:
    """Write each reason; `satisfait` tells that it asks for nothing on the day."""
    jour = "" if prochaine is None else francais.jour(prochaine)
    formes = "Il faut dire si la dernière actualisation a été faite dans toutes les formes."
    sociale = "Il faut dire si un accompagnement social passe d'abord."
    frequence = "Il faut convenir avec vous de la fréquence à laquelle le contrat est revu."
    phrases: dict[Raison, tuple[str, dict[bool | None, str]]] = {
        "periodicite": (
            "R. 5411-14",
            {
                True: f"Votre contrat est à revoir avec vous : la date convenue est le {jour}.",
                False: f"Votre contrat sera revu avec vous au plus tard le {jour}.",
                None: frequence if faits.periodicite is None else formes,
            },
        ),
        "projet_etabli": (
            "L. 5411-6-1 I",
            {
                True: "Votre projet d'emploi est assez précis : le contrat est à revoir pour y définir l'offre "
                "d'emploi que vous devez accepter.",
                False: "Votre projet ne demande pas de revoir le contrat.",
                None: sociale if faits.insertion_sociale is None else formes,
            },
        ),
        "autre_organisme": (
            "D. 5411-14-2",
            {
                True: "Un autre organisme vous accompagne : un nouveau contrat est à signer avec lui.",
                False: "Le même organisme vous accompagne.",
                None: "Il faut dire si un autre organisme vous accompagne désormais.",
            },
        ),
    }
    for raison, reponse in raisons.items():
        article, selon = phrases[raison]
        redaction.motif(raison, non(reponse), selon[reponse], article)


def _formes(faits: FaitsActualisation, redaction: Redaction) -> tuple[Forme, ...]:
    """Write each form of the last update; return those it lacks."""
    if faits.formes is None:
        return ()
    for forme, (article, presente, absente) in FORMES.items():
        faite = forme in faits.formes
        redaction.motif(forme, faite, presente if faite else absente, article)
    return tuple(forme for forme in FORMES if forme not in faits.formes)
