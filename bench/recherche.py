"""The search among millions, mistyped names and a pg_trgm index beside: `imilo bench recherche`, in its own process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from bench import base

DOSSIERS = 2_000_000


def nombre_de_dossiers() -> int:
    return int(os.environ.get("IMILO_BENCH_RECHERCHE", DOSSIERS))


def mesurer() -> dict[str, Any]:
    """The figures of `imilo.config.mesures.recherche.mesurer`; the database is loaded the first time."""
    commande = [sys.executable, "-m", "imilo.config.commandes", "bench", "recherche", "--json"]
    options = ["--dossiers", str(nombre_de_dossiers()), "--home", str(base.home() / "recherche")]
    env = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("DATABASE_")}
    env["DJANGO_SETTINGS_MODULE"] = "imilo.config.settings"
    fini = subprocess.run(  # noqa: S603  # our own command
        [*commande, *options], env=env, check=True, stdout=subprocess.PIPE, text=True, cwd=base.RACINE
    )
    mesures: dict[str, Any] = json.loads(fini.stdout)
    return mesures
