"""Loading of the national lists from their files. Run by the owner of the tables, at a migration or by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from imilo.referentiels import fichiers
from imilo.referentiels.fichiers import EntreeDeListe, Ligne
from imilo.referentiels.selectors import oublier


@dataclass(frozen=True, slots=True)
class Bilan:
    """Number of rows added, changed and taken out (derived rows only), and of codes closed by a load."""

    ajouts: int = 0
    changements: int = 0
    retraits: int = 0
    clotures: int = 0

    def __add__(self, autre: Bilan) -> Bilan:
        return Bilan(*(getattr(self, f.name) + getattr(autre, f.name) for f in fields(self)))

    def __bool__(self) -> bool:
        return self != Bilan()


@dataclass(frozen=True, slots=True)
class Table:
    """A table to bring level with a file: `cle` identifies a row; `derivee` rows may be taken out."""

    nom: str
    cle: tuple[str, ...]
    valeurs: tuple[str, ...]
    derivee: bool = False

    @property
    def colonnes(self) -> tuple[str, ...]:
        return self.cle + self.valeurs


REGION = Table("referentiels_region", ("code",), ("nom",))
DEPARTEMENT = Table("referentiels_departement", ("code",), ("nom", "region_id"))
PAYS = Table(
    "referentiels_pays",
    ("code",),
    ("iso2", "nom", "autres_noms", "cle", "libre_circulation", "au"),
)
COMMUNE = Table(
    "referentiels_commune",
    ("code",),
    ("nom", "cle", "type", "departement_id", "population", "du", "au", "actuelle_id"),
)
CODE_POSTAL = Table("referentiels_codepostal", ("commune_id", "code"), (), derivee=True)
CLE_COMMUNE = Table(
    "referentiels_clecommune",
    ("commune_id", "nom", "cle", "rang", "poids", "du", "au"),
    (),
    derivee=True,
)


def _copier(connexion: BaseDatabaseWrapper, table: Table, lignes: Iterable[Ligne]) -> str:
    """COPY `lignes` into a temporary table that ends with the transaction; its name."""
    tampon = f"arrivee_{table.nom}"
    colonnes = ", ".join(table.colonnes)
    with connexion.cursor() as curseur:
        curseur.execute(f"DROP TABLE IF EXISTS {tampon}")
        curseur.execute(
            f"CREATE TEMP TABLE {tampon} ON COMMIT DROP AS SELECT {colonnes} FROM {table.nom} WITH NO DATA"  # noqa: S608  # our own names, no value
        )
        with curseur.copy(f"COPY {tampon} ({colonnes}) FROM STDIN") as copie:
            for ligne in lignes:
                copie.write_row(ligne)
        curseur.execute(f"ANALYZE {tampon}")
    return tampon


def _synchroniser(connexion: BaseDatabaseWrapper, table: Table, lignes: Sequence[Ligne]) -> Bilan:
    """Bring `table` level with `lignes`, touching only the rows that differ. Inside a transaction."""
    nom, tampon = table.nom, _copier(connexion, table, lignes)
    colonnes = ", ".join(table.colonnes)
    # Nulls are equal here; COALESCE to text lets PostgreSQL hash, which IS NOT DISTINCT FROM doesn't.
    meme_cle = " AND ".join(f"COALESCE(t.{c}::text, '') = COALESCE(a.{c}::text, '')" for c in table.cle)
    affectations = ", ".join(f"{c} = a.{c}" for c in table.valeurs)
    avant, apres = (", ".join(f"{x}.{c}" for c in table.valeurs) for x in "ta")
    # Only the names above, which are constants of this module, are written into the statements.
    changer = (
        f"UPDATE {nom} t SET {affectations} FROM {tampon} a"  # noqa: S608  # our own names, no value
        f" WHERE {meme_cle} AND ROW({avant}) IS DISTINCT FROM ROW({apres})"
    )
    retirer = f"DELETE FROM {nom} t WHERE NOT EXISTS (SELECT FROM {tampon} a WHERE {meme_cle})"  # noqa: S608  # the same
    ajouter = (
        f"INSERT INTO {nom} ({colonnes}) SELECT {colonnes} FROM {tampon} a"  # noqa: S608  # the same
        f" WHERE NOT EXISTS (SELECT FROM {nom} t WHERE {meme_cle})"
    )
    with connexion.cursor() as curseur:

        def lignes_touchees(requete: str) -> int:
            curseur.execute(requete)
            return int(curseur.rowcount)

        changements = lignes_touchees(changer) if table.valeurs else 0
        retraits = lignes_touchees(retirer) if table.derivee else 0
        return Bilan(lignes_touchees(ajouter), changements, retraits)


def charger_geographie(alias: str = "default") -> Bilan:
    """Load regions, départements, communes with their postal codes and search keys, and countries.

    Idempotent. Communes and countries are never deleted. About two seconds for the first load.
    """
    geographie = fichiers.geographie()
    connexion = connections[alias]
    contenus: list[tuple[Table, list[Ligne]]] = [
        (REGION, fichiers.regions()),
        (DEPARTEMENT, fichiers.departements()),
        (PAYS, fichiers.pays()),
        (COMMUNE, geographie.communes),
        (CODE_POSTAL, geographie.codes_postaux),
        (CLE_COMMUNE, geographie.cles),
    ]
    bilan = Bilan()
    with transaction.atomic(using=alias):
        for table, lignes in contenus:
            bilan += _synchroniser(connexion, table, lignes)
        with connexion.cursor() as curseur:
            if bilan:
                curseur.execute("ANALYZE " + ", ".join(table.nom for table, _ in contenus))
    return bilan


_ECRIRE_CODE = """
    INSERT INTO referentiels_code AS c (liste, code, libelle, ordre, valide_du, valide_au)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (liste, code) DO UPDATE SET libelle = excluded.libelle, ordre = excluded.ordre,
        valide_du = excluded.valide_du, valide_au = excluded.valide_au
    WHERE ROW(c.libelle, c.ordre, c.valide_du, c.valide_au)
        IS DISTINCT FROM ROW(excluded.libelle, excluded.ordre, excluded.valide_du, excluded.valide_au)
    RETURNING xmax = 0 AS nouveau
