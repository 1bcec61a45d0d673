"""Which database URL each role uses (no Django here).

Three roles: the owner migrates, `app` runs and owns nothing, `lots` does batches. They come from the
environment, else from the file that the launcher wrote when it prepared the database.
"""

from __future__ import annotations

import json
import os
from enum import StrEnum
from pathlib import Path

FICHIER = "postgres.json"


class Role(StrEnum):
    APP = "app"
    PROPRIETAIRE = "proprietaire"
    LOTS = "lots"


VARIABLES = {
    Role.APP: "DATABASE_URL",
    Role.PROPRIETAIRE: "DATABASE_OWNER_URL",
    Role.LOTS: "DATABASE_BATCH_URL",
}


def url_pour(role: Role, home: Path) -> str:
    """The URL of `role`. Without DATABASE_OWNER_URL, DATABASE_URL is the administrator's and the
    prepared file holds the roles made through it."""
    fichier = home / FICHIER
    if os.environ.get("DATABASE_OWNER_URL") or not fichier.exists():
        return os.environ.get(VARIABLES[role]) or os.environ.get("DATABASE_URL") or "postgres:///imilo"
    return str(json.loads(fichier.read_text())[role.value])
