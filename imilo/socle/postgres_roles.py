"""The three roles of the database, and the check that row-level security holds for the one that runs.

No Django here. Policies name `imilo_app` and `imilo_lots`, so these names are fixed on every server.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from imilo.socle.chemins import ecrire_prive
from imilo.socle.demarrage import Empechement
from imilo.socle.urls_base import FICHIER, Role

VERSION_MINIMALE = 150000
BASE = "imilo"
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")
NOMS = {
    Role.PROPRIETAIRE: "imilo_proprietaire",
    Role.APP: "imilo_app",
    Role.LOTS: "imilo_lots",
}
Connexion = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True)
class Urls:
    """One connection URL per role."""

    proprietaire: str
    app: str
    lots: str

    def pour(self, role: Role) -> str:
        return str(getattr(self, role.value))


def preparer_roles(url_admin: str, home: Path, *, base: str | None = None) -> Urls:
    """Make what is missing (roles, database, extensions), and write the URLs to IMILO_HOME/postgres.json.

    `url_admin` is a role with CREATEROLE; `base` names the database to make, else the one of the URL is
    used. Raises `Empechement`: server too old, no right to make roles, roles of another installation, a database
    that isn't the account's or isn't in UTF-8, an extension that the server hasn't.
    """
    anciens = _anciens_mots_de_passe(home)
    with _connecter(url_admin) as connexion:
        verifier_version(connexion)
        _verifier_droit_de_creer(connexion)
        nom_base = base or str(connexion.info.dbname)
        mots_de_passe = {r: anciens.get(r) or secrets.token_urlsafe(32) for r in Role}
        urls = Urls(
            **{r.value: avec(url_admin, user=NOMS[r], password=mots_de_passe[r], dbname=nom_base) for r in Role}
        )
        ordres = [_ordre_pour_le_role(connexion, urls, role, connu=role in anciens) for role in Role]
        # Passwords are on disk before the server knows them: a stop half-way locks nobody out.
        ecrire_prive(home / FICHIER, json.dumps(asdict(urls), indent=1))
        for ordre in filter(None, ordres):
            connexion.execute(ordre)
        if base is not None:
            with _refus_expliques(connexion, nom_base):
                _assurer_base(connexion, base)
    with _connecter(avec(url_admin, dbname=nom_base)) as connexion, _refus_expliques(connexion, nom_base):
        _verifier_encodage(connexion)
        _accorder(connexion, nom_base)
    return urls


def urls_de_l_environnement() -> Urls | None:
    """The three URLs as given, when DATABASE_OWNER_URL says that the roles are made; else None."""
    proprietaire = os.environ.get("DATABASE_OWNER_URL")
    if not proprietaire:
        return None
    app, lots = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_BATCH_URL")
    if not app or not lots:
        raise Empechement(
            "DATABASE_OWNER_URL est donné : donnez aussi DATABASE_URL (rôle imilo_app) et DATABASE_BATCH_URL "
            "(rôle imilo_lots), ou DATABASE_URL seul avec un compte qui peut créer des rôles.",
            "DATABASE_OWNER_URL is set: set DATABASE_URL (role imilo_app) and DATABASE_BATCH_URL (role imilo_lots) "
            "too, or DATABASE_URL alone with an account that may create roles.",
        )
    return Urls(proprietaire=proprietaire, app=app, lots=lots)


def verifier_roles(urls: Urls) -> None:
    """Refuse roles for which row-level security would not hold: superusers, BYPASSRLS, other names."""
    for role in (Role.APP, Role.LOTS):
        with _connecter(urls.pour(role)) as connexion:
            verifier_version(connexion)
            ligne = connexion.execute(
                "SELECT rolsuper OR rolbypassrls, "
                "(SELECT bool_or(pg_has_role(r.oid, 'USAGE')) FROM pg_roles r WHERE r.rolname = %s) "
                "FROM pg_roles WHERE rolname = current_user",
                [NOMS[role]],
            ).fetchone()
        contourne, membre = ligne or (True, False)
        if contourne or not membre:
            raise Empechement(
                f"Le compte de base de données donné pour « {role.value} » doit être {NOMS[role]} (ou en être membre), "
                "sans être superutilisateur ni BYPASSRLS : sinon le cloisonnement entre structures ne tiendrait pas.",
                f"The database account given for '{role.value}' must be {NOMS[role]} (or a member of it), neither "
                "superuser nor BYPASSRLS: else structures would not be kept apart.",
            )


def avec(url: str, **parametres: str) -> str:
    """`url` (any libpq form) with some parameters changed, as a URL: every setting but those named is kept."""
    champs = {k: str(v) for k, v in conninfo_to_dict(url).items() if v is not None} | parametres
    qui = _encode(champs.pop("user", "")) + ":" + _encode(champs.pop("password", ""))
    hote, base = champs.pop("host", ""), champs.pop("dbname", "")
    port = f":{champs.pop('port')}" if "port" in champs and not hote.startswith("/") else ""
    if hote.startswith("/"):
        champs["host"], hote = hote, ""
    suite = "&".join(f"{k}={_encode(v)}" for k, v in champs.items())
    return f"postgresql://{qui}@{hote}{port}/{_encode(base)}" + (f"?{suite}" if suite else "")


def _encode(texte: str) -> str:
    return quote(texte, safe="")


def _connecter(url: str) -> Connexion:
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as erreur:
        hote = conninfo_to_dict(url).get("host") or "localhost"
        raise Empechement(
            f"La base de données de {hote} ne répond pas ou refuse la connexion : {erreur}\n"
            "Vérifiez DATABASE_URL et que ce serveur tourne, puis relancez.",
            f"The database on {hote} does not answer or refuses us. Check DATABASE_URL and that it runs, then retry.",
        ) from erreur


def verifier_version(connexion: Connexion) -> None:
    if connexion.info.server_version < VERSION_MINIMALE:
        raise Empechement(
            f"Ce serveur est un PostgreSQL {connexion.info.server_version // 10000} : I-MILO demande la version 15 ou "
            "une plus récente. Donnez DATABASE_URL vers un serveur plus récent, ou retirez-le pour celui fourni.",
            f"This server is PostgreSQL {connexion.info.server_version // 10000}: I-MILO needs 15 or later. Point "
            "DATABASE_URL to a newer server, or unset it to use the one that comes with it.",
        )


def _verifier_droit_de_creer(connexion: Connexion) -> None:
    ligne = connexion.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
    if not ligne or not ligne[0]:
        raise Empechement(
            "Le compte de DATABASE_URL ne peut pas créer de rôles. Donnez un compte qui a CREATEROLE, ou les trois "
            "comptes déjà faits dans DATABASE_OWNER_URL, DATABASE_URL et DATABASE_BATCH_URL.",
            "The account of DATABASE_URL may not create roles. Give one with CREATEROLE, or the three accounts "
            "already made in DATABASE_OWNER_URL, DATABASE_URL and DATABASE_BATCH_URL.",
        )


def _anciens_mots_de_passe(home: Path) -> dict[Role, str]:
    try:
        urls = json.loads((home / FICHIER).read_text())
        return {r: str(conninfo_to_dict(urls[r.value])["password"]) for r in Role}
    except (FileNotFoundError, ValueError, KeyError, psycopg.ProgrammingError):
        return {}


def _existe(connexion: Connexion, requete: str, nom: str) -> bool:
    return connexion.execute(requete, [nom]).fetchone() is not None


def _ordre_pour_le_role(connexion: Connexion, urls: Urls, role: Role, *, connu: bool) -> sql.Composed | None:
    """What makes `role` sign in with the password of `urls`; None when it does already."""
    nom = NOMS[role]
    if not _existe(connexion, "SELECT 1 FROM pg_roles WHERE rolname = %s", nom):
        modele = "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}"
    elif connu and _entre(urls.pour(role)):
        return None
    elif _superutilisateur_local(connexion) or os.environ.get("IMILO_REPRENDRE_ROLES") == "1":
        modele = "ALTER ROLE {} LOGIN PASSWORD {}"
    else:
        raise Empechement(
            f"Le rôle {nom} existe déjà sur ce serveur, avec un mot de passe qu'IMILO_HOME ne connaît pas : une autre "
            "installation l'utilise peut-être. Donnez IMILO_REPRENDRE_ROLES=1 pour en changer le mot de passe, ou le "
            "bon IMILO_HOME.",
            f"The role {nom} exists on this server with a password that IMILO_HOME does not know: another installation "
            "may use it. Set IMILO_REPRENDRE_ROLES=1 to change its password, or give the right IMILO_HOME.",
        )
    mot_de_passe = str(conninfo_to_dict(urls.pour(role))["password"])
    return sql.SQL(modele).format(sql.Identifier(nom), sql.Literal(mot_de_passe))


def _superutilisateur_local(connexion: Connexion) -> bool:
    """Our own server: nobody else has roles there."""
    return connexion.info.host.startswith("/") and connexion.info.user == "postgres" and _embarque(connexion)


def _embarque(connexion: Connexion) -> bool:
    ligne = connexion.execute("SELECT current_setting('listen_addresses')").fetchone()
    return ligne is not None and ligne[0] == ""


def _entre(url: str) -> bool:
    """Does this role sign in with this password? Roles are of the server: any database tells."""
    try:
        psycopg.connect(avec(url, dbname="postgres"), connect_timeout=10).close()
    except psycopg.OperationalError as erreur:
        # No code comes with a refused connection, and the server speaks its own language.
        return not any(dit in str(erreur) for dit in ("password authentication failed", "authentification par mot de"))
    return True


@contextmanager
def _refus_expliques(connexion: Connexion, base: str) -> Iterator[None]:
    """Turn a right that is missing, or an extension that the server hasn't, into a sentence."""
    compte = connexion.info.user
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as erreur:
        raise _pas_a_lui(compte, base, f" : {erreur.diag.message_primary}") from erreur
    except (psycopg.errors.UndefinedFile, psycopg.errors.FeatureNotSupported) as erreur:
        raise Empechement(
            f"Ce serveur n'a pas les extensions dont I-MILO a besoin ({', '.join(EXTENSIONS)}) : "
            f"{erreur.diag.message_primary}. Installez-y les modules « contrib » de PostgreSQL, puis relancez.",
            f"This server lacks the extensions that I-MILO needs ({', '.join(EXTENSIONS)}): "
            f"{erreur.diag.message_primary}. Install PostgreSQL's contrib modules there, then start again.",
        ) from erreur


