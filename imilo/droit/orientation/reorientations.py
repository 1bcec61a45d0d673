"""When another decision of orientation is asked, whom it is asked of, what it changes (L. 5411-5-2 II)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict

from imilo.droit.faits import Fait, verifier_choix_facultatif, verifier_oui_non
from imilo.droit.logique import est, et, non
from imilo.droit.orientation.notification import MoyenNotification, notifier
from imilo.droit.orientation.organismes import NOMS, Decideur, Rsa, beneficiaire_du_rsa
from imilo.droit.registre import Redaction, regle

EtapeParcours = Literal["diagnostic_a_faire", "diagnostic_realise", "contrat_signe"]
Initiative = Literal["personne", "organisme_referent"]
Effet = Literal["delai_interrompu", "nouveau_contrat"]


@dataclass(frozen=True, slots=True)
class FaitsReorientation:
    """Where the accompaniment stands, and who decided the orientation in force; None means *not known yet*."""

    etape: Annotated[EtapeParcours | None, Fait("où en est l'accompagnement")] = None
    autre_organisme_preferable: Annotated[
        bool | None, Fait("un autre organisme est mieux à même de conduire l'accompagnement")
    ] = None
    initiative: Annotated[Initiative | None, Fait("qui est à l'origine de la demande")] = None
    rsa: Annotated[Rsa | None, Fait("situation de la personne au regard du RSA")] = None
    decidee_par: Annotated[Decideur | None, Fait("qui a pris la décision d'orientation en cours")] = None
    delegation: Annotated[
        bool | None, Fait("le département a délégué par convention à France Travail l'orientation des personnes au RSA")
    ] = None
    moyen_notification: Annotated[
        MoyenNotification | None, Fait("moyen par lequel la nouvelle décision est notifiée")
    ] = None

    def __post_init__(self) -> None:
        verifier_choix_facultatif("etape", self.etape, EtapeParcours)
        verifier_oui_non("autre_organisme_preferable", self.autre_organisme_preferable)
        verifier_choix_facultatif("initiative", self.initiative, Initiative)
        verifier_choix_facultatif("rsa", self.rsa, Rsa)
        verifier_choix_facultatif("decidee_par", self.decidee_par, Decideur)
        verifier_oui_non("delegation", self.delegation)
        verifier_choix_facultatif("moyen_notification", self.moyen_notification, MoyenNotification)


class ResultatReorientation(TypedDict):
    """`a_demander`: the referent organism asks for another decision. `saisir`: of whom, None with nothing to ask.

    `effet`: on the month to sign (D. 5411-8-2) or on the contract signed (D. 5411-14-2), None without a request.
    """

    a_demander: bool | None
    saisir: Decideur | None
    effet: Effet | None
    notification_valable: bool | None
    a_completer: tuple[str, ...]


@regle("orientation.reorientation", version="1")
def reorientation(faits: FaitsReorientation, le: date, redaction: Redaction) -> ResultatReorientation:
    """Say whether another decision is to be asked for, whom to ask, and what it changes."""
    commencee = non(est(faits.etape, "diagnostic_a_faire"))
    phrase = {
        True: "Votre situation a été regardée avec vous.",
        False: "Il faut d'abord faire avec vous le point sur votre situation.",
        None: "Il faut dire si le point sur votre situation a été fait avec vous.",
    }[commencee]
    redaction.motif("diagnostic_realise", commencee, phrase, "L. 5411-5-2 II")
    phrase = {
        True: "Un autre organisme serait mieux placé pour vous accompagner.",
        False: "Aucun autre organisme ne serait mieux placé pour vous accompagner.",
        None: "Il faut dire si un autre organisme serait mieux placé pour vous accompagner.",
    }[faits.autre_organisme_preferable]
    redaction.motif("autre_organisme_preferable", faits.autre_organisme_preferable, phrase, "L. 5411-5-2 II")
    a_demander = et(commencee, faits.autre_organisme_preferable)
    if a_demander is False:
        return ResultatReorientation(
            a_demander=False, saisir=None, effet=None, notification_valable=None, a_completer=()
        )
    saisir, manquants = _saisir(faits, a_demander, redaction)
    a_completer = [c for c in ("etape", "autre_organisme_preferable") if getattr(faits, c) is None]
    return ResultatReorientation(
        a_demander=a_demander,
        saisir=saisir,
        effet=_effet(faits, redaction) if a_demander else None,
        notification_valable=notifier(faits.moyen_notification, redaction),
        a_completer=(*(a_completer if a_demander is None else ()), *manquants),
    )


SPECIAUX: dict[str, tuple[Decideur, str]] = {
    "mission_locale": ("mission_locale", "L. 5411-5-2 II 3°"),
    "cap_emploi": ("cap_emploi", "L. 5411-5-2 II 4°"),
}


def _saisir(
    faits: FaitsReorientation, a_demander: bool | None, redaction: Redaction
) -> tuple[Decideur | None, tuple[str, ...]]:
    """Write whom the referent organism asks; return it, or the facts that are missing to say it."""
    departement = beneficiaire_du_rsa(faits.rsa, redaction)
    saisir: Decideur | None = None
    manquants: tuple[str, ...] = ()
    if departement:
        saisir, manquants = _pour_le_rsa(faits, redaction)
        article = "L. 5411-5-2 II 2°"
    elif departement is None or faits.decidee_par is None:
        article, manquants = "L. 5411-5-2 II", tuple(c for c in ("rsa", "decidee_par") if getattr(faits, c) is None)
    else:
        # Who decided for who came to them decides again; France Travail for all the others.
        saisir, article = SPECIAUX.get(faits.decidee_par, ("france_travail", "L. 5411-5-2 II 1°"))
    if saisir is None:
        phrase = "Il manque un renseignement pour savoir à qui demander une nouvelle décision."
    else:
        demande = {
            None: "La nouvelle décision",
            "personne": "À votre demande, la nouvelle décision",
            "organisme_referent": "À la demande de l'organisme qui vous accompagne, la nouvelle décision",
        }[faits.initiative]
        verbe = "est" if a_demander else "serait"
        phrase = f"{demande} {verbe} prise par {NOMS[saisir]}."
    redaction.motif("saisine", None if saisir is None else True, phrase, article)
    return saisir, manquants


def _pour_le_rsa(faits: FaitsReorientation, redaction: Redaction) -> tuple[Decideur | None, tuple[str, ...]]:
    """Whom to ask for a beneficiary of the RSA: the president, or by a reading the one who decides for him."""
    if redaction.lecture("orientation.reorientation_rsa") == "president" or faits.delegation is False:
        return "departement", ()
    if faits.delegation is None:
        return None, ("delegation",)
    return "france_travail", ()


def _effet(faits: FaitsReorientation, redaction: Redaction) -> Effet:
    if faits.etape == "contrat_signe":
        phrase = "Si un autre organisme vous accompagne, vous signerez avec lui un nouveau contrat."
        redaction.motif("nouveau_contrat", True, phrase, "D. 5411-14-2")
        return "nouveau_contrat"
    phrase = "La demande arrête le délai pour signer votre contrat : un autre commence avec la nouvelle décision."
    redaction.motif("delai_interrompu", True, phrase, "D. 5411-8-2")
    return "delai_interrompu"
