"""The lines of a list, one after the other: what each says of a person, or why it can't be used."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from imilo.acteurs.models import Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.echanges.connecteurs.listes.formats import FORMATS, Format, Lecteur, LigneRefusee, communes_connues
from imilo.echanges.connecteurs.listes.models import Import
from imilo.parcours.arrivees.models import Source
from imilo.parcours.arrivees.signalements import Signalement
from imilo.socle.lecture_csv import Rejet, lire

LOT = 200  # lines a transaction: a killed worker loses no more, and a screen sees it move


@contextmanager
def fichier_de(contenu: bytes) -> Iterator[Path]:
    """These bytes as a file of the disk, gone afterwards."""
    with tempfile.NamedTemporaryFile(prefix="imilo-liste-", suffix=".csv") as fichier:
        fichier.write(contenu)
        fichier.flush()
        yield Path(fichier.name)


@dataclass(frozen=True)
class Lue:
    """One line: what it says, or why it can't be used. `octets`: how far in the file."""

    numero: int
    octets: int
    signalement: Signalement | None = None
    raison: str = ""


class Lecture:
    """The lines of a file, one after the other, by lots."""

    def __init__(
        self,
        recu: Import,
        structure: Structure,
        chemin: Path,
        *,
        colonnes: Mapping[str, str],
        avancer: Callable[[int], None] | None = None,
    ) -> None:
        self.chemin, self.avancer = chemin, avancer
        self.format: Format = FORMATS[Source(recu.source)]
        self.lecteur = Lecteur(
            self.format, structure, aujourd_hui(structure), communes_connues(), _minuscules(colonnes)
        )
        self.octets = 0

    def lots(self) -> Iterator[list[Lue]]:
        lignes = self.lignes()
        while lot := list(islice(lignes, LOT)):
            yield lot

    def lignes(self) -> Iterator[Lue]:
        rejets: list[Rejet] = []
        requises = {self.lecteur.correspondance.get(nom, nom) for nom in self.format.requises}
        for ligne in lire(self.chemin, requises, rejeter=rejets.append, avancer=self._avancer):
            yield from self._rejetees(rejets)
            try:
                dit = self.lecteur.lire(ligne.numero, ligne.valeurs)
            except LigneRefusee as refus:
                yield Lue(ligne.numero, self.octets, raison=str(refus))
            else:
                yield Lue(ligne.numero, self.octets, dit)
        yield from self._rejetees(rejets)

    def _rejetees(self, rejets: list[Rejet]) -> Iterator[Lue]:
        while rejets:
            rejet = rejets.pop(0)
            yield Lue(rejet.ligne, self.octets, raison=rejet.raison)

    def _avancer(self, octets: int) -> None:
        self.octets = octets
        if self.avancer is not None:
            self.avancer(octets)


def _minuscules(colonnes: Mapping[str, str]) -> dict[str, str]:
    """Their names as the reader of tables gives them."""
    return {nom: " ".join(sien.lower().split()) for nom, sien in colonnes.items()}