def _pas_a_lui(compte: str, base: str, refus: str = "") -> Empechement:
    return Empechement(
        f"Le compte {compte} n'a pas tous les droits sur la base {base}{refus}. Elle doit être à lui, avec son schéma "
        f"public. Faites exécuter par un administrateur : CREATE DATABASE {base} OWNER {compte}; ou, si elle existe : "
        f"ALTER DATABASE {base} OWNER TO {compte}; puis nommez-la dans DATABASE_URL.",
        f"The account {compte} lacks rights on the database {base}{refus}. It must own it, and its schema public. Have "
        f"an administrator run: CREATE DATABASE {base} OWNER {compte}; or, when it exists: ALTER DATABASE {base} OWNER "
        f"TO {compte}; then name it in DATABASE_URL.",
    )


def _verifier_encodage(connexion: Connexion) -> None:
    encodage = connexion.info.parameter_status("server_encoding")
    if encodage != "UTF8":
        base = connexion.info.dbname
        raise Empechement(
            f"La base {base} est en {encodage} : I-MILO demande UTF-8. Créez-la ainsi : CREATE DATABASE {base} OWNER "
            f"{connexion.info.user} ENCODING 'UTF8' TEMPLATE template0;",
            f"The database {base} is in {encodage}: I-MILO needs UTF-8. Make it with: CREATE DATABASE {base} OWNER "
            f"{connexion.info.user} ENCODING 'UTF8' TEMPLATE template0;",
        )


