"""Real processes that start at once: each is forked from one where Django is loaded, to be killed or raced.

A program of its own (`imilo …`) takes seconds to load Django each time; a test that kills many can't afford it.
"""

from __future__ import annotations

import multiprocessing
import signal
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

_contexte = multiprocessing.get_context("forkserver")
_contexte.set_forkserver_preload(["tests.prechargement"])
MORT = -signal.SIGKILL


class Processus:
    """`fonction(*arguments)` in a process of its own, as the role of the batches. `fonction` is named in a module."""

    def __init__(self, fonction: Callable[..., Any], *arguments: object) -> None:
        self._reponse, sienne = _contexte.Pipe(duplex=False)
        self._processus = _contexte.Process(target=_executer, args=(sienne, fonction, arguments))
        self._processus.start()
        sienne.close()

    def attendre(self, delai: float = 180.0) -> Any:
        """What it returned; `MORT` when it was killed. Its own exception fails the test."""
        try:
            rendu, erreur = self._reponse.recv() if self._reponse.poll(delai) else (None, "no answer in time")
        except EOFError:
            rendu, erreur = MORT, None
        self._processus.join(delai)
        if rendu is MORT and self._processus.exitcode != MORT:
            erreur = f"ended with {self._processus.exitcode}"
        assert erreur is None, erreur
        return rendu


def _executer(reponse: Connection, fonction: Callable[..., Any], arguments: tuple[object, ...]) -> None:
    try:
        reponse.send((fonction(*arguments), None))
    except Exception:  # noqa: BLE001  # told to the test
        reponse.send((None, traceback.format_exc()))
