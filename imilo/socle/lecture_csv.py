"""Reading of tables (CSV) that others made: any usual encoding, `;`, `,`, `|` or tab, and broken lines.

One line of the file is one row, so that an unclosed quote breaks its own line and not all that follows.
Nothing is loaded whole: the file is read once to know its encoding, once to be read.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

LIGNE_MAX = 20_000  # characters: no line of a list comes near
BLOC = 1 << 16
SEPARATEURS = ";,\t|"
# Files that are often renamed .csv, by their first bytes, with what to do about them (French).
_FAUX_CSV = (
    (b"PK\x03\x04", "est une archive ou un classeur : ouvrez-le, puis enregistrez la feuille au format CSV."),
    (b"\xd0\xcf\x11\xe0", "est un classeur d'un ancien format : ouvrez-le, puis enregistrez la feuille au format CSV."),
    (b"\x1f\x8b", "est un fichier compressé : décompressez-le d'abord."),
    (b"%PDF", "est un document PDF : demandez la liste au format CSV."),
)
_CONTROLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
MARQUES = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class FichierIllisible(Exception):
    """The file can't be read as a table. The message is French and says what is wrong."""


@dataclass(frozen=True)
class Ligne:
    """A row: its number in the file (the header is 1) and its values by column name, trimmed."""

    numero: int
    valeurs: dict[str, str]


@dataclass(frozen=True)
class Rejet:
    """A line that was left out, and why (French)."""

    fichier: str
    ligne: int
    raison: str

    def __str__(self) -> str:
        return f"{self.fichier}, ligne {self.ligne} : {self.raison}"


def encodage(chemin: Path) -> str:
    """Encoding of a file: by its mark, else UTF-16 by its zeros, else UTF-8 if all of it is, else Windows-1252."""
    with chemin.open("rb") as fichier:
        debut = fichier.read(4096)
        for marque, nom in MARQUES:
            if debut.startswith(marque):
                return nom
        pairs, impairs = debut[0::2].count(0), debut[1::2].count(0)
        if max(pairs, impairs) > len(debut) // 4:
            return "utf-16-be" if pairs > impairs else "utf-16-le"
        decodeur = codecs.getincrementaldecoder("utf-8")()
        fichier.seek(0)
        try:
            while bloc := fichier.read(BLOC):
                decodeur.decode(bloc)
            decodeur.decode(b"", final=True)
        except UnicodeDecodeError:
            fichier.seek(0)
            return "utf-8" if _utf8_abime(fichier) else "cp1252"
    return "utf-8"


def _utf8_abime(fichier: BinaryIO) -> bool:
    """UTF-8 with a few broken bytes: only their lines are lost, where all the accents would be read as others."""
    decodeur = codecs.getincrementaldecoder("utf-8")("replace")
    abimes = accents = 0
    while bloc := fichier.read(BLOC):
        texte = decodeur.decode(bloc)
        abimes += texte.count("\ufffd")
        accents += len(texte) - len(texte.encode("ascii", "ignore"))
    return accents - abimes > 10 * abimes


@dataclass(frozen=True)
class Rangee:
    """A line of a table: its number in the file (the header is 1), and its cells (trimmed) or why it can't be read.

    `brut` is the line as it stands, without its end; `raison` is French, "" for a line that was read.
    """

    numero: int
    brut: str
    cellules: list[str]
    raison: str = ""


class Tableau:
    """A table of somebody else's, opened: its header, then its lines, each once and in order. Use it with `with`.

    Raises `FichierIllisible` when there is no header to read: an empty file, an archive, a header without end.
    """

    def __init__(self, chemin: Path) -> None:
        self.chemin = chemin
        self.encodage = _verifier(chemin)
        self._brut = chemin.open("rb")
        try:
            # Windows-1252 leaves five bytes undefined: they become a visible mark, refused with their line.
            self._texte = io.TextIOWrapper(self._brut, encoding=self.encodage, errors="replace", newline=None)
            self.entete, self.separateur = _entete(self._texte, chemin.name)
        except BaseException:
            self._brut.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._texte.close()

    def rangees(self, avancer: Callable[[int], None] | None = None) -> Iterator[Rangee]:
        """Lines that aren't blank. `avancer` is told how many bytes were read, from time to time."""
        for numero, ligne in self.lignes(avancer):
            if rangee := self.rangee(numero, ligne):
                yield rangee

    def lignes(self, avancer: Callable[[int], None] | None = None) -> Iterator[tuple[int, str]]:
        """Lines as they stand, blank ones too, with their number in the file."""
        for numero, ligne in _lignes(self._texte):
            if avancer is not None and numero % 64 == 0:
                avancer(self._brut.tell())
            yield numero, ligne
        if avancer is not None:
            avancer(self._brut.tell())

    def rangee(self, numero: int, ligne: str) -> Rangee | None:
        """What a line holds; None for a blank one."""
        try:
            cellules = _cellules(ligne, len(self.entete), self.separateur)
        except ValueError as erreur:
            return Rangee(numero, ligne, [], str(erreur))
        return Rangee(numero, ligne, cellules) if cellules else None


