"""States of a contract and the one table of what may follow what."""

from __future__ import annotations

from django.db import models


class Etat(models.TextChoices):
    """*En cours* is no state: a signed contract runs between its days."""

    PREPARE = "prepare", "À signer"
    SIGNE = "signe", "Signé"
    TERMINE = "termine", "Terminé"
    ROMPU = "rompu", "Rompu avant son terme"
    ANNULE = "annule", "Projet abandonné"


TRANSITIONS: dict[Etat, frozenset[Etat]] = {
    Etat.PREPARE: frozenset({Etat.SIGNE, Etat.ANNULE}),
    Etat.SIGNE: frozenset({Etat.TERMINE, Etat.ROMPU}),
    Etat.TERMINE: frozenset(),
    Etat.ROMPU: frozenset(),
    Etat.ANNULE: frozenset(),
}
CONCLUS = (Etat.SIGNE, Etat.TERMINE, Etat.ROMPU)


def peut_devenir(avant: Etat | str, apres: Etat | str) -> bool:
    """Whether a contract in the state `avant` may become `apres`."""
    return Etat(apres) in TRANSITIONS[Etat(avant)]
