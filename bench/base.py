"""The measured database: its own IMILO_HOME, the embedded PostgreSQL with its durability, loaded once."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

RACINE = Path(__file__).resolve().parent.parent
DOSSIERS, ACTES = 100_000, 10


def home() -> Path:
    """`IMILO_BENCH_HOME`, else `.imilo-bench/` at the root of the repository."""
    return Path(os.environ.get("IMILO_BENCH_HOME", RACINE / ".imilo-bench")).resolve()


def nombre_de_dossiers() -> int:
    return int(os.environ.get("IMILO_BENCH_DOSSIERS", DOSSIERS))


def preparer_environnement() -> None:
    """Before anything of the project is imported: only what the measures set is in force."""
    for nom in [n for n in os.environ if n.startswith("DATABASE_")]:
        del os.environ[nom]
    os.environ["IMILO_HOME"] = str(home())
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.reglages"


def empreinte() -> str:
    """What the loaded database depends on: its size, the migrations, the demonstration."""
    somme = hashlib.sha256(f"{nombre_de_dossiers()} {ACTES}".encode())
    for motif in ("imilo/**/migrations/*.py", "imilo/config/demonstration/*.py"):
        for fichier in sorted(RACINE.glob(motif)):
            somme.update(fichier.read_bytes())
    return somme.hexdigest()


def chargee() -> bool:
    """Whether the database of this size and this code is there."""
    temoin = home() / "bench.json"
    return temoin.exists() and json.loads(temoin.read_text()).get("empreinte") == empreinte()


def charger() -> dict[str, Any]:
    """Migrate and load, in processes of their own; returns what the demonstration measured."""
    commande = [sys.executable, "-m", "imilo.config.commandes"]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "imilo.config.settings"}
    subprocess.run([*commande, "migrate"], env=env, check=True)  # noqa: S603  # our own command
    options = ["--taille", "nationale", "--dossiers", str(nombre_de_dossiers()), "--actes", str(ACTES), "--faits"]
    resultat = subprocess.run(  # noqa: S603  # our own command
        [*commande, "demo", *options, "--json"], env=env, check=True, stdout=subprocess.PIPE, text=True
    )
    bilan: dict[str, Any] = json.loads(resultat.stdout)
    (home() / "bench.json").write_text(json.dumps({"empreinte": empreinte(), "bilan": bilan}, indent=1))
    return bilan


def bilan() -> dict[str, Any]:
    return dict(json.loads((home() / "bench.json").read_text())["bilan"])


@contextmanager
def base_ouverte() -> Iterator[str]:
    """The database of the measures, started, as it would be in production; yields the superuser's URL.

    Loaded first when it isn't there, or was made by another code or for another size.
    """
    from imilo.config import base_de_donnees
    from imilo.socle.postgres_roles import BASE, avec

    if not chargee():
        shutil.rmtree(home(), ignore_errors=True)
        charger()
    with base_de_donnees.verrou(home()) as libre:
        if not libre:
            raise base_de_donnees.deja_lance(home())
        base = base_de_donnees.ouvrir(home())
        assert base.serveur is not None
        try:
            yield avec(base.serveur.url_admin, dbname=BASE)
        finally:
            base.serveur.arreter()


def analyser(url_admin: str) -> None:
    """Statistics and visibility map, as autovacuum would have made them by the next day."""
    import psycopg

    with psycopg.connect(url_admin, autocommit=True) as connexion:
        connexion.execute("VACUUM (ANALYZE)")
