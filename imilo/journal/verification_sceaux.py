"""The verification of the second place: its own chain, the database's memory of it, and the chains it seals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from imilo.journal import requetes, second_lieu
from imilo.journal.anomalies import Anomalie, Genre
from imilo.journal.chainage import lire_tetes
from imilo.journal.chaine import ORIGINE, Tete
from imilo.journal.genres import Registre
from imilo.journal.second_lieu import Lue, Sceau

LOT = 5000
COUPEES_MAX = 100  # texts in a row that aren't lines


class ComptesDesSceaux(Protocol):
    sceaux: int
    points: int
    dernier_sceau: datetime | None


@dataclass
class Ecarts:
    """What the seals say of one chain that its links don't."""

    dernier_bon: int = 0
    absents: tuple[int, int] | None = None  # sealed ranks without a link: first, last
    differents: tuple[int, int] | None = None  # sealed ranks whose link bears another hash
    depuis: datetime | None = None  # when the first of these was sealed


def verifier_les_sceaux(
    curseur: Any, cle: bytes, dossier: Path, structure: int | None, comptes: ComptesDesSceaux
) -> Iterator[Anomalie]:
    """Read every line of the second place, one at a time, and compare. Constant memory."""
    suivi = _Suivi(curseur)
    chaines: dict[tuple[Registre, int], Ecarts] = {}
    points: list[tuple[Registre, int, Tete, datetime]] = []
    for lue in second_lieu.lire(cle, dossier):
        yield from suivi.suivre(lue)
        if lue.sceau is None or not lue.authentique or lue.sceau.base != suivi.base:
            continue
        comptes.sceaux += 1
        comptes.dernier_sceau = lue.sceau.le
        points += [
            (registre, s, tete, lue.sceau.le)
            for (registre, s), tete in lue.sceau.tetes.items()
            if structure in (None, s)
        ]
        if len(points) >= LOT:
            comptes.points += len(points)
            _comparer(curseur, points, chaines)
            points = []
    comptes.points += len(points)
    _comparer(curseur, points, chaines)
    yield from suivi.finir(dossier)
    yield from _dire(curseur, chaines)


