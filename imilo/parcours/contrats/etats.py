"""Frames and states of a contract and the one table of what may follow what."""

from __future__ import annotations

from django.db import models


class Cadre(models.TextChoices):
    """The accompaniment that the contract belongs to (L. 5411-6, L. 5131-4, L. 5131-6)."""

    COMMUN = "commun", "Contrat d'engagement"
    PACEA = "pacea", "Contrat d'engagement suivi d'un PACEA"
    CEJ = "cej", "Contrat d'engagement jeune"


SIGLES = {Cadre.COMMUN: "contrat d'engagement", Cadre.PACEA: "PACEA", Cadre.CEJ: "CEJ"}
PREFIXES = {Cadre.COMMUN: "CE", Cadre.PACEA: "PACEA", Cadre.CEJ: "CEJ"}
SEUL_DANS_LE_PAYS = (Cadre.PACEA, Cadre.CEJ)


class Etat(models.TextChoices):
    """*En cours* is no state: a signed contract runs between its days."""

    PREPARE = "prepare", "À signer"
    SIGNE = "signe", "Signé"
    TERMINE = "termine", "Terminé"
    ROMPU = "rompu", "Rompu avant son terme"
    ANNULE = "annule", "Projet abandonné"
    REFUSE = "refuse", "Refusé par la personne"


TRANSITIONS: dict[Etat, frozenset[Etat]] = {
    Etat.PREPARE: frozenset({Etat.SIGNE, Etat.ANNULE, Etat.REFUSE}),
    Etat.SIGNE: frozenset({Etat.TERMINE, Etat.ROMPU}),
    Etat.TERMINE: frozenset(),
    Etat.ROMPU: frozenset(),
    Etat.ANNULE: frozenset(),
    Etat.REFUSE: frozenset(),
}
# What never ran: left out of the caseload, of the alerts, of the blocks.
SANS_SUITE = (Etat.ANNULE, Etat.REFUSE)
CONCLUS = (Etat.SIGNE, Etat.TERMINE, Etat.ROMPU)


def peut_devenir(avant: Etat | str, apres: Etat | str) -> bool:
    """Whether a contract in the state `avant` may become `apres`."""
    return Etat(apres) in TRANSITIONS[Etat(avant)]
