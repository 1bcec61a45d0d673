"""Is an allowance due with the CEJ at all (L. 5131-6 al. 4, R. 5131-24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypedDict

from imilo.droit import francais
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Fait, verifier_choix_facultatif, verifier_jour_facultatif
from imilo.droit.registre import Redaction, regle

Logement = Literal["hors_foyer_parental", "foyer_parental"]
Soutien = Literal["aucun", "limite", "suffisant"]
Rsa = Literal["non", "beneficiaire", "conjoint", "personne_a_charge"]
PrimeActivite = Literal["non", "ouverte", "activite_anterieure", "personne_a_charge"]
Suspensif = Literal[
    "aucun",
    "volontariat_armees",
    "service_militaire_volontaire",
    "service_militaire_adapte",
    "service_civique",
    "volontariat_insertion",
    "insertion_activite_economique",
    "contrat_unique_insertion",
]


SUSPENSION = "R. 5131-24 III"


@dataclass(frozen=True, slots=True)
class FaitsDroitAllocation:
    """Where the young person lives, who supports them, what else they receive.

    None means *not known yet*. `soutien_parental` matters only in the parents' home; `suspensif` names a paid
    engagement of R. 5131-24 III. What has no first day is taken as begun on the day of the decision, what has no last
    day as running on.
    """

    contrat_signe_le: Annotated[date | None, Fait("jour de la signature du CEJ")] = None
    logement: Annotated[Logement | None, Fait("le jeune vit chez ses parents, ou non")] = None
    soutien_parental: Annotated[Soutien | None, Fait("aide financière reçue des parents")] = None
    rsa: Annotated[Rsa | None, Fait("RSA du foyer, et place du jeune dans ce foyer")] = None
    prime_activite: Annotated[
        PrimeActivite | None, Fait("prime d'activité du foyer, et place du jeune dans ce foyer")
    ] = None
    suspensif: Annotated[
        Suspensif | None, Fait("service, volontariat ou contrat rémunéré qui suspend l'allocation")
    ] = None
    suspensif_depuis: Annotated[date | None, Fait("premier jour de ce qui suspend")] = None
    suspensif_jusqu_au: Annotated[date | None, Fait("dernier jour de ce qui suspend, s'il est connu")] = None
    prime_activite_depuis: Annotated[date | None, Fait("jour d'ouverture du droit à la prime d'activité")] = None

    def __post_init__(self) -> None:
        verifier_jour_facultatif("contrat_signe_le", self.contrat_signe_le)
        verifier_choix_facultatif("logement", self.logement, Logement)
        verifier_choix_facultatif("soutien_parental", self.soutien_parental, Soutien)
        verifier_choix_facultatif("rsa", self.rsa, Rsa)
        verifier_choix_facultatif("prime_activite", self.prime_activite, PrimeActivite)
        verifier_choix_facultatif("suspensif", self.suspensif, Suspensif)
        for champ in ("suspensif_depuis", "suspensif_jusqu_au", "prime_activite_depuis"):
            verifier_jour_facultatif(champ, getattr(self, champ))
        depuis, jusqu_au = self.suspensif_depuis, self.suspensif_jusqu_au
        if self.suspensif in (None, "aucun") and (depuis is not None or jusqu_au is not None):
            raise FaitInvalide("suspensif", "Ces jours supposent un service ou un contrat qui suspend : indiquez-le.")
        if depuis is not None and jusqu_au is not None and jusqu_au < depuis:
            raise FaitInvalide("suspensif_jusqu_au", "Ce jour vient avant le premier jour de ce qui suspend.")
        if self.prime_activite != "ouverte" and self.prime_activite_depuis is not None:
            raise FaitInvalide("prime_activite", "Ce jour suppose un droit ouvert à la prime d'activité.")


class ResultatDroitAllocation1(TypedDict):
    """What version 1 answered: neither since when, nor until when."""

    ouvert: bool | None
    suspendu: bool
    a_completer: tuple[str, ...]


class ResultatDroitAllocation(TypedDict):
    """`ouvert` is None while `a_completer` could change it.

    `a_completer` also asks the days of what ends or suspends the allowance, when none of them is given: the facts are
    then taken as those of the day asked.

    `suspendu`: open, but not paid while a service or contract of R. 5131-24 III runs, from `suspendu_depuis` to
    `suspendu_jusqu_au`, both included (None where the facts don't tell, or nothing suspends). `fin_a_compter_du`: the
    day on which a right to the prime d'activité ends the payments.
    """

    ouvert: bool | None
    suspendu: bool | None
    suspendu_depuis: date | None
    suspendu_jusqu_au: date | None
    fin_a_compter_du: date | None
    a_completer: tuple[str, ...]


@regle("cej.droit_allocation", version="1")
def droit_allocation_1(faits: FaitsDroitAllocation, le: date, redaction: Redaction) -> ResultatDroitAllocation1:
    """Say whether the allowance is open on the day `le`, without the days of what suspends or ends it."""
    _contrat(faits, le, redaction)
    manquants = _foyer_parental(faits, redaction)
    _rsa(faits, redaction)
    _prime(faits, redaction)
    ouvert = _tous(redaction)
    suspendu = faits.suspensif not in (None, "aucun")
    _suspension(None if faits.suspensif is None else suspendu, redaction)
    return ResultatDroitAllocation1(ouvert=ouvert, suspendu=suspendu, a_completer=_manquants(faits, manquants))


@regle("cej.droit_allocation", version="2")
def droit_allocation(faits: FaitsDroitAllocation, le: date, redaction: Redaction) -> ResultatDroitAllocation:
    """Say whether the allowance is open on the day `le`, point by point, and what suspends or ends it, from when."""
    _contrat(faits, le, redaction)
    manquants = _foyer_parental(faits, redaction)
    _rsa(faits, redaction)
    prime = faits.prime_activite_depuis
    if prime is None:
        _prime(faits, redaction)
    else:
        _prime_datee(prime, le, redaction)
    ouvert = _tous(redaction)
    depuis, jusqu_au = faits.suspensif_depuis, faits.suspensif_jusqu_au
    suspendu: bool | None = None
    if faits.suspensif is not None:
        commence = faits.suspensif != "aucun" and (depuis is None or depuis <= le)
        suspendu = commence and (jusqu_au is None or le <= jusqu_au)
    if depuis is None and jusqu_au is None:
        _suspension(suspendu, redaction)
    else:
        _suspension_datee(faits, le, redaction)
    return ResultatDroitAllocation(
        ouvert=ouvert,
        suspendu=suspendu,
        suspendu_depuis=depuis,
        suspendu_jusqu_au=jusqu_au,
        fin_a_compter_du=prime,
        a_completer=_manquants(faits, [*_sans_jours(faits), *manquants]),
    )


def _sans_jours(faits: FaitsDroitAllocation) -> list[str]:
    """Return the days to ask of what ends or suspends the allowance, where none is given."""
    manquants = []
    if faits.prime_activite == "ouverte" and faits.prime_activite_depuis is None:
        manquants.append("prime_activite_depuis")
    if faits.suspensif not in (None, "aucun") and faits.suspensif_depuis is None and faits.suspensif_jusqu_au is None:
        manquants += ["suspensif_depuis", "suspensif_jusqu_au"]
    return manquants


def _tous(redaction: Redaction) -> bool | None:
    reponses = [motif.satisfait for motif in redaction.motifs]
    return False if False in reponses else None if None in reponses else True


def _manquants(faits: FaitsDroitAllocation, autres: list[str]) -> tuple[str, ...]:
    champs = ("contrat_signe_le", "rsa", "prime_activite", "suspensif")
    return (*(champ for champ in champs if getattr(faits, champ) is None), *autres)


def _suspension(suspendu: bool | None, redaction: Redaction) -> None:
    phrase = {
        None: "Il faut dire si vous êtes en service civique, en volontariat ou en contrat d'insertion.",
        True: "L'allocation est suspendue tant que dure votre service, volontariat ou contrat d'insertion.",
        False: "Vous n'êtes ni en service civique, ni en volontariat, ni en contrat d'insertion.",
    }[suspendu]
    redaction.motif("rien_qui_suspende", None if suspendu is None else not suspendu, phrase, SUSPENSION)


def _suspension_datee(faits: FaitsDroitAllocation, le: date, redaction: Redaction) -> None:
    """Write what suspends where its days are known: to come, running or over."""
    depuis, jusqu_au = faits.suspensif_depuis, faits.suspensif_jusqu_au
    quoi = "votre service, volontariat ou contrat d'insertion"
    if depuis is not None and le < depuis:
        phrase = f"L'allocation sera suspendue à partir du {francais.jour(depuis)}, début de {quoi}."
        redaction.motif("rien_qui_suspende", True, phrase, SUSPENSION)
        return
    if jusqu_au is not None and jusqu_au < le:
        phrase = f"L'allocation n'est plus suspendue depuis la fin de {quoi}, le {francais.jour(jusqu_au)}."
        redaction.motif("rien_qui_suspende", True, phrase, SUSPENSION)
        return
    debut = "" if depuis is None else f" depuis le {francais.jour(depuis)}"
    fin = f"tant que dure {quoi}" if jusqu_au is None else f"jusqu'au {francais.jour(jusqu_au)}, fin de {quoi}"
    redaction.motif("rien_qui_suspende", False, f"L'allocation est suspendue{debut}, {fin}.", SUSPENSION)


def _prime_datee(depuis: date, le: date, redaction: Redaction) -> None:
    jour = francais.jour(depuis)
    phrase = (
        f"Vous avez droit à la prime d'activité depuis le {jour} : l'allocation prend fin à compter de ce jour."
        if depuis <= le
        else f"Votre droit à la prime d'activité s'ouvre le {jour} : l'allocation prendra fin à compter de ce jour."
    )
    redaction.motif("pas_de_prime_activite", le < depuis, phrase, "R. 5131-24 II")


def _contrat(faits: FaitsDroitAllocation, le: date, redaction: Redaction) -> None:
    signe = faits.contrat_signe_le
    if signe is None:
        phrase, satisfait = "L'allocation commence avec la signature du contrat.", None
    elif signe <= le:
        phrase, satisfait = (
            f"Votre contrat est signé depuis le {francais.jour(signe)}.",
            True,
        )
    else:
        phrase = f"Votre contrat sera signé le {francais.jour(signe)} : l'allocation commence alors."
        satisfait = False
    redaction.motif("contrat_signe", satisfait, phrase, "L. 5131-6")


def _foyer_parental(faits: FaitsDroitAllocation, redaction: Redaction) -> list[str]:
    """Write the criterion of home and support; return the facts it misses."""
    satisfait: bool | None = None
    if faits.logement == "hors_foyer_parental":
        satisfait, phrase = True, "Vous ne vivez pas chez vos parents."
    elif faits.logement is None and faits.soutien_parental in ("aucun", "limite"):
        satisfait, phrase = True, "Vos parents ne vous aident pas financièrement, ou de façon limitée."
    elif faits.logement is None:
        phrase = "Il faut dire si vous vivez chez vos parents."
    elif faits.soutien_parental is None:
        phrase = "Vous vivez chez vos parents : il faut dire s'ils vous aident financièrement."
    elif faits.soutien_parental == "suffisant":
        satisfait, phrase = (
            False,
            "Vous vivez chez vos parents, et leur aide financière n'est pas limitée.",
        )
    else:
        satisfait = True
        phrase = "Vous vivez chez vos parents, sans aide financière ou avec une aide limitée."
    redaction.motif("soutien_parental_limite", satisfait, phrase, "L. 5131-6")
    if satisfait is not None:
        return []
    return ["logement"] if faits.logement is None else ["soutien_parental"]


def _rsa(faits: FaitsDroitAllocation, redaction: Redaction) -> None:
    phrase = {
        None: "Il faut dire si votre foyer reçoit le RSA.",
        "non": "Vous ne recevez pas le RSA.",
        "beneficiaire": "Vous recevez le RSA : il ne se cumule pas avec l'allocation.",
        "conjoint": "Votre conjoint(e) reçoit le RSA pour votre couple : il ne se cumule pas avec l'allocation.",
        "personne_a_charge": "Vous êtes à la charge d'une personne qui reçoit le RSA : cela "
        "n'empêche pas l'allocation.",
    }[faits.rsa]
    satisfait = None if faits.rsa is None else faits.rsa in ("non", "personne_a_charge")
    redaction.motif("pas_de_rsa", satisfait, phrase, "R. 5131-24 I")


def _prime(faits: FaitsDroitAllocation, redaction: Redaction) -> None:
    phrase = {
        None: "Il faut dire si vous recevez la prime d'activité.",
        "non": "Vous ne recevez pas la prime d'activité.",
        "ouverte": "Vous avez droit à la prime d'activité : l'allocation prend fin.",
        "activite_anterieure": "La prime d'activité d'un travail d'avant l'allocation se cumule.",
        "personne_a_charge": "Vous êtes à la charge d'une personne qui reçoit la prime "
        "d'activité : cela n'empêche pas l'allocation.",
    }[faits.prime_activite]
    satisfait = None if faits.prime_activite is None else faits.prime_activite != "ouverte"
    redaction.motif("pas_de_prime_activite", satisfait, phrase, "R. 5131-24 II")
