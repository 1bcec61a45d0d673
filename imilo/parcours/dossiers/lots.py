"""What can be done to many dossiers at once, and undone: each application declares its own acts.

    from imilo.parcours.dossiers import lots
    lots.declarer_action(lots.ActionDeLot("veille", "Statut", "dossier.suivre", choix, examiner, appliquer, …))

Declared in `AppConfig.ready`. The caseload offers them, shows a preview, applies them in one transaction with one
fact, and keeps what each dossier had to give it back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.models import Dossier


@dataclass(frozen=True)
class Examen:
    """What would happen to one dossier, in words: from `avant` to `apres`; `refus` says why nothing would."""

    dossier: Dossier
    avant: str
    apres: str
    refus: str = ""


@dataclass(frozen=True)
class Memoire:
    """What a dossier had before (as `appliquer` returned it), and the version that the act left it at."""

    dossier: Dossier
    avant: Mapping[str, Any]
    version: int


@dataclass(frozen=True)
class ActionDeLot:
    """An act on many dossiers, which share a structure and come with their `jeune` and `referent`.

    - `libelle` heads its choices on screen ("Confier à"), `action` is what a profile needs for it.
    - `choix(structure, le, equipe)`: (value, label) of what can be asked; empty: it isn't offered. `equipe`: who
      may be référent there on that day, read once for all.
    - `examiner(dossiers, valeur, le)`: what would happen to each, in their order. Writes nothing.
    - `appliquer(agent, dossiers, valeur, le)`: do it to these locked dossiers, none of which it refuses; returns by
      key what is needed to undo it (JSON). It writes no fact.
    - `examiner_retour(memoires, valeur)`: what undoing would do to each; `refus` for what has changed since.
    - `retablir(agent, memoires, valeur)`: undo it for these locked dossiers. It writes no fact.
    """

    code: str
    libelle: str
    action: str
    choix: Callable[[Structure, date, Sequence[Agent]], Sequence[tuple[str, str]]]
    examiner: Callable[[Sequence[Dossier], str, date], Sequence[Examen]]
    appliquer: Callable[[Agent, Sequence[Dossier], str, date], Mapping[int, Mapping[str, Any]]]
    examiner_retour: Callable[[Sequence[Memoire], str], Sequence[Examen]]
    retablir: Callable[[Agent, Sequence[Memoire], str], None]


_actions: dict[str, ActionDeLot] = {}


def declarer_action(action: ActionDeLot) -> None:
    """Add an act. Raises `ValueError` when its code is declared already."""
    if action.code in _actions:
        raise ValueError(f"L'action {action.code} est déjà déclarée.")
    _actions[action.code] = action


def actions() -> tuple[ActionDeLot, ...]:
    return tuple(_actions.values())


def action_de_lot(code: str) -> ActionDeLot | None:
    return _actions.get(code)