def lire(
    chemin: Path,
    colonnes: set[str],
    *,
    rejeter: Callable[[Rejet], None],
    avancer: Callable[[int], None] | None = None,
) -> Iterator[Ligne]:
    """Rows of the file that can be read; the others go to `rejeter`, with their number and why.

    `colonnes` are those that the header must name, in any order and case; others are kept too. `avancer`
    is told how many bytes were read. Raises `FichierIllisible`: empty file, missing column, not a text.
    """
    with Tableau(chemin) as tableau:
        noms = [nom.lower() for nom in tableau.entete]
        if manquantes := sorted(colonnes - set(noms)):
            absentes = ", ".join(manquantes)
            raise FichierIllisible(f"{chemin.name} : colonne absente de la première ligne : {absentes}.")
        if len(set(noms)) != len(noms):
            raise FichierIllisible(f"{chemin.name} : deux colonnes portent le même nom.")
        for rangee in tableau.rangees(avancer):
            if rangee.raison:
                rejeter(Rejet(chemin.name, rangee.numero, rangee.raison))
            else:
                yield Ligne(rangee.numero, dict(zip(noms, rangee.cellules, strict=True)))


def _verifier(chemin: Path) -> str:
    """The encoding of a file. Raises `FichierIllisible` for what isn't a text, whatever its name says."""
    with chemin.open("rb") as fichier:
        debut = fichier.read(8)
    for marque, quoi in _FAUX_CSV:
        if debut.startswith(marque):
            raise FichierIllisible(f"{chemin.name} {quoi}")
    return encodage(chemin)


def _lignes(texte: io.TextIOWrapper) -> Iterator[tuple[int, str]]:
    """Lines after the header, numbered from 2; one that is too long is given cut, whatever its length."""
    numero = 1
    while ligne := texte.readline(LIGNE_MAX + 1):
        numero += 1
        reste = ligne
        while reste and not reste.endswith("\n"):
            reste = texte.readline(LIGNE_MAX + 1)
        yield numero, ligne.rstrip("\n")


def _entete(texte: io.TextIOWrapper, fichier: str) -> tuple[list[str], str]:
    try:
        premiere = texte.readline(LIGNE_MAX + 1).rstrip("\n").lstrip("\ufeff")
    except UnicodeError as erreur:
        raise FichierIllisible(f"{fichier} n'est pas un fichier de texte.") from erreur
    if not premiere.strip():
        raise FichierIllisible(f"{fichier} est vide : il faut une première ligne avec le nom des colonnes.")
    if len(premiere) > LIGNE_MAX:
        raise FichierIllisible(
            f"{fichier} : la première ligne a plus de {LIGNE_MAX} caractères. Elle doit donner le nom des colonnes, "
            "et les personnes viennent ensuite, une par ligne."
        )
    separateur = max(SEPARATEURS, key=premiere.count)
    return [nom.strip() for nom in next(csv.reader([premiere], delimiter=separateur))], separateur


def _cellules(ligne: str, largeur: int, separateur: str) -> list[str]:
    """Cells of a line; [] for a blank one. Raises `ValueError` (French) for one that isn't a row."""
    if len(ligne) > LIGNE_MAX:
        raise ValueError(f"ligne de plus de {LIGNE_MAX} caractères")
    if not ligne.strip(separateur + ' \t"'):
        return []
    if "\ufffd" in ligne:
        raise ValueError("caractères illisibles (encodage abîmé)")
    if _CONTROLE.search(ligne):
        raise ValueError("caractère de contrôle")
    if '"' in ligne:
        try:
            cellules = next(csv.reader([ligne], delimiter=separateur, strict=True))
        except csv.Error as erreur:
            raise ValueError("guillemets mal fermés") from erreur
    else:
        cellules = ligne.split(separateur)
    if len(cellules) != largeur:
        raise ValueError(f"{len(cellules)} colonne{'s' if len(cellules) > 1 else ''} au lieu de {largeur}")
    if ligne.isascii():
        return [" ".join(c.split()) for c in cellules]
    return [" ".join(unicodedata.normalize("NFC", c).split()) for c in cellules]
