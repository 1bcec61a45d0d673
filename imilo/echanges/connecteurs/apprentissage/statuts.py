"""What an apprentice is on each day, by the five rules of the national dashboard of apprenticeship. Pure functions.

The numbers of days are those of the dashboard's contract, not of the law: they are read here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

RUPTURE_MAX = 180  # consecutive days without a contract after one, beyond which the training is given up
SANS_CONTRAT_MAX = 90  # the same for who never had one
FIN_PROCHE = 60  # days before the end of the training from which the end of a contract is the end of the path


class Statut(StrEnum):
    """The statuses of the contract."""

    INSCRIT = "INSCRIT"
    APPRENTI = "APPRENTI"
    RUPTURANT = "RUPTURANT"
    ABANDON = "ABANDON"
    FIN_DE_FORMATION = "FIN_DE_FORMATION"


@dataclass(frozen=True, slots=True)
class Contrat:
    """A contract. Without `fin` it runs to the end of the training; `rupture` is the first day after it."""

    debut: date
    fin: date | None = None
    rupture: date | None = None


@dataclass(frozen=True, slots=True)
class Parcours:
    """What the rules look at: the training, its contracts in any order, the day of an exclusion."""

    entree: date
    fin: date
    contrats: tuple[Contrat, ...] = ()
    exclusion: date | None = None


@dataclass(frozen=True, slots=True)
class Periode:
    """Consecutive days of one status, both included."""

    statut: Statut
    debut: date
    fin: date

    @property
    def jours(self) -> int:
        return (self.fin - self.debut).days + 1


def _jours(parcours: Parcours) -> list[date]:
    """Rule 1: from the entry or the first contract, whichever comes first, to the end of the training."""
    debut = min([parcours.entree, *(c.debut for c in parcours.contrats)])
    return [debut + timedelta(days=n) for n in range((parcours.fin - debut).days + 1)]


def _dernier_jour(contrat: Contrat, parcours: Parcours) -> date:
    """Rule 2: the eve of the rupture, else the contract's end."""
    if contrat.rupture is not None:
        return contrat.rupture - timedelta(days=1)
    return contrat.fin or parcours.fin


def _sous_contrat(parcours: Parcours, jours: list[date]) -> list[bool]:
    """Rule 2, for each day."""
    couverts = [(c.debut, _dernier_jour(c, parcours)) for c in parcours.contrats]
    return [any(debut <= jour <= fin for debut, fin in couverts) for jour in jours]


def _par_jour(parcours: Parcours) -> list[tuple[date, Statut]]:
    jours = _jours(parcours)
    statuts: list[Statut] = []
    sans, deja = 0, False  # days in a row without a contract; whether there was one before
    for couvert in _sous_contrat(parcours, jours):
        sans, deja = (0, True) if couvert else (sans + 1, deja)
        if couvert:
            statuts.append(Statut.APPRENTI)
        elif deja:  # rule 4
            statuts.append(Statut.RUPTURANT if sans <= RUPTURE_MAX else Statut.ABANDON)
        else:
            statuts.append(Statut.INSCRIT if sans <= SANS_CONTRAT_MAX else Statut.ABANDON)
    statuts = _avec_la_fin(parcours, jours, statuts)
    exclu = parcours.exclusion  # rule 3, which nothing undoes
    return [(jour, Statut.ABANDON if exclu and jour >= exclu else s) for jour, s in zip(jours, statuts, strict=True)]


def _avec_la_fin(parcours: Parcours, jours: list[date], statuts: list[Statut]) -> list[Statut]:
    """Rule 5."""
    if not jours:
        return statuts
    if parcours.contrats:
        dernier = max(parcours.contrats, key=lambda c: c.debut)
        fin = _dernier_jour(dernier, parcours)
        if dernier.rupture is None and (parcours.fin - fin).days <= FIN_PROCHE:
            statuts = [Statut.FIN_DE_FORMATION if j > fin else s for j, s in zip(jours, statuts, strict=True)]
    if statuts[-1] in (Statut.APPRENTI, Statut.INSCRIT):
        statuts[-1] = Statut.FIN_DE_FORMATION
    return statuts


def periodes(parcours: Parcours) -> Iterator[Periode]:
    """The path as runs of one status, in order; none when the training ends before it begins."""
    for statut, groupe in groupby(_par_jour(parcours), key=lambda ligne: ligne[1]):
        jours = [jour for jour, _ in groupe]
        yield Periode(statut, jours[0], jours[-1])


def au_jour(parcours: Parcours, le: date) -> Periode | None:
    """The run that holds the day `le`: its status and since when. None out of the window of rule 1."""
    return next((p for p in periodes(parcours) if p.debut <= le <= p.fin), None)
