"""Accounts of amounts already decided: their sum, and what is taken back. No rule of law is needed for these."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import localcontext

from imilo.droit.montants import CONTEXTE, ZERO, Montant, arrondir


def total(montants: Iterable[Montant]) -> Montant:
    """Return the sum of amounts, 0.00 when there is none; exact whatever the arithmetic of the caller's thread."""
    with localcontext(CONTEXTE):
        return arrondir(sum(montants, ZERO))


def oppose(montant: Montant) -> Montant:
    """Return the amount with the other sign: what is withheld instead of paid."""
    with localcontext(CONTEXTE):
        return arrondir(ZERO - montant)
