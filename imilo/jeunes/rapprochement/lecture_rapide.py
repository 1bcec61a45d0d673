"""Clean tables read by DuckDB itself, many times faster than line by line; anything else is left to the slow reader.

A table is clean when both readers say the same of each of its lines: UTF-8 throughout, as many cells on every line as
in the header, no sign that either would refuse, and quotes that close on their own line. The bytes are looked at once,
for what only looking at them can tell; DuckDB refuses the rest, and then nothing was read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imilo.jeunes.rapprochement.colonnes import COLONNES
from imilo.jeunes.rapprochement.sql import compter
from imilo.socle.lecture_csv import LIGNE_MAX, Tableau

if TYPE_CHECKING:
    import duckdb

BLOC = 1 << 22
# What the slow reader refuses (controls, the mark of a broken encoding), or what the two would cut otherwise: a
# carriage return alone, spaces of other scripts at the ends of cells.
_ORDINAIRES = bytes(n for n in range(256) if n in b"\t\n" or (32 <= n != 127 and n != ord('"')))
_SIGNES = re.compile(rb"\xc2[\x80-\xa0]|\xe2\x80[\x80-\x8f\xa8\xa9\xaf]|\xe3\x80\x80")
_MARQUES = (b"\xef\xbf\xbd", b"\xef\xbb\xbf")
_IMPAIRS = re.compile(rb'^[^"\n]*"[^"\n]*(?:"[^"\n]*"[^"\n]*)*$', re.MULTILINE)


def lire(
    connexion: duckdb.DuckDBPyConnection,
    tableau: Tableau,
    places: Mapping[str, int],
    table: str,
    avancer: Callable[[int], None],
) -> int | None:
    """Fill the raw `table` with the lines of a table just opened; the number of lines, None when it isn't clean.

    The same rows as the slow reader's, numbered from 0 in the order of the file.
    """
    vu = _examiner(tableau, avancer) if tableau.encodage in ("utf-8", "utf-8-sig") else None
    if vu is None:
        return None
    import duckdb

    noms = {f"c{n}": "VARCHAR" for n in range(len(tableau.entete))}
    # Space, tabulation and quote come before any figure.
    vide = f"""CASE WHEN c0 >= '0' THEN NULL WHEN trim(concat({", ".join(noms)}), ' \t"') = '' THEN true END"""
    lues = ", ".join(f"c{place} AS {nom}" for nom, place in places.items())
    source = f"{table}_source"
    try:
        connexion.execute("SET preserve_insertion_order = true")
        connexion.execute(
            f"CREATE OR REPLACE TABLE {source} AS SELECT {lues}, {vide} AS vide "
            "FROM read_csv($1, columns = $2, header = false, skip = 1, delim = $3, quote = $4, escape = $4, "
            "auto_detect = false, strict_mode = true, null_padding = false, nullstr = '', "
            f"max_line_size = {LIGNE_MAX}, parallel = true)",
            [str(tableau.chemin), noms, tableau.separateur, '"' if vu.guillemets else ""],
        )
        lignes = compter(connexion, source)
        # DuckDB lets an empty cell too many pass at the end of a line: the separators are counted.
        if not vu.guillemets and vu.separateurs != (lignes + 1) * (len(noms) - 1):
            return None
        if compter(connexion, f"{source} WHERE vide"):
            connexion.execute(f"CREATE OR REPLACE TABLE {source} AS SELECT * FROM {source} WHERE vide IS NULL")
    except duckdb.Error:
        return None  # a line of another width, a quote in the middle of a cell: the slow reader says which
    finally:
        connexion.execute("SET preserve_insertion_order = false")
    _montrer(connexion, source, places, table)
    return compter(connexion, source)


def _montrer(connexion: duckdb.DuckDBPyConnection, source: str, places: Mapping[str, int], table: str) -> None:
    """The raw table as a view: a line is numbered by its place, and a column that isn't there takes no room."""
    toutes = ", ".join(nom if nom in places else f"CAST(NULL AS VARCHAR) AS {nom}" for nom in COLONNES)
    connexion.execute(f"CREATE OR REPLACE VIEW {table} AS SELECT rowid AS ligne, {toutes} FROM {source}")


@dataclass
class _Vu:
    """What the bytes of a clean file say: whether there are quotes, and how many separators, the header's too."""

    guillemets: bool = False
    separateurs: int = 0


def _examiner(tableau: Tableau, avancer: Callable[[int], None]) -> _Vu | None:
    """None for a file that isn't clean."""
    vu, lus, reste = _Vu(), 0, b""
    with tableau.chemin.open("rb") as fichier:
        fichier.seek(3 if tableau.encodage == "utf-8-sig" else 0)
        while bloc := fichier.read(BLOC):
            lus += len(bloc)
            avancer(lus)
            entier, fin, reste = (reste + bloc).rpartition(b"\n")
            if len(reste) > LIGNE_MAX or not _noter(entier + fin, tableau.separateur.encode(), vu):
                return None
    return vu if _noter(reste, tableau.separateur.encode(), vu) else None


def _noter(lignes: bytes, separateur: bytes, vu: _Vu) -> bool:
    """Count what whole lines hold; False when one of them asks for the slow reader."""
    signes = lignes.translate(None, _ORDINAIRES.replace(separateur, b""))
    autres = signes.translate(None, separateur)
    vu.separateurs += len(signes) - len(autres)
    if autres.translate(None, b'"\r') or (b"\r" in autres and lignes.count(b"\r") != lignes.count(b"\r\n")):
        return False
    if (b"\xef" in lignes and any(m in lignes for m in _MARQUES)) or (
        any(debut in lignes for debut in (b"\xc2", b"\xe2", b"\xe3")) and _SIGNES.search(lignes)
    ):
        return False
    if b'"' not in autres:
        return True
    vu.guillemets = True
    return not _IMPAIRS.search(lignes) and not re.search(re.escape(separateur) + rb"\r?(?:\n|\Z)", lignes)
