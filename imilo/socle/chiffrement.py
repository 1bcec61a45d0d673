"""Encryption of the fields that identify most (NIR, numbers of documents), and their keyed hash for look-up.

A stored value is `1 || len(key id) || key id || nonce (12) || AES-256-GCM(ciphertext, tag)`. The first key of
`settings.CLES_CHIFFREMENT` ("id:base64") encrypts; the others still decrypt, until `rechiffrer` has passed.
The name of the column is authenticated, so that a value can't be moved to another column.
"""

from __future__ import annotations

import base64
import hmac
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection, models
from psycopg import sql

from imilo.socle.perimetre import TOUTES, perimetre

FORMAT = 1
NONCE = 12
PERMIS = {"isnull", "df", "ndf"}  # the last two compare a row with its former self, in history triggers


class CleInconnue(Exception):
    """A value was encrypted with a key that the ring no longer has, or was changed since."""


@lru_cache(maxsize=4)
def _anneau(cles: tuple[str, ...]) -> dict[str, AESGCM]:
    anneau = {}
    for element in cles:
        identifiant, _, valeur = element.partition(":")
        anneau[identifiant] = AESGCM(base64.b64decode(valeur))
    return anneau


def chiffrer(clair: str, contexte: str) -> bytes:
    """Encrypt with the ring's first key; `contexte` (table.column) is authenticated, not secret."""
    cles: tuple[str, ...] = tuple(settings.CLES_CHIFFREMENT)
    identifiant = cles[0].partition(":")[0]
    entete = bytes([FORMAT, len(identifiant)]) + identifiant.encode()
    nonce = os.urandom(NONCE)
    return entete + nonce + bytes(_anneau(cles)[identifiant].encrypt(nonce, clair.encode(), contexte.encode()))


def dechiffrer(chiffre: bytes, contexte: str) -> str:
    """Decrypt. Raises `CleInconnue` when no key of the ring opens it or the value was altered."""
    octets = bytes(chiffre)
    fin = 2 + octets[1]
    cle = _anneau(tuple(settings.CLES_CHIFFREMENT)).get(octets[2:fin].decode())
    if octets[0] != FORMAT or cle is None:
        raise CleInconnue(f"Aucune clé de l'anneau n'ouvre cette valeur ({contexte}).")
    try:
        return cle.decrypt(octets[fin : fin + NONCE], octets[fin + NONCE :], contexte.encode()).decode()
    except InvalidTag as erreur:
        raise CleInconnue(f"Valeur altérée ou d'une autre colonne ({contexte}).") from erreur


def chiffre_par(chiffre: bytes) -> str:
    """The identifier of the key that encrypted a stored value."""
    octets = bytes(chiffre)
    return octets[2 : 2 + octets[1]].decode()


def empreinte(valeur: str, domaine: str) -> bytes | None:
    """Keyed hash (32 bytes) for an exact look-up; `None` for a blank, so that blank never equals blank."""
    if not valeur.strip():
        return None
    cle = base64.b64decode(settings.CLE_EMPREINTE)
    return hmac.digest(cle, f"{domaine}\0{valeur}".encode(), "sha256")


if TYPE_CHECKING:
    _Binaire = models.BinaryField[Any, Any]
else:
    _Binaire = models.BinaryField


class ChampChiffre(_Binaire):
    """Text that is AES-GCM bytes in the database; empty text is NULL. It can't be filtered on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(null=True, blank=True, editable=True)
        super().__init__(*args, **kwargs)

    @property
    def contexte(self) -> str:
        # A row of history keeps the bytes of the row it tells of.
        modele = getattr(self.model, "pgh_tracked_model", None) or self.model
        return f"{modele._meta.db_table}.{self.column}"

    def from_db_value(self, value: bytes | None, expression: Any, connection: Any) -> str:
        return "" if value is None else dechiffrer(value, self.contexte)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value in (None, ""):
            return None
        brut = value if isinstance(value, bytes) else chiffrer(str(value), self.contexte)
        return super().get_db_prep_value(brut, connection, prepared)

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name in PERMIS else None

    def get_default(self) -> str:
        return ""

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError("Un champ chiffré ne s'exporte pas en clair par la sérialisation.")


def champs_chiffres() -> list[ChampChiffre]:
    """Every encrypted field of the installed models."""
    from django.apps import apps

    return [c for m in apps.get_models() for c in m._meta.get_fields() if isinstance(c, ChampChiffre)]


LECTURE = """SELECT {cle}, {colonne} FROM {table} WHERE {cle} > %s AND {colonne} IS NOT NULL
             ORDER BY {cle} LIMIT %s FOR UPDATE"""
ECRITURE = "UPDATE {table} SET {colonne} = %s WHERE {cle} = %s"


def rechiffrer(champ: ChampChiffre, lot: int = 1000, perimetre_id: int | str = TOUTES) -> int:
    """Encrypt again, with the ring's first key, the values of one column that another key encrypted.

    Runs as the batch role, in small transactions, and can be stopped and started again. Returns how many.
    """
    pk = champ.model._meta.pk
    noms = {"table": champ.model._meta.db_table, "colonne": str(champ.column), "cle": str(pk.column)}
    identifiants = {nom: sql.Identifier(valeur) for nom, valeur in noms.items()}
    lecture, ecriture = (sql.SQL(texte).format(**identifiants) for texte in (LECTURE, ECRITURE))
    dernier, faits = 0, 0
    while True:
        with perimetre(perimetre_id), connection.cursor() as curseur:
            curseur.execute(lecture, [dernier, lot])
            lignes = curseur.fetchall()
            if not lignes:
                return faits
            dernier = lignes[-1][0]
            nouvelles = _avec_la_premiere_cle(lignes, champ.contexte)
            if nouvelles:
                curseur.executemany(ecriture, nouvelles)
            faits += len(nouvelles)


def _avec_la_premiere_cle(lignes: list[tuple[int, bytes]], contexte: str) -> list[tuple[bytes, int]]:
    """The rows that another key encrypted: (new value, primary key)."""
    premiere = settings.CLES_CHIFFREMENT[0].partition(":")[0]
    return [
        (chiffrer(dechiffrer(valeur, contexte), contexte), cle)
        for cle, valeur in lignes
        if chiffre_par(valeur) != premiere
    ]
