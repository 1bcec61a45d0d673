"""Real processes that start at once: each is forked from one where Django is loaded, to be run, killed or raced.

Loaded anew, Django takes seconds each time; a test that starts many can't afford it. What a command does from an
empty process (what it loads, what it needs) is told by those that start one: `tests/resilience`, `droit`, `journal`.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.connection import Connection
from typing import IO, Any

_contexte = multiprocessing.get_context("forkserver")
_contexte.set_forkserver_preload(["tests.prechargement"])
MORT = -signal.SIGKILL


class Processus:
    """`fonction(*arguments)` in a process of its own, as the role of the batches. `fonction` is named in a module.

    It reads the settings of `env`, the test's by default, not those of the day when the first process was forked.
    """

    def __init__(self, fonction: Callable[..., Any], *arguments: object, env: Mapping[str, str] | None = None) -> None:
        self._reponse, sienne = _contexte.Pipe(duplex=False)
        self._processus = _contexte.Process(
            target=_executer, args=(sienne, dict(os.environ if env is None else env), fonction, arguments)
        )
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


Fini = subprocess.CompletedProcess[str]
Programme = Callable[[list[str]], None]


def imilo(*arguments: str, env: Mapping[str, str] | None = None) -> Fini:
    """`imilo …` as a command typed in `env`, the test's by default, with what it wrote and its exit code."""
    return lancer_imilo(*arguments, env=env)()


def lancer_imilo(*arguments: str, env: Mapping[str, str] | None = None) -> Callable[[], Fini]:
    """The same, not waited for: what is returned waits."""
    from tests import programmes

    return _lancer(programmes.imilo, list(arguments), env)


def programme(code: str, *arguments: str, env: Mapping[str, str] | None = None) -> Fini:
    """`python -c code …`, likewise; it begins with `imilo.config.base_de_donnees.django`. Killed, it returns `MORT`."""
    from tests import programmes

    return _lancer(programmes.code, [code, *arguments], env)()


def _lancer(quoi: Programme, arguments: list[str], env: Mapping[str, str] | None) -> Callable[[], Fini]:
    processus = Processus(_a_part, quoi, arguments, env=env)

    def attendre() -> Fini:
        rendu = processus.attendre(900)
        code, sortie, erreurs = (MORT, "", "") if rendu is MORT else rendu
        return subprocess.CompletedProcess(arguments, code, sortie, erreurs)

    return attendre


def _a_part(quoi: Programme, arguments: list[str]) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    with tempfile.TemporaryFile() as sortie, tempfile.TemporaryFile() as erreurs:
        with _vers(sys.stdout, sortie), _vers(sys.stderr, erreurs):
            try:
                quoi(arguments)
                code = 0
            except SystemExit as fin:
                code = int(fin.code or 0)
            except Exception:  # noqa: BLE001  # as Python ends a program
                traceback.print_exc()
                code = 1
        return code, _lire(sortie), _lire(erreurs)


@contextlib.contextmanager
def _vers(flux: IO[str], fichier: IO[bytes]) -> Iterator[None]:
    """Whatever is written to this stream goes to the file, by Python or not."""
    garde = os.dup(flux.fileno())
    flux.flush()
    os.dup2(fichier.fileno(), flux.fileno())
    try:
        yield
    finally:
        flux.flush()
        os.dup2(garde, flux.fileno())
        os.close(garde)


def _lire(fichier: IO[bytes]) -> str:
    fichier.seek(0)
    return fichier.read().decode()


def _executer(
    reponse: Connection, env: dict[str, str], fonction: Callable[..., Any], arguments: tuple[object, ...]
) -> None:
    from tests import programmes

    os.environ.clear()
    os.environ.update(env)
    programmes.commencer()
    try:
        reponse.send((fonction(*arguments), None))
    except Exception:  # noqa: BLE001  # told to the test
        reponse.send((None, traceback.format_exc()))
