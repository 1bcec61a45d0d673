"""How commands speak: results on the standard output, everything else on the error output."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console

from imilo.socle.chemins import dossier_imilo
from imilo.socle.demarrage import Empechement, disque_plein

P = ParamSpec("P")
R = TypeVar("R")

erreurs = Console(stderr=True, highlight=False, soft_wrap=True)
resultats = Console(highlight=False, soft_wrap=True)


def dire(texte: str) -> None:
    """A line of progress, for the person in front of the terminal."""
    erreurs.print(texte)


def repondre(donnees: object, *, en_json: bool, texte: str) -> None:
    """The answer of a command: `donnees` as JSON under --json, `texte` (rich markup) else."""
    if en_json:
        typer.echo(json.dumps(donnees, ensure_ascii=False, indent=1, default=str))
    else:
        resultats.print(texte)


def afficher_empechement(empechement: Empechement) -> None:
    erreurs.print(empechement.francais, style="bold red", markup=False)
    erreurs.print(empechement.anglais, style="red", markup=False)


def explique(fonction: Callable[P, R]) -> Callable[P, R]:
    """Turn `Empechement`, and a disk that fills up, into two sentences and an exit code of 1."""

    @wraps(fonction)
    def enveloppe(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return fonction(*args, **kwargs)
        except Empechement as empechement:
            afficher_empechement(empechement)
        except OSError as erreur:
            if erreur.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            afficher_empechement(disque_plein(dossier_imilo()))
        raise typer.Exit(1)

    return enveloppe
