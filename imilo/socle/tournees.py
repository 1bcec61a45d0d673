"""Calls of a hot path that arrive while the database is busy with another leave together, in one statement.

Each call alone would wait for the round trip and for the disk at its commit; those that came meanwhile share both. A
call that comes alone leaves at once: nothing waits for company. No thread of its own: who finds nobody on the way
leads, takes along who is there, then hands over to the first of those who came since.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from django.db import DatabaseError, connection

from imilo.socle import preparees

ENSEMBLE = 64  # calls in one statement, at most


def _ferme() -> Lock:
    verrou = Lock()
    verrou.acquire()
    return verrou


@dataclass(slots=True, eq=False)
class _Appel:
    """One call: its parameters, then its row. `signal` opens when it is answered, or when its turn comes to lead."""

    parametres: Sequence[object]
    ligne: tuple[Any, ...] | None = None
    repondu: bool = False
    seul: bool = False
    signal: Lock = field(default_factory=_ferme)


class Tournee:
    """A statement that answers many calls.

    `requete` reads them from `{appels}`, a row for each: `appel.rang`, and its parameters under the names of `colonnes`
    ("numero text"). It gives at most one row for each, that begins with its rank. A statement is a transaction of its
    own, unless one is open: then the call is made alone, in it. What fails together is made again one by one, so that
    each call has its own error.
    """

    def __init__(self, requete: str, colonnes: Sequence[str]) -> None:
        noms, types = zip(*(colonne.split() for colonne in colonnes), strict=True)
        tableaux = ", ".join(f"%s::{un_type}[]" for un_type in types)
        appels = f"unnest({tableaux}) WITH ORDINALITY appel({', '.join(noms)}, rang)"
        self._requete = requete.replace("{appels}", appels)
        self._verrou = Lock()
        self._file: deque[_Appel] = deque()
        self._en_route = False

    def demander(self, *parametres: object) -> tuple[Any, ...] | None:
        """The row of this call, without its rank; None without a row. Raises Django's database errors."""
        if connection.in_atomic_block:
            return self._executer([parametres])[0]
        moi = _Appel(parametres)
        with self._verrou:
            mene = not self._en_route
            self._en_route = True
            if not mene:
                self._file.append(moi)
        if not mene:
            moi.signal.acquire()
        if not moi.repondu:
            self._mener(moi)
        return self._executer([parametres])[0] if moi.seul else moi.ligne

    def _mener(self, moi: _Appel) -> None:
        """Make this call and those that wait; then the first of those who came since leads."""
        with self._verrou:
            lot = [moi, *(self._file.popleft() for _ in range(min(len(self._file), ENSEMBLE - 1)))]
        lot.sort(key=lambda appel: repr(appel.parametres))  # rows are locked in one order, whatever the process
        try:
            for appel, ligne in zip(lot, self._executer([appel.parametres for appel in lot]), strict=True):
                appel.ligne, appel.repondu = ligne, True
        except DatabaseError:
            pass
        finally:
            with self._verrou:
                suivant = self._file.popleft() if self._file else None
                self._en_route = suivant is not None
            if suivant is not None:
                suivant.signal.release()
            for appel in lot:
                appel.seul, appel.repondu = not appel.repondu, True
                if appel is not moi:
                    appel.signal.release()

    def _executer(self, appels: Sequence[Sequence[object]]) -> list[tuple[Any, ...] | None]:
        """A row, or None, for each call, in their order."""
        lignes = preparees.lire(self._requete, [list(colonne) for colonne in zip(*appels, strict=True)])
        par_rang = {ligne[0]: ligne[1:] for ligne in lignes}
        return [par_rang.get(rang) for rang in range(1, len(appels) + 1)]
