"""What a process forked from a loaded one does as if it had just started: it reads its settings again."""

from __future__ import annotations

import importlib
import sys
from contextlib import suppress
from typing import Any

import django.conf
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.functional import empty

from imilo.config import base_de_donnees, settings
from imilo.config.commandes import app
from imilo.socle.urls_base import Role

_vraiment = base_de_donnees.django


def commencer() -> None:
    """As the role of the batches, until the program takes another."""
    base_de_donnees.django = _charger
    _charger(Role.LOTS)


def imilo(arguments: list[str]) -> None:
    app(arguments, prog_name="imilo")


def code(arguments: list[str]) -> None:
    texte, *sys.argv[1:] = arguments
    exec(texte, {"__name__": "__main__"})  # a test's own


def _charger(role: Role = Role.APP) -> None:
    _vraiment(role)
    importlib.reload(settings)
    reglages: Any = django.conf.settings
    reglages._wrapped = empty
    connexions: Any = connections
    connexions._settings = None
    vars(connexions).pop("settings", None)
    with suppress(AttributeError):
        del connexions[DEFAULT_DB_ALIAS]
