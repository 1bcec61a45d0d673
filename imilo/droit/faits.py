"""Checks shared by the facts of several rules; what fails is a `FaitInvalide`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args

from imilo.droit.erreurs import FaitInvalide
from imilo.droit.montants import CENTIME, CONTEXTE, Montant


@dataclass(frozen=True, slots=True)
class Fait:
    """What a fact is, for who writes it: `Annotated[date, Fait("premier jour du contrat")]`.

    `unite` is told where the type doesn't: euros, heures par semaine, mois…; `choix` the codes of a closed list that
    isn't a Literal.
    """

    description: str
    unite: str = ""
    choix: tuple[str, ...] = ()


Precision = Literal["jour", "mois", "annee"]
"""How much of a date of birth is known; what isn't known of the date is ignored."""

CHIFFRES_MAXIMUM = 9
PREMIERE_ANNEE = 1900
DERNIERE_ANNEE = 2199
HEURES_PAR_SEMAINE = 168
MOIS_MAXIMUM = 120  # ten times the longest measure of the text: beyond it, a slip of the keyboard


def verifier_jour(champ: str, valeur: Any) -> None:
    """Accept a day of the years that may be computed with; refuse an instant or anything else."""
    if isinstance(valeur, datetime) or not isinstance(valeur, date):
        raise FaitInvalide(champ, "Indiquez une date, sans heure.")
    if not PREMIERE_ANNEE <= valeur.year <= DERNIERE_ANNEE:
        raise FaitInvalide(champ, "Vérifiez l'année de cette date.")


def verifier_jour_facultatif(champ: str, valeur: Any) -> None:
    """Accept a day or nothing."""
    if valeur is not None:
        verifier_jour(champ, valeur)


def verifier_choix(champ: str, valeur: Any, choix: Any) -> None:
    """Accept one of the values of the Literal `choix`."""
    if valeur not in get_args(choix):
        possibles = ", ".join(str(possible) for possible in get_args(choix))
        raise FaitInvalide(champ, f"« {valeur} » n'est pas prévu. Choix possibles : {possibles}.")


def verifier_choix_facultatif(champ: str, valeur: Any, choix: Any) -> None:
    """Accept one of the values of the Literal `choix`, or nothing."""
    if valeur is not None:
        verifier_choix(champ, valeur, choix)


def verifier_oui_non(champ: str, valeur: Any) -> None:
    """Accept True, False, or None when it isn't known yet."""
    if valeur is not None and not isinstance(valeur, bool):
        raise FaitInvalide(champ, "Répondez par oui ou par non, ou laissez sans réponse.")


def montant(champ: str, valeur: Any) -> Montant:
    """Return an amount in euros with its two decimals, from a Decimal that is one."""
    if not isinstance(valeur, Decimal) or not valeur.is_finite():
        raise FaitInvalide(champ, "Indiquez un montant en euros.")
    if valeur < 0:
        raise FaitInvalide(champ, "Un montant ne peut pas être négatif.")
    if valeur.adjusted() >= CHIFFRES_MAXIMUM:
        raise FaitInvalide(champ, "Ce montant est trop grand : vérifiez la saisie.")
    arrondi = valeur.quantize(CENTIME, context=CONTEXTE)
    if arrondi != valeur:
        raise FaitInvalide(champ, "Un montant s'écrit avec deux chiffres après la virgule au plus.")
    return Montant(arrondi.copy_abs())


def verifier_heures(champ: str, valeur: Any) -> None:
    """Accept a number of hours in a week, as a Decimal."""
    if not isinstance(valeur, Decimal) or not valeur.is_finite():
        raise FaitInvalide(champ, "Indiquez un nombre d'heures.")
    if not 0 <= valeur <= HEURES_PAR_SEMAINE:
        raise FaitInvalide(champ, "Une semaine compte de 0 à 168 heures.")


def verifier_nombre_de_mois(champ: str, valeur: Any) -> None:
    """Accept a whole number of months, 1 at least, ten years at most."""
    if not isinstance(valeur, int) or isinstance(valeur, bool) or valeur < 1:
        raise FaitInvalide(champ, "Indiquez un nombre entier de mois, 1 au moins.")
    if valeur > MOIS_MAXIMUM:
        raise FaitInvalide(champ, "Ce nombre de mois est trop grand : vérifiez la saisie.")


def champ_du_jour(faits: Any, jour: date) -> str | None:
    """Return the path of the fact that is `jour`, or else the month of `jour` (`AAAA-MM`); None when no fact is."""
    feuilles = list(_feuilles(faits, ""))
    return next((chemin for cherchee in (jour, f"{jour:%Y-%m}") for chemin, lue in feuilles if lue == cherchee), None)


def _feuilles(valeur: Any, chemin: str) -> Iterator[tuple[str, Any]]:
    """Yield `(path, value)` for each fact, those inside objects and lists included."""
    if is_dataclass(valeur):
        for champ in fields(valeur):
            yield from _feuilles(getattr(valeur, champ.name), f"{chemin}.{champ.name}".lstrip("."))
    elif isinstance(valeur, tuple):
        for rang, element in enumerate(valeur):
            yield from _feuilles(element, f"{chemin}.{rang}")
    else:
        yield chemin, valeur
