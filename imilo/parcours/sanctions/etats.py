"""States of a procedure and the one table of what may follow what. The database repeats it by a trigger."""

from __future__ import annotations

from django.db import models


class Etat(models.TextChoices):
    """*À décider* is no state: the ten days to answer are over, or not, by the day (`sanction.procedure`).

    *Radiation proposée*: the mission locale pronounces nothing, France Travail decides (L. 5426-1 I).
    """

    CONSTATE = "constate", "Manquement noté"
    SANS_SUITE = "sans_suite", "Sans suite"
    PROPOSEE = "proposee", "Radiation proposée à France Travail"
    ENVISAGEE = "envisagee", "Courrier d'information à remettre"
    NOTIFIEE = "notifiee", "En attente d'observations ou de décision"
    ABANDONNEE = "abandonnee", "Abandonnée"
    DECIDEE = "decidee", "Sanction décidée, courrier à remettre"
    EXECUTOIRE = "executoire", "Sanction notifiée"
    LEVEE = "levee", "Suspension levée"
    RETIREE = "retiree", "Sanction retirée"


TRANSITIONS: dict[Etat, frozenset[Etat]] = {
    Etat.CONSTATE: frozenset({Etat.SANS_SUITE, Etat.PROPOSEE, Etat.ENVISAGEE}),
    Etat.SANS_SUITE: frozenset(),
    Etat.PROPOSEE: frozenset(),
    Etat.ENVISAGEE: frozenset({Etat.NOTIFIEE, Etat.ABANDONNEE}),
    Etat.NOTIFIEE: frozenset({Etat.DECIDEE, Etat.ABANDONNEE}),
    Etat.ABANDONNEE: frozenset(),
    Etat.DECIDEE: frozenset({Etat.EXECUTOIRE, Etat.RETIREE}),
    Etat.EXECUTOIRE: frozenset({Etat.LEVEE, Etat.RETIREE}),
    Etat.LEVEE: frozenset({Etat.RETIREE}),
    Etat.RETIREE: frozenset(),
}
EXAMINES = tuple(etat for etat in Etat if etat not in (Etat.CONSTATE, Etat.SANS_SUITE))
ENVISAGES = tuple(etat for etat in EXAMINES if etat != Etat.PROPOSEE)
PRISES = (Etat.DECIDEE, Etat.EXECUTOIRE, Etat.LEVEE, Etat.RETIREE)
RECUS = (Etat.NOTIFIEE, *PRISES)
EN_VIGUEUR = (Etat.EXECUTOIRE, Etat.LEVEE)
CLOSES = (Etat.SANS_SUITE, Etat.ABANDONNEE, Etat.RETIREE)
OUVERTES = (Etat.CONSTATE, Etat.ENVISAGEE, Etat.NOTIFIEE, Etat.DECIDEE)


def peut_devenir(avant: Etat | str, apres: Etat | str) -> bool:
    """Whether a procedure in the state `avant` may become `apres`."""
    return Etat(apres) in TRANSITIONS[Etat(avant)]
