"""Child processes that never outlive the one that started them (no Django here).

Linux: the kernel signals the child when its parent dies, even by `kill -9` (PR_SET_PDEATHSIG).
Elsewhere: a small warden holds the reading end of a pipe that only the parent keeps open; at its end it
signals the child.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
LINUX = sys.platform.startswith("linux")


def mourir_avec_le_parent(sig: int = signal.SIGTERM, *, parent: int | None = None) -> None:
    """Ask the kernel for `sig` when the parent dies; nothing outside Linux.

    `parent` is the process expected to be ours: when it died before this call, we leave at once.
    """
    if not LINUX:
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, sig, 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


@dataclass(frozen=True)
class Compte:
    """The system account of a child. `None` in `lancer` means ours."""

    nom: str
    uid: int
    gid: int


def compte_courant() -> Compte:
    uid = os.geteuid()
    try:
        nom = pwd.getpwuid(uid).pw_name
    except KeyError:  # a container may run us under a number without a name
        nom = str(uid)
    return Compte(nom, uid, os.getegid())


@dataclass
class Enfant:
    """A started process, and what watches over it outside Linux."""

    nom: str
    processus: subprocess.Popen[bytes]
    signal_de_fin: int
    gardien: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self.processus.pid

    def vivant(self) -> bool:
        return self.processus.poll() is None

    def arreter(self, delai: float = 20.0) -> None:
        """Stop the child, by its own way of stopping first; then its whole group, so that nothing is left."""
        if self.vivant():
            self.processus.send_signal(self.signal_de_fin)
            with suppress(subprocess.TimeoutExpired):
                self.processus.wait(delai)
        self.achever()

    def achever(self) -> None:
        """Kill what remains of the child's group and reap it."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.processus.wait()
        if self.gardien is not None:
            self.gardien.kill()
            self.gardien.wait()
            if self.gardien.stdin is not None:
                self.gardien.stdin.close()


def _avant_exec(sig: int) -> Callable[[], None]:
    parent = os.getpid()
    return lambda: mourir_avec_le_parent(sig, parent=parent)


def lancer(
    nom: str,
    commande: Sequence[str],
    *,
    signal_de_fin: int = signal.SIGTERM,
    signal_orphelin: int | None = None,
    env: Mapping[str, str] | None = None,
    compte: Compte | None = None,
    cwd: Path | None = None,
    sortie: IO[bytes] | int | None = None,
    avec_gardien: bool = not LINUX,
) -> Enfant:
    """Start `commande` as a direct child, leader of its own process group, that dies with us.

    Call it from a thread that lives as long as the program: Linux signals the child when the *thread* that
    made it ends. `signal_de_fin` asks it to stop; `signal_orphelin`, the same unless given, is what it gets
    when we die: nobody is left to insist then, so what may be deaf to a request gets SIGKILL. `sortie`
    receives both outputs. Errors: OSError when the command can't be run.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("a child must be started by the main thread: it dies with the thread that made it")
    orphelin = signal_de_fin if signal_orphelin is None else signal_orphelin
    autre = compte is not None and compte.uid != os.geteuid()
    processus = subprocess.Popen(  # noqa: S603  # commands of this code, never of a request
        list(commande),
        env=None if env is None else dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=sortie,
        stderr=subprocess.STDOUT if sortie is not None else None,
        process_group=0,  # a Ctrl-C at the terminal reaches us alone: we stop children in order
        user=compte.uid if autre and compte else None,
        group=compte.gid if autre and compte else None,
        extra_groups=[] if autre else None,
        preexec_fn=_avant_exec(orphelin),  # noqa: PLW1509  # runs after setuid, which clears the setting
    )
    gardien = _gardien(processus.pid, orphelin) if avec_gardien else None
    return Enfant(nom, processus, signal_de_fin, gardien)


GARDIEN = """
import os, signal, sys
for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(s, signal.SIG_IGN)
sys.stdin.buffer.read()
try:
    os.killpg(int(sys.argv[1]), int(sys.argv[2]))
except ProcessLookupError:
    pass
"""


def _gardien(pid: int, sig: int) -> subprocess.Popen[bytes]:
    """The warden: it reads a pipe that ends only when we do, then signals the child."""
    return subprocess.Popen(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", GARDIEN, str(pid), str(sig)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        process_group=0,
    )
