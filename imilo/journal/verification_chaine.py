"""The verification of one chain, link after link: what doesn't hold, and what it says of what was done."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from imilo.journal.anomalies import Anomalie, Genre
from imilo.journal.chaine import ORIGINE, Ligne, empreinte_maillon
from imilo.journal.genres import Registre

SUITE_MAX = 1000  # links that fail in a row, before they are told


class Maillon(NamedTuple):
    """A stored link, and the fact it binds (None: it is gone)."""

    structure: int
    rang: int
    fait_id: int
    fait_le: datetime
    empreinte: bytes
    ligne: Ligne | None


@dataclass(frozen=True)
class Ecart:
    """A link whose hash isn't that of its fact: `calculee` is what it would be."""

    maillon: Maillon
    ligne: Ligne
    calculee: bytes
    recule: bool  # its fact is older than that of the link before


@dataclass
class VerificateurDeChaine:
    """Follows one chain in order of rank. `suivre` and `finir` give the anomalies.

    A link that fails is told once the next has been read. Its own fact was changed if the next one follows
    the stored hash; the link itself was if the next one follows the hash we compute.
    """

    cle: bytes
    registre: Registre
    structure: int
    _rang: int = 0
    _precedente: bytes | None = ORIGINE
    _ordre: tuple[int, int] = (0, 0)
    _ecarts: list[Ecart] = field(default_factory=list)

    def suivre(self, maillon: Maillon) -> Iterator[Anomalie]:
        """The anomalies known once this link is read."""
        if maillon.rang != self._rang + 1:
            yield from self.finir()
            yield Anomalie(Genre.MAILLON_MANQUANT, self.registre, self.structure, self._rang + 1, maillon.rang - 1)
            self._precedente = None
        if maillon.ligne is None:
            yield from self.finir()
            yield self._anomalie(Genre.FAIT_MANQUANT, maillon)
        elif self._precedente is not None:
            yield from self._comparer(maillon, maillon.ligne, self._precedente)
        if maillon.ligne is not None:
            self._ordre = maillon.ligne.ordre
        self._rang, self._precedente = maillon.rang, maillon.empreinte

    def _comparer(self, maillon: Maillon, ligne: Ligne, precedente: bytes) -> Iterator[Anomalie]:
        calculee = self._empreinte(maillon.rang, precedente, ligne)
        if hmac.compare_digest(calculee, maillon.empreinte):
            yield from self.finir(suivant=ligne)
        elif len(self._ecarts) == 1 and maillon.empreinte == self._empreinte(
            maillon.rang, self._ecarts[0].calculee, ligne
        ):
            yield self._anomalie(Genre.MAILLON_MODIFIE, self._ecarts.pop().maillon)
        else:
            self._ecarts.append(Ecart(maillon, ligne, calculee, ligne.ordre < self._ordre))
            if len(self._ecarts) == SUITE_MAX:
                yield from self.finir()

    def finir(self, suivant: Ligne | None = None) -> Iterator[Anomalie]:
        """Tell the links that failed in a row; `suivant` is the fact that comes after them, if it holds."""
        ecarts, self._ecarts = self._ecarts, []
        if not ecarts:
            return
        recule = any(e.recule for e in ecarts) or (suivant is not None and suivant.ordre < ecarts[-1].ligne.ordre)
        if recule:
            numeros = ", ".join(str(e.maillon.fait_id) for e in ecarts[:10])
            yield Anomalie(
                Genre.ORDRE,
                self.registre,
                self.structure,
                ecarts[0].maillon.rang,
                ecarts[-1].maillon.rang,
                fait_id=ecarts[0].maillon.fait_id,
                detail=f"{self.registre.value}s n° {numeros}",
            )
            return
        for ecart in ecarts:
            yield self._anomalie(Genre.FAIT_MODIFIE, ecart.maillon)

    def _empreinte(self, rang: int, precedente: bytes, ligne: Ligne) -> bytes:
        return empreinte_maillon(self.cle, self.registre, self.structure, rang, precedente=precedente, ligne=ligne)

    def _anomalie(self, genre: Genre, maillon: Maillon) -> Anomalie:
        return Anomalie(genre, self.registre, self.structure, maillon.rang, fait_id=maillon.fait_id)
