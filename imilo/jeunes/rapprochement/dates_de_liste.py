"""Dates of birth of a list, read column by column: the column says whether the day or the month comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imilo.jeunes.rapprochement.sql import premiere

if TYPE_CHECKING:
    import duckdb

ORDRE_JOUR, ORDRE_MOIS = "jour", "mois"
_SEPARE = "^\\s*([0-9]{1,2})\\s?[-/. ]\\s?([0-9]{1,2})\\s?[-/. ]\\s?([0-9]{4}|[0-9]{2})(\\s.*)?$"
_ISO = "^\\s*([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})([T\\s].*)?$"
_SIECLE = 2000
"""A year of two digits: this century when it isn't to come, as far as the reading day goes."""


@dataclass(frozen=True)
class Dates:
    """What a column of dates is made of, in lines."""

    ordre: str
    jour_sur: int
    mois_sur: int
    ambigues: int
    illisibles: int

    @property
    def phrase(self) -> str:
        """What to say of the column, in French; "" when nothing is in doubt."""
        dites = []
        if self.ordre == ORDRE_MOIS:
            dites.append("Les dates de naissance sont écrites mois/jour/année : elles ont été lues ainsi.")
        elif self.mois_sur and self.jour_sur:
            dites.append(
                f"Les dates de naissance mêlent jour/mois et mois/jour ({self.mois_sur} n'ont de sens que mois "
                f"d'abord) : {self.ambigues} dates qui se lisent des deux façons ont été lues jour/mois, à vérifier."
            )
        elif self.ambigues and not self.jour_sur:
            dites.append(
                f"{self.ambigues} dates de naissance se liraient aussi mois/jour : elles ont été lues jour/mois."
            )
        if self.illisibles:
            dites.append(f"{self.illisibles} dates de naissance ne se lisent pas.")
        return " ".join(dites)


def examiner(connexion: duckdb.DuckDBPyConnection, brut: str) -> Dates:
    """Count how the dates of the raw table were written."""
    un = f"try_cast(regexp_extract(naissance, '{_SEPARE}', 1) AS INTEGER)"
    deux = f"try_cast(regexp_extract(naissance, '{_SEPARE}', 2) AS INTEGER)"
    ecrites = f"(SELECT naissance, count(*) AS n FROM {brut} WHERE naissance IS NOT NULL GROUP BY 1)"
    ligne = premiere(
        connexion,
        f"""
        SELECT coalesce(sum(n) FILTER (WHERE a BETWEEN 13 AND 31 AND b BETWEEN 1 AND 12), 0),
            coalesce(sum(n) FILTER (WHERE b BETWEEN 13 AND 31 AND a BETWEEN 1 AND 12), 0),
            coalesce(sum(n) FILTER (WHERE a BETWEEN 1 AND 12 AND b BETWEEN 1 AND 12 AND a <> b), 0)
        FROM (SELECT {un} AS a, {deux} AS b, n FROM {ecrites})
        """,
    )
    jour, mois, ambigues = (int(n) for n in ligne)
    ordre = ORDRE_MOIS if mois and not jour else ORDRE_JOUR
    (illisibles,) = premiere(
        connexion,
        f"SELECT coalesce(sum(n), 0) FROM {ecrites} "
        f"WHERE trim(naissance) <> '' AND {sql_naissance('naissance', ordre)} IS NULL",
    )
    return Dates(ordre, jour, mois, ambigues, int(illisibles))


def _valide(jour: str, forme: str) -> str:
    """SQL of a date that exists, of somebody who may be alive; NULL otherwise."""
    lue = f"try_strptime({jour}, '{forme}')"
    return f"CASE WHEN year({lue}) BETWEEN 1900 AND 2099 THEN strftime({lue}, '%Y%m%d') END"


def sql_naissance(colonne: str, ordre: str) -> str:
    """SQL of a date as YYYYMMDD, YYYYMM or YYYY as far as it is known; NULL when it can't be read.

    Day and month that only make sense the other way round are taken so: 05/13/2003 is the thirteenth of May.
    """
    formes = ("%d/%m/%Y", "%m/%d/%Y") if ordre == ORDRE_JOUR else ("%m/%d/%Y", "%d/%m/%Y")
    parts = [f"regexp_extract({colonne}, '{_SEPARE}', {n})" for n in (1, 2, 3)]
    an = (
        f"CASE WHEN length({parts[2]}) = 2 THEN CASE WHEN {_SIECLE} + CAST({parts[2]} AS INTEGER) > year(current_date) "
        f"THEN '19' ELSE '20' END || {parts[2]} ELSE {parts[2]} END"
    )
    separe = f"{parts[0]} || '/' || {parts[1]} || '/' || {an}"
    iso = " || '/' || ".join(f"regexp_extract({colonne}, '{_ISO}', {n})" for n in (1, 2, 3))
    nue = f"trim({colonne})"
    return f"""
    CASE
        WHEN {colonne} IS NULL THEN NULL
        WHEN regexp_matches({colonne}, '{_ISO}') THEN {_valide(iso, "%Y/%m/%d")}
        WHEN regexp_matches({colonne}, '{_SEPARE}')
            THEN coalesce({_valide(separe, formes[0])}, {_valide(separe, formes[1])})
        WHEN regexp_full_match({nue}, '(19|20)[0-9]{{6}}')
            THEN coalesce({_valide(nue, "%Y%m%d")}, {_valide(nue, "%d%m%Y")})
        WHEN regexp_full_match({nue}, '[0-9]{{8}}') THEN {_valide(nue, "%d%m%Y")}
        WHEN regexp_full_match({nue}, '[0-9]{{1,2}}[-/. ][0-9]{{4}}')
            THEN strftime(try_strptime('01/' || regexp_replace({nue}, '[-. ]', '/'), '%d/%m/%Y'), '%Y%m')
        WHEN regexp_full_match({nue}, '(19|20)[0-9]{{2}}') THEN {nue}
    END
    """
