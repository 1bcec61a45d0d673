"""The chain itself: the canonical form of a fact, and the keyed hash that binds it to the one before.

`HMAC-SHA256(CLE_SCEAU, registre, structure, rang, previous hash, canonical JSON of the fact)`: a link can be
neither changed, moved to another rank or chain, nor made anew without the key.
"""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings

from imilo.journal.genres import Registre

ORIGINE = bytes(32)  # what the first link of a chain follows
SANS_STRUCTURE = 0  # the chain of the facts without structure

COLONNES = (
    "id",
    "le",
    "structure_id",
    "agent_id",
    "acteur",
    "genre",
    "objet_type",
    "objet_id",
    "dossier_id",
    "identifiants",
    "xid",
)


class Ligne(NamedTuple):
    """A stored row, as `SELECT` of `COLONNES` gives it: `identifiants` is JSON text, `xid` a decimal text."""

    id: int
    le: datetime
    structure_id: int | None
    agent_id: int | None
    acteur: str
    genre: str
    objet_type: str
    objet_id: int | None
    dossier_id: int | None
    identifiants: str
    xid: str

    @property
    def chaine(self) -> int:
        return self.structure_id or SANS_STRUCTURE

    @property
    def ordre(self) -> tuple[int, int]:
        """Its place behind the writers: facts are chained by transaction, then by number."""
        return int(self.xid), self.id


class Tete(NamedTuple):
    """The last link of a chain."""

    rang: int
    empreinte: bytes


DEPART = Tete(0, ORIGINE)


@lru_cache(maxsize=4)
def _octets(cle: str) -> bytes:
    octets = base64.b64decode(cle)
    if len(octets) < 32:
        raise ValueError("CLE_SCEAU doit faire au moins 32 octets (en base64).")
    return octets


def cle() -> bytes:
    """The key of the seals. Raises `ValueError` when it is missing or too short."""
    return _octets(settings.CLE_SCEAU)


_encodeur = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_texte = json.encoder.encode_basestring  # a string between quotes, escaped, accents as they are


def json_canonique(valeur: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no blanks: one form for one value."""
    return _encodeur.encode(valeur).encode()


def canonique(ligne: Ligne) -> bytes:
    """Every column of the row as UTF-8 JSON: sorted keys, no blanks, instants in UTC to the microsecond.

    The same bytes as `json_canonique` of a dictionary, four times faster.
    """
    le = ligne.le.astimezone(UTC).isoformat(timespec="microseconds")
    identifiants = "{}" if ligne.identifiants == "{}" else json_canonique(json.loads(ligne.identifiants)).decode()
    return (
        f'{{"acteur":{_texte(ligne.acteur)},"agent_id":{_entier(ligne.agent_id)},'
        f'"dossier_id":{_entier(ligne.dossier_id)},"genre":{_texte(ligne.genre)},"id":{ligne.id},'
        f'"identifiants":{identifiants},"le":"{le}","objet_id":{_entier(ligne.objet_id)},'
        f'"objet_type":{_texte(ligne.objet_type)},"structure_id":{_entier(ligne.structure_id)},'
        f'"xid":{_texte(ligne.xid)}}}'
    ).encode()


def _entier(valeur: int | None) -> str:
    return "null" if valeur is None else str(valeur)


def empreinte_maillon(
    cle: bytes, registre: Registre, structure: int, rang: int, *, precedente: bytes, ligne: Ligne
) -> bytes:
    """The hash (32 bytes) of the link of rank `rang` in the chain of `structure`, after `precedente`."""
    entete = b"imilo.maillon\0%s\0%d\0%d\0" % (registre.value.encode(), structure, rang)
    return hmac.digest(cle, entete + precedente + canonique(ligne), "sha256")


def empreinte_sceau(cle: bytes, corps: dict[str, Any]) -> bytes:
    """The hash (32 bytes) of a line of the second place, all its fields but `empreinte`."""
    return hmac.digest(cle, b"imilo.sceau\0" + json_canonique(corps), "sha256")
