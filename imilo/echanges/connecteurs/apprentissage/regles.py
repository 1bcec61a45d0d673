"""Who is handed over to a mission locale, when, and before whom: the dashboard's rules, as pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from imilo.droit.age import annees
from imilo.echanges.connecteurs.apprentissage.statuts import Parcours, Statut, au_jour

AGE_MAX = 26  # years, not reached; no limit with an RQTH
DELAI_DU_CFA = timedelta(days=45)  # what a CFA that works with its mission locale keeps to help by itself
RISQUE_AGES = (16, 18)
RISQUE_JOURS = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Apprenti:
    """What the rules look at. `conjoint`: the CFA asks that both accompany; `rappel`: the youth asked to be called."""

    naissance: date
    parcours: Parcours
    rqth: bool = False
    conjoint: bool = False
    rappel: bool = False


@dataclass(frozen=True, slots=True)
class Transmission:
    """Hand over: since which day there is no contract, from which day the mission locale sees it, before others?"""

    rupture: date
    visible: date
    a_risque: bool


def transmettre(apprenti: Apprenti, *, le: date, cfa_partenaire: bool) -> Transmission | None:
    """Whether an apprentice is for a mission locale on the day `le` (it sees them from `visible` on), else None.

    `cfa_partenaire`: the CFA works with the mission locale, and has 45 days first unless it, or the youth, asks.
    """
    periode = au_jour(apprenti.parcours, le)
    if periode is None or periode.statut != Statut.RUPTURANT:
        return None
    age = annees(apprenti.naissance, le)
    if age >= AGE_MAX and not apprenti.rqth:
        return None
    attend = cfa_partenaire and not (apprenti.conjoint or apprenti.rappel)
    visible = periode.debut + DELAI_DU_CFA if attend else periode.debut
    return Transmission(periode.debut, visible, _a_risque(apprenti, age, (le - periode.debut).days))


def _a_risque(apprenti: Apprenti, age: int, jours: int) -> bool:
    jeune = RISQUE_AGES[0] <= age <= RISQUE_AGES[1]
    return apprenti.conjoint or apprenti.rappel or ((apprenti.rqth or jeune) and jours <= RISQUE_JOURS)