class _Suivi:
    """The chain of the lines, against what the database remembers of it."""

    def __init__(self, curseur: Any) -> None:
        self.curseur = curseur
        curseur.execute(requetes.BASE)
        self.base: str = curseur.fetchone()[0]
        curseur.execute(requetes.DERNIER_N)
        self.dernier_en_base: int = curseur.fetchone()[0]
        self.n = 0
        self.empreinte = ORIGINE
        self.coupees: list[Lue] = []
        self.autre_base = False

    def suivre(self, lue: Lue) -> Iterator[Anomalie]:
        sceau = lue.sceau
        if sceau is None:
            self.coupees.append(lue)
            if len(self.coupees) >= COUPEES_MAX:
                yield from self._dire_les_coupees(Genre.SCEAU_MODIFIE)
            return
        if not lue.authentique:
            yield Anomalie(Genre.SCEAU_MODIFIE, fichier=lue.fichier, detail=f"ligne {lue.numero}, sceau n° {sceau.n}")
            self.n, self.empreinte = sceau.n, sceau.empreinte
            return
        if sceau.base != self.base:
            if not self.autre_base:
                self.autre_base = True
                yield Anomalie(Genre.SCEAU_AUTRE_BASE, fichier=lue.fichier, detail=f"ligne {lue.numero}")
            return
        yield from self._continuite(lue, sceau)
        yield from self._memoire(lue, sceau)
        self.n, self.empreinte = sceau.n, sceau.empreinte

    def _continuite(self, lue: Lue, sceau: Sceau) -> Iterator[Anomalie]:
        """Text that isn't a line is what a crash left when the line after it takes up the same number."""
        suit = sceau.n == self.n + 1 and sceau.precedente == self.empreinte
        yield from self._dire_les_coupees(Genre.LIGNE_COUPEE if suit else Genre.SCEAU_MODIFIE)
        if suit:
            return
        if sceau.n > self.n + 1:
            manquants = f"sceaux n° {self.n + 1} à {sceau.n - 1}, avant celui du {sceau.le:%d/%m/%Y à %H:%M} UTC"
            yield Anomalie(Genre.SCEAU_MANQUANT, fichier=lue.fichier, detail=manquants)
        else:
            yield Anomalie(
                Genre.SCEAU_MODIFIE, fichier=lue.fichier, detail=f"ligne {lue.numero}, ne suit pas le sceau n° {self.n}"
            )

    def _dire_les_coupees(self, genre: Genre) -> Iterator[Anomalie]:
        coupees, self.coupees = self.coupees, []
        for coupee in coupees:
            yield Anomalie(genre, fichier=coupee.fichier, detail=f"ligne {coupee.numero}")

    def _memoire(self, lue: Lue, sceau: Sceau) -> Iterator[Anomalie]:
        self.curseur.execute(requetes.SCEAU_ET_DERNIER, [sceau.n])
        empreinte, dernier = self.curseur.fetchone()
        if empreinte is None:
            # One line ahead is what a crash between the file and the database leaves.
            if sceau.n != dernier + 1:
                yield Anomalie(Genre.BASE_EN_RETARD, fichier=lue.fichier, detail=f"sceau n° {sceau.n}")
        elif bytes(empreinte) != sceau.empreinte:
            yield Anomalie(
                Genre.SCEAU_MODIFIE,
                fichier=lue.fichier,
                detail=f"ligne {lue.numero}, le sceau n° {sceau.n} n'est pas celui que la base a déposé",
            )

    def finir(self, dossier: Path) -> Iterator[Anomalie]:
        finie = any(coupee.finie for coupee in self.coupees)
        yield from self._dire_les_coupees(Genre.SCEAU_MODIFIE if finie else Genre.LIGNE_COUPEE)
        if self.n < self.dernier_en_base and not self.autre_base:
            self.curseur.execute(requetes.FICHIER_DU_SCEAU, [self.n + 1])
            ligne = self.curseur.fetchone()
            yield Anomalie(
                Genre.SCEAU_MANQUANT,
                fichier=ligne[0] if ligne else str(dossier.name),
                detail=f"sceaux n° {self.n + 1} à {self.dernier_en_base}, les derniers déposés",
            )


def _comparer(
    curseur: Any,
    points: list[tuple[Registre, int, Tete, datetime]],
    chaines: dict[tuple[Registre, int], Ecarts],
) -> None:
    if not points:
        return
    registres, structures = [p[0].value for p in points], [p[1] for p in points]
    curseur.execute(requetes.POINTS, [registres, structures, [p[2].rang for p in points]])
    for (registre, structure, tete, le), (empreinte,) in zip(points, curseur.fetchall(), strict=True):
        ecarts = chaines.setdefault((registre, structure), Ecarts())
        if empreinte is not None and bytes(empreinte) == tete.empreinte:
            if ecarts.differents is None:
                ecarts.dernier_bon = tete.rang
        elif empreinte is None:
            ecarts.absents = _etendre(ecarts.absents, tete.rang)
        else:
            ecarts.depuis = ecarts.depuis or le
            ecarts.differents = _etendre(ecarts.differents, tete.rang)


def _etendre(bornes: tuple[int, int] | None, rang: int) -> tuple[int, int]:
    return (rang, rang) if bornes is None else (min(bornes[0], rang), max(bornes[1], rang))


def _dire(curseur: Any, chaines: dict[tuple[Registre, int], Ecarts]) -> Iterator[Anomalie]:
    for (registre, structure), ecarts in sorted(chaines.items()):
        if ecarts.differents is not None:
            detail = f"dernier rang intact : {ecarts.dernier_bon}"
            if ecarts.depuis is not None:
                detail += f" ; scellé le {ecarts.depuis:%d/%m/%Y à %H:%M} UTC"
            yield Anomalie(Genre.RECALCULE, registre, structure, *ecarts.differents, detail=detail)
        if ecarts.absents is not None:
            tete = lire_tetes(curseur, registre, [structure])[structure].rang
            if tete < ecarts.absents[1]:  # else the walk of the chain told the hole
                coupes = ecarts.absents[1] - tete
                detail = f"{coupes} inscription{'s' * (coupes > 1)}"
                yield Anomalie(Genre.TRONQUE, registre, structure, tete + 1, ecarts.absents[1], detail=detail)
