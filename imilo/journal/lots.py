"""Many rows at once, for batches (role imilo_lots): a demonstration, an import. The same checks as one by one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import connection

from imilo.journal.genres import CONSULTATIONS, GENRES, Registre
from imilo.journal.services import GenreInconnu, instant_des_lignes, verifier_acteur, verifier_identifiants

LOT = 2000


@dataclass(frozen=True)
class Inscrite:
    """A row to write. `le`: an instant (aware) of the past, in a month that has its partition."""

    le: datetime
    structure_id: int | None
    agent_id: int | None
    genre: str
    objet_type: str = ""
    objet_id: int | None = None
    dossier_id: int | None = None
    acteur: str | None = None
    identifiants: dict[str, int | str | None] = field(default_factory=dict)


@contextmanager
def datees(le: datetime) -> Iterator[None]:
    """What services write in the journal meanwhile bears the past instant `le` (role imilo_lots only)."""
    jeton = instant_des_lignes.set(le)
    try:
        yield
    finally:
        instant_des_lignes.reset(jeton)


_INSERTION = """
INSERT INTO {table} (le, structure_id, agent_id, acteur, genre, objet_type, objet_id, dossier_id, identifiants)
SELECT * FROM unnest(%s::timestamptz[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[],
                     %s::bigint[], %s::jsonb[])
"""


def inscrire_en_lot(registre: Registre, lignes: Iterable[Inscrite], *, lot: int = LOT) -> int:
    """Write these rows in the caller's transaction and perimeter; returns how many.

    Months before this one need `imilo.journal.partitions.preparer(du, au)` first. Raises `GenreInconnu`,
    `ValeurDansLeJournal`.
    """
    requete, suite, faits = _INSERTION.format(table=registre.table), iter(lignes), 0
    while paquet := list(islice(suite, lot)):
        with connection.cursor() as curseur:
            curseur.execute(requete, _colonnes(registre, paquet))
        faits += len(paquet)
    return faits


def _colonnes(registre: Registre, paquet: Sequence[Inscrite]) -> list[list[object]]:
    connus = GENRES if registre is Registre.FAIT else CONSULTATIONS
    inconnus = {ligne.genre for ligne in paquet} - connus.keys()
    if inconnus:
        raise GenreInconnu(f"Genres inconnus : {', '.join(sorted(inconnus))}.")
    rangees = [
        (
            ligne.le,
            ligne.structure_id,
            ligne.agent_id,
            verifier_acteur(ligne.acteur, ligne.agent_id is not None),
            ligne.genre,
            ligne.objet_type,
            ligne.objet_id,
            ligne.dossier_id,
            json.dumps(verifier_identifiants(ligne.identifiants)),
        )
        for ligne in paquet
    ]
    return [list(colonne) for colonne in zip(*rangees, strict=True)]