"""
_CLORE_CODES = """
    UPDATE referentiels_code SET valide_au = GREATEST(%(veille)s, valide_du)
    WHERE (valide_au IS NULL OR valide_au > %(veille)s) AND NOT (liste || '/' || code = ANY(%(gardes)s))
"""


def charger_codes(
    le: date, alias: str = "default", lire: Callable[[], Sequence[EntreeDeListe]] = fichiers.codes
) -> Bilan:
    """Load the code lists. A code that left the file is closed on the eve of `le`, never deleted.

    Idempotent. A closed code that comes back is open again, with the dates of the file.
    """
    entrees = lire()
    nouveaux: list[bool] = []
    with transaction.atomic(using=alias), connections[alias].cursor() as curseur:
        for e in entrees:
            curseur.execute(_ECRIRE_CODE, (e.liste, e.code, e.libelle, e.ordre, e.valide_du, e.valide_au))
            nouveaux.extend(ligne[0] for ligne in curseur.fetchall())
        gardes = [f"{e.liste}/{e.code}" for e in entrees]
        curseur.execute(_CLORE_CODES, {"veille": le - timedelta(days=1), "gardes": gardes})
        clotures = curseur.rowcount
    oublier()
    return Bilan(nouveaux.count(True), nouveaux.count(False), clotures=clotures)


def charger(le: date, alias: str = "default") -> Bilan:
    """Load everything: loading twice changes nothing. `le` is the day on which vanished codes are closed."""
    return charger_geographie(alias) + charger_codes(le, alias)
