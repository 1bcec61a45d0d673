"""Fixtures of the journal: its batches' role and its second place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from psycopg.conninfo import conninfo_to_dict

from imilo.socle.postgres_roles import Urls


def prendre_le_role(url: str) -> None:
    connexion = connections["default"]
    connexion.close()
    champs = conninfo_to_dict(url)
    connexion.settings_dict.update(USER=champs["user"], PASSWORD=champs["password"])


@pytest.fixture
def sceaux(settings: Any, tmp_path: Path) -> Path:
    """An empty second place."""
    settings.SCEAUX = tmp_path / "sceaux"
    return tmp_path / "sceaux"


@pytest.fixture
def comme_lots(transactional_db: None, urls_base: Urls, sceaux: Path) -> Iterator[Path]:
    """Django's connection is the batches' for this test, as in the worker; gives the second place."""
    prendre_le_role(urls_base.lots)
    try:
        yield sceaux
    finally:
        prendre_le_role(urls_base.app)
