"""The age that the accompaniment asks (L. 5131-3), on a day or over a whole month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from imilo.droit import age, delais, francais
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Precision
from imilo.droit.registre import Redaction

ARTICLE = "L. 5131-3"


@dataclass(frozen=True, slots=True)
class TrancheAge:
    """Whether the age fits, and the first and last day on which it certainly does."""

    minimum_atteint: bool | None
    maximum_respecte: bool | None
    debut: date
    fin: date

    @property
    def incertaine(self) -> bool:
        """Say whether the date of birth isn't known well enough to answer."""
        return None in (self.minimum_atteint, self.maximum_respecte)


def tranche_age(naissance: date, precision: Precision, le: date, redaction: Redaction) -> TrancheAge:
    """Write both points of age on the day `le`."""
    minimum, maximum, tranche = _tranche(naissance, precision, le, le, redaction)
    fin = francais.jour(tranche.fin)
    phrases_minimum = {
        True: f"Vous avez au moins {minimum} ans.",
        False: f"Vous aurez {minimum} ans le {francais.jour(tranche.debut)} : il faut attendre ce jour.",
    }
    phrases_maximum = {
        True: f"Vous avez moins de {maximum + 1} ans : l'accompagnement vous est ouvert jusqu'au {fin} inclus.",
        False: f"L'accompagnement vous était ouvert jusqu'au {fin}, veille de vos {maximum + 1} ans.",
    }
    _ecrire(tranche, (minimum, maximum), phrases_minimum, phrases_maximum, redaction)
    return tranche


def tranche_age_du_mois(naissance: date, precision: Precision, mois: date, redaction: Redaction) -> TrancheAge:
    """Write both points of age for a month: on one day of it at least, or on all of them, by the reading chosen."""
    debut, fin = mois, delais.fin_du_mois(mois)
    un_jour = redaction.lecture("pacea.age_du_mois") == "un_jour_au_moins"
    du, au = (debut, fin) if un_jour else (fin, debut)
    minimum, maximum, tranche = _tranche(naissance, precision, du, au, redaction)
    quand = "Un jour au moins de ce mois" if un_jour else "Pendant tout ce mois"
    ouvert = francais.jour(tranche.fin)
    phrases_minimum = {
        True: f"{quand}, vous avez au moins {minimum} ans.",
        False: f"Vous n'avez {minimum} ans qu'à partir du {francais.jour(tranche.debut)}.",
    }
    phrases_maximum = {
        True: f"{quand}, vous avez moins de {maximum + 1} ans.",
        False: f"Vous n'avez moins de {maximum + 1} ans que jusqu'au {ouvert} inclus.",
    }
    _ecrire(tranche, (minimum, maximum), phrases_minimum, phrases_maximum, redaction)
    return tranche


def _tranche(
    naissance: date, precision: Precision, du: date, au: date, redaction: Redaction
) -> tuple[int, int, TrancheAge]:
    """Return both ages and whether the least is reached on the day `au`, and the greatest not passed on `du`."""
    minimum = redaction.entier("pacea.age.minimum", max(du, au))
    maximum = redaction.entier("pacea.age.maximum_revolu", max(du, au))
    plus_tot, plus_tard = age.naissance_possible(naissance, precision)
    if plus_tot > max(du, au):
        raise FaitInvalide("date_naissance", "La date de naissance est dans l'avenir.")
    debut = delais.anniversaire(plus_tard, minimum)
    fin = age.dernier_jour_revolu(plus_tot, maximum)
    tranche = TrancheAge(
        minimum_atteint=accord(delais.anniversaire(plus_tot, minimum) <= au, debut <= au),
        maximum_respecte=accord(du <= fin, du <= age.dernier_jour_revolu(plus_tard, maximum)),
        debut=debut,
        fin=fin,
    )
    age.expliquer_29_fevrier(plus_tot, redaction)
    return minimum, maximum, tranche


def _ecrire(
    tranche: TrancheAge,
    ages: tuple[int, int],
    phrases_minimum: dict[bool, str],
    phrases_maximum: dict[bool, str],
    redaction: Redaction,
) -> None:
    minimum, maximum = ages
    atteint, respecte = tranche.minimum_atteint, tranche.maximum_respecte
    inconnu = f"Pour savoir si vous avez {minimum} ans, il faut votre date de naissance exacte."
    phrase = inconnu if atteint is None else phrases_minimum[atteint]
    redaction.motif("age_minimum", atteint, phrase, ARTICLE)
    inconnu = f"Pour savoir si vous avez moins de {maximum + 1} ans, il faut votre date de naissance exacte."
    phrase = inconnu if respecte is None else phrases_maximum[respecte]
    redaction.motif("age_maximum", respecte, phrase, ARTICLE)


def accord(une: bool, autre: bool) -> bool | None:
    """Return what the earliest and the latest possible birth agree on, None when they differ."""
    return une if une == autre else None
