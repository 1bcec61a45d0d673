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


def tranche_age(naissance: date, precision: Precision, du: date, au: date, redaction: Redaction) -> TrancheAge:
    """Write both points of age; they hold when one day at least from `du` to `au` is of the right age."""
    minimum = redaction.entier("pacea.age.minimum", au)
    maximum = redaction.entier("pacea.age.maximum_revolu", au)
    plus_tot, plus_tard = age.naissance_possible(naissance, precision)
    if plus_tot > au:
        raise FaitInvalide("date_naissance", "La date de naissance est dans l'avenir.")
    debut = delais.anniversaire(plus_tard, minimum)
    fin = age.dernier_jour_revolu(plus_tot, maximum)
    tranche = TrancheAge(
        minimum_atteint=accord(delais.anniversaire(plus_tot, minimum) <= au, debut <= au),
        maximum_respecte=accord(du <= fin, du <= age.dernier_jour_revolu(plus_tard, maximum)),
        debut=debut,
        fin=fin,
    )
    redaction.motif("age_minimum", tranche.minimum_atteint, _phrase_minimum(tranche, minimum), ARTICLE)
    redaction.motif("age_maximum", tranche.maximum_respecte, _phrase_maximum(tranche, maximum), ARTICLE)
    age.expliquer_29_fevrier(plus_tot, redaction)
    return tranche


def accord(une: bool, autre: bool) -> bool | None:
    """Return what the earliest and the latest possible birth agree on, None when they differ."""
    return une if une == autre else None


def _phrase_minimum(tranche: TrancheAge, minimum: int) -> str:
    return {
        True: f"Vous avez au moins {minimum} ans.",
        False: f"Vous aurez {minimum} ans le {francais.jour(tranche.debut)} : il faut attendre ce jour.",
        None: f"Pour savoir si vous avez {minimum} ans, il faut votre date de naissance exacte.",
    }[tranche.minimum_atteint]


def _phrase_maximum(tranche: TrancheAge, maximum: int) -> str:
    fin = francais.jour(tranche.fin)
    return {
        True: f"Vous avez moins de {maximum + 1} ans : l'accompagnement vous est ouvert jusqu'au {fin} inclus.",
        False: f"L'accompagnement vous était ouvert jusqu'au {fin}, veille de vos {maximum + 1} ans.",
        None: f"Pour savoir si vous avez moins de {maximum + 1} ans, il faut votre date de naissance exacte.",
    }[tranche.maximum_respecte]
