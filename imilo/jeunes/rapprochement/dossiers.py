"""The dossiers of the country as the other list: read page after page by the batch role, straight into a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from imilo.jeunes.rapprochement.colonnes import COLONNES

if TYPE_CHECKING:
    import duckdb

PAGE = 50_000
LUES = (
    "nom", "nom_usage", "prenom", "autres_prenoms", "sexe", "naissance", "lieu_naissance", "adresse", "complement",
    "code_postal", "commune", "telephone", "telephone_2", "courriel", "nir", "ine", "identifiant",
)  # fmt: skip


def ecrire_dossiers(fichier: Path, *, lignes: int) -> Iterator[int]:
    """Write `personne`, `reference` (numbers of the dossiers) and `LUES` as CSV; yields the persons written so far.

    Django must run as the batch role: any other is refused by the database. The journal keeps that a list of
    `lignes` was compared with the country.
    """
    from django.db import connection, transaction
    from psycopg import sql

    from imilo.journal.services import consigner

    ordre = sql.SQL("COPY (SELECT * FROM rapprochement_dossiers({}, {})) TO STDOUT (FORMAT csv)")
    apres = 0
    with fichier.open("wb") as sortie, transaction.atomic(), connection.cursor() as curseur:
        ecrits = 0
        while True:
            derniere = b""
            with curseur.copy(ordre.format(apres, PAGE)) as copie:
                for ligne in copie:
                    derniere = bytes(ligne)
                    sortie.write(derniere)
                    ecrits += 1
            if not derniere:
                consigner(None, "annuaire.rapproche", lignes=lignes, personnes=ecrits)
                return
            apres = int(derniere.split(b",", 1)[0])
            yield ecrits


def verser(connexion: duckdb.DuckDBPyConnection, fichier: Path, table: str) -> int:
    """Fill the raw table from that file. `ligne` is `Jeune.id`; returns the number of persons."""
    noms = ("ligne", "reference", *LUES)
    types = ", ".join(f"'{nom}': '{'BIGINT' if nom == 'ligne' else 'VARCHAR'}'" for nom in noms)
    voulues = ", ".join(nom if nom in noms else f"CAST(NULL AS VARCHAR) AS {nom}" for nom in ("ligne", *COLONNES))
    connexion.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT {voulues} FROM read_csv('{fichier}', columns = {{{types}}}, "
        "header = false, delim = ',', quote = '\"', escape = '\"', auto_detect = false, parallel = false)"
    )
    return int(connexion.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def hacher(connexion: duckdb.DuckDBPyConnection, table: str) -> None:
    """Replace the security and pupils' numbers of a prepared table by the keyed hash under which the country holds
    them. France Travail's, which dossiers hold in clear, is compared as it is."""
    from imilo.socle.chiffrement import empreinte

    _hacher(connexion, table, "nir", lambda nir: (empreinte(nir + cle(nir), "nir") or b"").hex())
    # In capitals: the preparation writes numbers so.
    _hacher(connexion, table, "ine", lambda ine: (empreinte(ine, "ine") or b"").hex().upper())


def _hacher(connexion: duckdb.DuckDBPyConnection, table: str, colonne: str, hache: Callable[[str], str]) -> None:
    import pyarrow as pa

    lus = connexion.execute(f"SELECT DISTINCT {colonne} FROM {table} WHERE {colonne} IS NOT NULL").fetchall()
    clairs = [numero for (numero,) in lus]
    paires = {"clair": pa.array(clairs, pa.string()), "hache": pa.array([hache(n) for n in clairs], pa.string())}
    connexion.register("haches", pa.table(paires))
    connexion.execute(f"UPDATE {table} SET {colonne} = h.hache FROM haches h WHERE h.clair = {table}.{colonne}")
    connexion.unregister("haches")


def cle(treize: str) -> str:
    """The two digits of the key of a number of thirteen signs (2A and 2B count as 19 and 18)."""
    chiffres = treize.replace("2A", "19").replace("2B", "18")
    return f"{97 - int(chiffres) % 97:02d}" if chiffres.isdigit() else ""
