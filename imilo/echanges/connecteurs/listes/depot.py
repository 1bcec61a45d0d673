"""The drop folder: lists that others leave in a folder are loaded, then put aside with their report.

    DEPOT/<code de la structure>/decrocheurs/sorties.csv
    DEPOT/<code de la structure>/obligation-formation/liste.csv

A file that was read goes to `faits`, one that can't be to `refuses`, both beside it, with `<name>.rapport.txt`. They
hold personal data: after `GARDE` days they are removed. One that is still being written stays until it is whole.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from imilo.acteurs.models import Structure
from imilo.echanges.connecteurs.listes.services import TAILLE_MAX, reprendre_ou_importer
from imilo.parcours.arrivees.models import Source
from imilo.socle.erreurs import RegleViolee

DOSSIERS = {"decrocheurs": Source.DECROCHEURS, "obligation-formation": Source.OBLIGATION}
FAITS, REFUSES, RAPPORT, VERROU = "faits", "refuses", ".rapport.txt", ".verrou"
ATTENTE = 60.0
"""Seconds without a writing after which a file is taken for whole."""
ATTENTE_SANS_FIN = 600.0
"""The same for a file whose last line has no end: its writer is likely slow, or some programs never write one."""
GARDE = 30
"""Days that a file put aside, and its report, are kept."""
_PROVISOIRE = re.compile(r"^[.~]|\.(part|partial|filepart|tmp|temp|crdownload|download|upload|lock)$", re.IGNORECASE)


class Occupe(Exception):
    """Another process is emptying the folder."""


@dataclass(frozen=True)
class Releve:
    """What became of one file: its place under the folder, whether it was read, what it did or why it wasn't."""

    fichier: str
    lu: bool
    comptes: dict[str, int]
    message: str


