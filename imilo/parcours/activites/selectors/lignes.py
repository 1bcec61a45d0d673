"""What each line of a day counts for, so that a page can say which one isn't counted and in which other it already is.

The total of a day is written twice: in SQL for the weeks of thousands (`requetes.SEMAINES`), here for the lines of a
few days. A test draws days at random and holds one to the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

FAIT, A_CONFIRMER, PREVU = "fait", "a_confirmer", "prevu"
ETATS = (FAIT, A_CONFIRMER, PREVU)
SOURCES = ("situation", "rendez_vous", "acte", "declaration", "snp")
MINUTES_D_UN_JOUR = 1440


@dataclass(frozen=True, slots=True)
class LigneHeures:
    """One line: where the time comes from (`source` and key), its day, its instant if known, minutes, and its state.

    `source`: rendez_vous, acte, situation, declaration or snp. `libelle`: what the source says of itself, a code for
    acts (list type_acte) and `snp`. A source of several days has a line a day, with the same key. `bloc`: a situation,
    or of the nature of one that runs that day; `ouverture` and `fermeture` of the working day when the hour is known.
    `comptees`: minutes that it adds to the day; the others are already counted in the line `dans`.
    """

    source: str
    cle: int
    dossier: int
    jour: date
    debut: datetime | None
    duree: Decimal
    etat: str
    libelle: str
    agent: int | None = None
    bloc: bool = False
    ouverture: datetime | None = None
    fermeture: datetime | None = None
    comptees: int = 0
    dans: LigneHeures | None = None

    @property
    def minutes(self) -> int:
        return round(self.duree)

    @property
    def instants(self) -> frozenset[int]:
        """The minutes of the clock that it takes; none when its hour isn't known."""
        if self.debut is None:
            return frozenset()
        premiere = int(self.debut.timestamp()) // 60
        return frozenset(range(premiere, premiere + self.minutes))

    @property
    def ouvrables(self) -> frozenset[int]:
        """Those of them within the working day."""
        if self.ouverture is None or self.fermeture is None:
            return frozenset()
        du, au = (int(instant.timestamp()) // 60 for instant in (self.ouverture, self.fermeture))
        return frozenset(minute for minute in self.instants if du <= minute < au)


def compter(du_jour: Sequence[LigneHeures], *, pleine: int) -> list[LigneHeures]:
    """The lines of one person and day, in their order, with what each adds. `pleine`: minutes of a full day.

    What is done is counted first; then the situations, the longest first, and what they already hold.
    """
    vues: list[LigneHeures] = []
    comptees: dict[int, LigneHeures] = {}
    total = Decimal(0)
    for rang in sorted(range(len(du_jour)), key=lambda n: _ordre(du_jour[n])):
        ligne = du_jour[rang]
        avec = max(total, _total([*vues, ligne], pleine))
        ajoutees = round(avec) - round(total)
        dans = _deja(ligne, [comptees[id(v)] for v in vues]) if ajoutees < ligne.minutes else None
        comptees[id(ligne)] = replace(ligne, comptees=ajoutees, dans=dans)
        vues.append(ligne)
        total = avec
    return [comptees[id(ligne)] for ligne in du_jour]


def _ordre(ligne: LigneHeures) -> tuple[int, bool, int, bool, Decimal, float]:
    debut = ligne.debut.timestamp() if ligne.debut else 0.0
    sans_heure = ligne.debut is None
    return ETATS.index(ligne.etat), not ligne.bloc, SOURCES.index(ligne.source), sans_heure, -ligne.duree, debut


def _instants(lignes: Sequence[LigneHeures]) -> frozenset[int]:
    return frozenset().union(*(ligne.instants for ligne in lignes))


def _total(lignes: Sequence[LigneHeures], pleine: int) -> Decimal:
    """Minutes of a day, each counted once: `requetes.SEMAINES` says how."""
    du_bloc = [ligne for ligne in lignes if ligne.bloc]
    autres = [ligne for ligne in lignes if not ligne.bloc]
    pris = _instants(du_bloc)
    bloc = max([Decimal(len(pris)), *(ligne.duree for ligne in du_bloc if ligne.debut is None)])
    a_l_heure = _instants(autres) - pris
    ouvrables = frozenset().union(*(ligne.ouvrables for ligne in autres)) - pris
    declares = sum(x.duree for x in autres if x.debut is None and x.source != "acte")
    seuls = len(ouvrables) + declares + _comptes_rendus(lignes)
    jour = len(a_l_heure - ouvrables) + max(bloc, seuls, min(bloc + seuls, Decimal(pleine)))
    return min(jour, Decimal(MINUTES_D_UN_JOUR))


def _comptes_rendus(lignes: Sequence[LigneHeures]) -> Decimal:
    """Minutes of acts without their hour, beyond the appointments kept with the same agent."""
    restent: dict[int | None, Decimal] = {}
    for ligne in lignes:
        if ligne.source == "acte" and ligne.debut is None:
            restent[ligne.agent] = restent.get(ligne.agent, Decimal(0)) + ligne.duree
    tenus = [ligne for ligne in lignes if ligne.source == "rendez_vous" and ligne.etat == FAIT]
    for agent in restent:
        restent[agent] -= sum(ligne.duree for ligne in tenus if ligne.agent == agent)
    return sum((max(minutes, Decimal(0)) for minutes in restent.values()), Decimal(0))


def _deja(ligne: LigneHeures, comptees: Sequence[LigneHeures]) -> LigneHeures | None:
    """The line that already holds what this one doesn't add: the same moment, the same meeting, else the situation."""
    moment = [v for v in comptees if v.instants & ligne.instants]
    meme_entretien = ligne.source == "acte" and ligne.debut is None
    rencontres = [v for v in comptees if meme_entretien and v.source == "rendez_vous" and v.agent == ligne.agent]
    situations = [v for v in comptees if v.source == "situation"]
    for trouvees in (moment, rencontres, situations, comptees):
        if trouvees:
            return max(trouvees, key=lambda v: v.comptees)
    return None