def _assurer_base(connexion: Connexion, base: str) -> None:
    if not _existe(connexion, "SELECT 1 FROM pg_database WHERE datname = %s", base):
        connexion.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(base), sql.Identifier(NOMS[Role.PROPRIETAIRE]))
        )


def _accorder(connexion: Connexion, base: str) -> None:
    noms = {
        "base": sql.Identifier(base),
        **{r.value: sql.Identifier(n) for r, n in NOMS.items()},
    }
    for modele in (
        "REVOKE ALL ON DATABASE {base} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {base} TO {app}, {lots}",
        "GRANT TEMPORARY ON DATABASE {base} TO {lots}",  # bulk loads; the web never makes a table
        "GRANT CONNECT, TEMPORARY, CREATE ON DATABASE {base} TO {proprietaire}",
        "GRANT USAGE, CREATE ON SCHEMA public TO {proprietaire}",
        "GRANT USAGE ON SCHEMA public TO {app}, {lots}",
    ):
        connexion.execute(sql.SQL(modele).format(**noms))
    # A grant that may not be given is only a warning.
    accorde = connexion.execute(
        "SELECT has_schema_privilege(r, 'public', 'CREATE') "
        "AND has_database_privilege(r, current_database(), 'CREATE') FROM (VALUES (%s)) AS v (r)",
        [NOMS[Role.PROPRIETAIRE]],
    ).fetchone()
    if accorde != (True,):
        raise _pas_a_lui(connexion.info.user, base)
    for extension in EXTENSIONS:
        connexion.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
