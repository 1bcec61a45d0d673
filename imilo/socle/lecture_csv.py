"""Reading of tables (CSV) that others made: any usual encoding, `;` or `,` or tab, and broken lines.

One line of the file is one row, so that an unclosed quote breaks its own line and not all that follows.
Nothing is loaded whole: the file is read once to know its encoding, once to be read.
"""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

LIGNE_MAX = 20_000  # characters: no line of a referential comes near
BLOC = 1 << 16
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
            return "cp1252"
    return "utf-8"


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
    nom_encodage = encodage(chemin)
    with chemin.open("rb") as brut:
        # Windows-1252 leaves five bytes undefined: they become a visible mark, refused with their line.
        texte = io.TextIOWrapper(brut, encoding=nom_encodage, errors="replace", newline=None)
        entete, separateur = _entete(texte, colonnes, chemin.name)
        for numero, ligne in _lignes(texte):
            if avancer is not None:
                avancer(brut.tell())
            try:
                valeurs = _valeurs(ligne, entete, separateur)
            except ValueError as erreur:
                rejeter(Rejet(chemin.name, numero, str(erreur)))
                continue
            if valeurs:
                yield Ligne(numero, valeurs)


def _lignes(texte: io.TextIOWrapper) -> Iterator[tuple[int, str]]:
    """Lines after the header, numbered from 2; one that is too long is given cut, whatever its length."""
    numero = 1
    while ligne := texte.readline(LIGNE_MAX + 1):
        numero += 1
        reste = ligne
        while reste and not reste.endswith("\n"):
            reste = texte.readline(LIGNE_MAX + 1)
        yield numero, ligne.rstrip("\n")


def _entete(texte: io.TextIOWrapper, colonnes: set[str], fichier: str) -> tuple[list[str], str]:
    try:
        premiere = texte.readline(LIGNE_MAX).rstrip("\n").lstrip("\ufeff")
    except UnicodeError as erreur:
        raise FichierIllisible(f"{fichier} n'est pas un fichier de texte.") from erreur
    if not premiere.strip():
        raise FichierIllisible(f"{fichier} est vide : il faut une première ligne avec le nom des colonnes.")
    separateur = max(",;\t", key=premiere.count)
    noms = [nom.strip().lower() for nom in next(csv.reader([premiere], delimiter=separateur))]
    if manquantes := sorted(colonnes - set(noms)):
        raise FichierIllisible(f"{fichier} : colonne absente de la première ligne : {', '.join(manquantes)}.")
    if len(set(noms)) != len(noms):
        raise FichierIllisible(f"{fichier} : deux colonnes portent le même nom.")
    return noms, separateur


def _valeurs(ligne: str, entete: list[str], separateur: str) -> dict[str, str]:
    """Values of a line by column; {} for a blank one. Raises `ValueError` (French) for one that isn't a row."""
    if not ligne.strip(separateur + ' \t"'):
        return {}
    if len(ligne) > LIGNE_MAX:
        raise ValueError(f"ligne de plus de {LIGNE_MAX} caractères")
    if "\ufffd" in ligne:
        raise ValueError("caractères illisibles (encodage abîmé)")
    if any(unicodedata.category(signe) == "Cc" and signe != "\t" for signe in ligne):
        raise ValueError("caractère de contrôle")
    try:
        cellules = next(csv.reader([ligne], delimiter=separateur, strict=True))
    except csv.Error as erreur:
        raise ValueError("guillemets mal fermés") from erreur
    if len(cellules) != len(entete):
        raise ValueError(f"{len(cellules)} colonne{'s' if len(cellules) > 1 else ''} au lieu de {len(entete)}")
    return {nom: " ".join(unicodedata.normalize("NFC", c).split()) for nom, c in zip(entete, cellules, strict=True)}
