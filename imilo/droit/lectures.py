"""The readings of the law: where the text leaves a choice, the one taken.

A rule asks `redaction.lecture(question)`; the decision keeps what was answered. `Lectures` holds the choices that
differ from the defaults of `textes/lectures.yaml`: an operator sets them once, and they go with every call.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from imilo.droit import textes
from imilo.droit.erreurs import LectureInconnue

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class LectureAppliquee:
    """A question the text leaves open, and the answer that a decision was made with."""

    question: str
    choix: str


@dataclass(frozen=True, slots=True)
class Question:
    """One open question: its words, its articles, the readings that can be defended, the default and why."""

    nom: str
    question: str
    articles: tuple[str, ...]
    choix: Mapping[str, str]
    defaut: str
    pourquoi: str


@dataclass(frozen=True, slots=True)
class Lectures:
    """The choices of an operator; what isn't among them follows the default."""

    choisies: tuple[LectureAppliquee, ...] = ()

    @classmethod
    def choisir(cls, choix: Mapping[str, str]) -> Lectures:
        """Return the readings `{question: choice}`; LectureInconnue for one that doesn't exist."""
        for nom, choisi in choix.items():
            if choisi not in question(nom).choix:
                possibles = ", ".join(question(nom).choix)
                raise LectureInconnue(f"« {choisi} » ne répond pas à « {nom} ». Choix possibles : {possibles}.")
        return cls(tuple(LectureAppliquee(*paire) for paire in sorted(choix.items())))

    @classmethod
    def depuis_texte(cls, texte: str) -> Lectures:
        """Read `question=choice,question=choice`, as an environment variable writes it; LectureInconnue."""
        paires = [paire.partition("=") for paire in texte.replace(" ", "").split(",") if paire]
        return cls.choisir({nom: choisi for nom, _, choisi in paires})

    def sur(self, nom: str) -> str:
        """Return the choice made on the question `nom`."""
        for lecture in self.choisies:
            if lecture.question == nom:
                return lecture.choix
        return question(nom).defaut


PAR_DEFAUT = Lectures()


@cache
def questions() -> Mapping[str, Question]:
    """Return every open question by name."""
    return {nom: Question(nom=nom, **brut) for nom, brut in textes.lire("lectures.yaml").items()}


def question(nom: str) -> Question:
    """Return the open question `nom`; LectureInconnue otherwise."""
    try:
        return questions()[nom]
    except KeyError:
        raise LectureInconnue(f"Aucune question ouverte ne s'appelle « {nom} ».") from None
