"""The second place: files out of the database, one a day, to which a line is added at each pass.

A line tells the heads of the chains that changed since the line before; the first of each day tells all of
them. Lines are numbered and chained across files by the same keyed hash as the facts. What a crash left of
a line half written stays where it is: the next line starts on a line of its own.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from imilo.journal.chaine import Tete, empreinte_sceau
from imilo.journal.genres import Registre

VERSION = 1
MOTIF = "sceaux-*.jsonl"
FIN_LUE = 256 * 1024

Tetes = dict[tuple[Registre, int], Tete]


class SecondLieuInattendu(Exception):
    """The second place can't take the seal: another database's, unreadable, not writable."""


@dataclass(frozen=True)
class Sceau:
    """One line. `toutes`: it tells every head; `filigranes`: how far each register was chained."""

    n: int
    le: datetime
    base: str
    toutes: bool
    filigranes: dict[str, list[int]]
    tetes: Tetes
    precedente: bytes
    empreinte: bytes

    @property
    def fichier(self) -> str:
        return nom_du_jour(self.le)


@dataclass(frozen=True)
class Lue:
    """What was read where: a line (`sceau`), or text that isn't one. `finie`: a line feed ends it."""

    fichier: str
    numero: int
    sceau: Sceau | None
    authentique: bool
    finie: bool


def nom_du_jour(le: datetime) -> str:
    return f"sceaux-{le.astimezone(UTC):%Y-%m-%d}.jsonl"


def fichiers(dossier: Path) -> list[Path]:
    return sorted(dossier.glob(MOTIF))


def composer(
    cle: bytes,
    *,
    n: int,
    le: datetime,
    base: str,
    toutes: bool,
    filigranes: dict[str, list[int]],
    tetes: Tetes,
    precedente: bytes,
) -> tuple[Sceau, bytes]:
    """A line and its bytes, without the line feed."""
    corps: dict[str, Any] = {
        "v": VERSION,
        "base": base,
        "n": n,
        "le": le.astimezone(UTC).isoformat(timespec="microseconds"),
        "genre": "toutes" if toutes else "suite",
        "filigranes": filigranes,
        "tetes": [[r.value, s, t.rang, t.empreinte.hex()] for (r, s), t in sorted(tetes.items())],
        "precedente": precedente.hex(),
    }
    empreinte = empreinte_sceau(cle, corps)
    octets = json.dumps({**corps, "empreinte": empreinte.hex()}, separators=(",", ":")).encode()
    return Sceau(n, le, base, toutes, filigranes, tetes, precedente, empreinte), octets


def lire_ligne(cle: bytes, octets: bytes) -> tuple[Sceau | None, bool]:
    """The line and whether its hash is right; (None, False) for what isn't a line."""
    try:
        corps = json.loads(octets)
        empreinte = bytes.fromhex(corps.pop("empreinte"))
        sceau = Sceau(
            n=int(corps["n"]),
            le=datetime.fromisoformat(corps["le"]),
            base=str(corps["base"]),
            toutes=corps["genre"] == "toutes",
            filigranes=dict(corps["filigranes"]),
            tetes={(Registre(r), int(s)): Tete(int(rang), bytes.fromhex(e)) for r, s, rang, e in corps["tetes"]},
            precedente=bytes.fromhex(corps["precedente"]),
            empreinte=empreinte,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None, False
    return sceau, hmac.compare_digest(empreinte, empreinte_sceau(cle, corps))


def lire(cle: bytes, dossier: Path) -> Iterator[Lue]:
    """Every line of every file, in order, one at a time."""
    for chemin in fichiers(dossier):
        with chemin.open("rb") as fichier:
            for numero, octets in enumerate(fichier, start=1):
                sceau, authentique = lire_ligne(cle, octets)
                yield Lue(chemin.name, numero, sceau, authentique, octets.endswith(b"\n"))


def derniere(cle: bytes, dossier: Path) -> Sceau | None:
    """The last authentic line; None when there is none."""
    for chemin in reversed(fichiers(dossier)):
        a_lire = FIN_LUE
        while True:
            sceau = _derniere_parmi(cle, _fin(chemin, a_lire))
            if sceau is not None:
                return sceau
            if a_lire >= chemin.stat().st_size:
                break
            a_lire *= 8
    return None


def _fin(chemin: Path, taille: int) -> bytes:
    with chemin.open("rb") as fichier:
        fichier.seek(max(0, fichier.seek(0, os.SEEK_END) - taille))
        return fichier.read()


def _derniere_parmi(cle: bytes, octets: bytes) -> Sceau | None:
    for ligne in reversed(octets.splitlines()):
        sceau, authentique = lire_ligne(cle, ligne)
        if sceau is not None and authentique:
            return sceau
    return None


def ajouter(dossier: Path, nom: str, octets: bytes) -> None:
    """Add a line to the file `nom`, on the disk when this returns. Raises `SecondLieuInattendu`."""
    try:
        dossier.mkdir(parents=True, exist_ok=True, mode=0o700)
        chemin = dossier / nom
        neuf = not chemin.exists()
        descripteur = os.open(chemin, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            coupee = not neuf and chemin.stat().st_size > 0 and _fin(chemin, 1) != b"\n"
            _tout_ecrire(descripteur, (b"\n" if coupee else b"") + octets + b"\n")
            os.fsync(descripteur)
        finally:
            os.close(descripteur)
        if neuf:
            _fsync_dossier(dossier)
    except OSError as erreur:
        raise SecondLieuInattendu(
            f"Le sceau n'a pas pu être écrit dans {dossier} ({erreur.strerror}). Rien n'est perdu : "
            "le prochain passage l'écrira. Vérifiez l'espace et les droits de ce dossier."
        ) from erreur


def _tout_ecrire(descripteur: int, octets: bytes) -> None:
    reste = memoryview(octets)
    while reste:
        reste = reste[os.write(descripteur, reste) :]


def _fsync_dossier(dossier: Path) -> None:
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