@dataclass(frozen=True)
class Bilan:
    """`en_attente`: files that were still being written; `effaces`: those put aside whose term is over."""

    releves: list[Releve]
    en_attente: list[str]
    effaces: int

    def donnees(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        dites = [f"{r.fichier} : {r.message}" for r in self.releves]
        dites += [f"{nom} : encore en cours d'écriture, il sera lu plus tard." for nom in self.en_attente]
        return "\n".join(dites) or "Rien à relever."


def relever(depot: Path, *, maintenant: Callable[[], float] = time.time) -> Bilan:
    """Load every whole file of the folder; the folders of the active structures are made when they aren't there.

    Runs as the batch role. Stopped half way, it does the same file again, which changes nothing twice. Raises
    `Occupe`; `OSError` when the folder itself can't be read or written.
    """
    depot.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _seul(depot):
        structures = {s.code: s for s in Structure.objects.filter(active=True)}
        for code in structures:
            for nom in DOSSIERS:
                (depot / code / nom).mkdir(mode=0o700, parents=True, exist_ok=True)
        releves, attente, effaces = [], [], 0
        for dossier in _dossiers(depot):
            effaces += _oublier(dossier, maintenant())
            for fichier in _fichiers(dossier):
                try:
                    releve = _relever(depot, fichier, structures, maintenant())
                except OSError as erreur:  # somebody else's right, or gone meanwhile: the others are read all the same
                    releve = Releve(
                        _place(depot, fichier),
                        lu=False,
                        comptes={},
                        message=f"ne peut pas être lu : {erreur.strerror}.",
                    )
                if releve is None:
                    attente.append(_place(depot, fichier))
                else:
                    releves.append(releve)
        return Bilan(releves, attente, effaces)


@contextmanager
def _seul(depot: Path) -> Iterator[None]:
    """One process at a time; a lock that goes with the process, however it ends."""
    descripteur = os.open(depot / VERROU, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Occupe from None
        yield
    finally:
        os.close(descripteur)


def _dossiers(depot: Path) -> list[Path]:
    """`DEPOT/code/liste`, known structure or not: a file left under a wrong code is answered too."""
    deux = [d for code in _sous_dossiers(depot) for d in _sous_dossiers(code)]
    return [d for d in deux if d.name not in (FAITS, REFUSES)]


def _sous_dossiers(dossier: Path) -> list[Path]:
    return sorted(d for d in dossier.iterdir() if d.is_dir() and not d.is_symlink() and not d.name.startswith("."))


def _fichiers(dossier: Path) -> list[Path]:
    """Plain files of a folder, the oldest first: a corrected list comes after the one that it corrects."""
    vus = []
    for entree in os.scandir(dossier):
        etat = entree.stat(follow_symlinks=False)
        if stat.S_ISREG(etat.st_mode) and not _PROVISOIRE.search(entree.name):
            vus.append((etat.st_mtime, entree.name))
    return [dossier / nom for _, nom in sorted(vus)]


def _entier(fichier: Path, maintenant: float) -> bool:
    """Nobody has written it for a while. A copy may bear an old date of writing: the disk's own counts too."""
    etat = fichier.lstat()
    age = maintenant - max(etat.st_mtime, etat.st_ctime)
    if age < ATTENTE:
        return False
    return age >= ATTENTE_SANS_FIN or etat.st_size == 0 or _finit_par_une_ligne(fichier)


def _finit_par_une_ligne(fichier: Path) -> bool:
    with _ouvrir(fichier) as lu:
        lu.seek(-2, os.SEEK_END) if lu.seek(0, os.SEEK_END) >= 2 else lu.seek(0)
        return any(signe in lu.read() for signe in (b"\n", b"\r"))


def _ouvrir(fichier: Path) -> Any:
    """The file itself: a link put in its place meanwhile would lead elsewhere on this machine."""
    return os.fdopen(os.open(fichier, os.O_RDONLY | os.O_NOFOLLOW), "rb")


def _place(depot: Path, fichier: Path) -> str:
    return str(fichier.relative_to(depot))


def _relever(depot: Path, fichier: Path, structures: Mapping[str, Structure], maintenant: float) -> Releve | None:
    """Load one file and put it aside with its report; None while it is being written."""
    if not _entier(fichier, maintenant):
        return None
    avant = _etat(fichier)
    releve, texte = _lire(_place(depot, fichier), fichier, structures.get(fichier.parent.parent.name))
    if _etat(fichier) != avant:
        return None  # written again meanwhile: what is there now hasn't been read
    _ranger(fichier, FAITS if releve.lu else REFUSES, texte)
    return releve


def _etat(fichier: Path) -> tuple[int, ...]:
    etat = fichier.lstat()
    return (etat.st_ino, etat.st_size, etat.st_mtime_ns, etat.st_ctime_ns)


def _lire(place: str, fichier: Path, structure: Structure | None) -> tuple[Releve, str]:
    """What became of the file, in short and at length."""
    source = DOSSIERS.get(fichier.parent.name)
    try:
        if structure is None:
            raise RegleViolee(f"Aucune structure active ne porte le code {fichier.parent.parent.name}.")
        if source is None:
            raise RegleViolee(f"Ce dossier n'est pas celui d'une liste : {' ou '.join(DOSSIERS)}.")
        with _ouvrir(fichier) as lu:
            contenu = lu.read(TAILLE_MAX + 1)
        rapport = reprendre_ou_importer(fichier.name, contenu, structure, source)
    except RegleViolee as refus:
        return Releve(place, lu=False, comptes={}, message=refus.message), refus.message
    texte = str(rapport)
    return Releve(place, rapport.lu, rapport.comptes if rapport.lu else {}, texte.partition("\n")[0]), texte


def _ranger(fichier: Path, ou: str, texte: str) -> None:
    """Move the file away, and write why beside it. The report comes first: a file that moved always has one."""
    cible = fichier.parent / ou
    cible.mkdir(mode=0o700, exist_ok=True)
    nom = f"{time.strftime('%Y%m%dT%H%M%S')}-{fichier.name}"
    rang = 1
    while (cible / nom).exists():
        rang += 1
        nom = f"{time.strftime('%Y%m%dT%H%M%S')}-{rang}-{fichier.name}"
    descripteur = os.open(cible / f"{nom}{RAPPORT}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descripteur, "w", encoding="utf-8") as rapport:
        rapport.write(texte + "\n")
    fichier.rename(cible / nom)


def _oublier(dossier: Path, maintenant: float) -> int:
    """Remove what was put aside long enough ago for whoever left it to have read the report."""
    effaces = 0
    for cible in (dossier / FAITS, dossier / REFUSES):
        if cible.is_symlink() or not cible.is_dir():
            continue
        for vieux in cible.iterdir():
            # The rename is the last change: the file's own date of writing may be years old.
            if maintenant - vieux.lstat().st_ctime > GARDE * 86_400:
                vieux.unlink()
                effaces += not vieux.name.endswith(RAPPORT)
    return effaces
