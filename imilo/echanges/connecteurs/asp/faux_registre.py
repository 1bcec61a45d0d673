"""What the agency of ours keeps and asks of its own ledger (SQLite). No Django."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from decimal import Decimal

from imilo.droit.baremes import bareme
from imilo.droit.delais import premier_jour_du_mois_ecrit

REGISTRE = """
CREATE TABLE IF NOT EXISTS fichiers (nom TEXT PRIMARY KEY, sha256 TEXT, recu_le TEXT, repondu INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS lignes (
    fichier TEXT, numero INTEGER, flux TEXT, structure TEXT, reference TEXT, contrat TEXT, mois TEXT, nature TEXT,
    montant TEXT, nir TEXT, debut TEXT, fin TEXT, code TEXT, paye_le TEXT, PRIMARY KEY (fichier, numero)
);
CREATE INDEX IF NOT EXISTS par_reference ON lignes (reference, code);
CREATE TABLE IF NOT EXISTS sorties (
    nom TEXT PRIMARY KEY, octets BLOB, publications INTEGER, tronquee INTEGER DEFAULT 0
);
"""


@dataclass(frozen=True)
class Tenu:
    """A contract as it holds it, with the last end it was told. Days are ISO dates."""

    cadre: str
    nir: str
    debut: str
    fin: str


def tenu(registre: sqlite3.Connection, reference: str) -> Tenu | None:
    contrat = registre.execute(
        "SELECT nature, nir, debut, fin FROM lignes WHERE flux = 'CTR' AND reference = ? AND code = '0000'", [reference]
    ).fetchone()
    if contrat is None:
        return None
    dite = registre.execute(
        "SELECT fin FROM lignes WHERE flux = 'AVE' AND nature = 'F' AND contrat = ? AND code = '0000' "
        "ORDER BY rowid DESC LIMIT 1",
        [reference],
    ).fetchone()
    cadre, nir, debut, fin = contrat
    return Tenu(cadre, nir, debut, dite[0] if dite else fin)


def chevauche(registre: sqlite3.Connection, reference: str, nir: str, debut: str, fin: str) -> bool:
    """Whether another contract of the same person runs in these days."""
    autres = registre.execute(
        "SELECT reference FROM lignes WHERE flux = 'CTR' AND code = '0000' AND nir <> '' AND nir = ? "
        "AND reference <> ?",
        [nir, reference],
    ).fetchall()
    tenus = (tenu(registre, autre) for (autre,) in autres)
    return any(t is not None and t.debut <= fin and t.fin >= debut for t in tenus)


def acceptee(registre: sqlite3.Connection, reference: str) -> bool:
    trouvee = registre.execute("SELECT 1 FROM lignes WHERE reference = ? AND code = '0000'", [reference]).fetchone()
    return trouvee is not None


def deja_verse(registre: sqlite3.Connection, contrat: str, nir: str, annee: str) -> Decimal:
    """One-off allowances accepted for a civil year (AAAA): of the person by NIR, else of the contract."""
    sommes = registre.execute(
        "SELECT montant FROM lignes WHERE flux = 'ALL' AND nature = 'P' AND code = '0000' AND mois LIKE ? || '-%' "
        "AND (contrat = ? OR contrat IN (SELECT reference FROM lignes WHERE flux = 'CTR' AND code = '0000' "
        "AND nir <> '' AND nir = ?))",
        [annee, contrat, nir],
    )
    return sum((Decimal(somme) for (somme,) in sommes), Decimal(0))


def plafond_de_l_annee(mois: str) -> Decimal:
    """What it pays one person in a civil year, at most: D. 5131-9, with the scale of that month (AAAA-MM).

    Its rule is its own: we count any twelve months in a row unless the law's reading says otherwise
    (`pacea.annee_du_plafond`), and other mission locales may have granted what we don't know of.
    """
    premier = premier_jour_du_mois_ecrit(mois)
    mensuel = bareme("cej.forfait.majeur_non_imposable", premier).valeur
    return mensuel * bareme("pacea.allocation.mensualites_par_an", premier).valeur
