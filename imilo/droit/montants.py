"""Amounts: exact while they are computed, to the cent when they are given."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

PRECISION = 34
CENTIME = Decimal("0.01")

CONTEXTE = Context(prec=PRECISION)
"""The arithmetic of every rule, whatever the caller's thread has set for its own."""


class Montant(Decimal):
    """An amount in euros, to the cent, that a rule gave or that was stored from one.

    It is a Decimal; what is computed from it is a plain Decimal again, which no screen shows as an amount decided.
    """

    __slots__ = ()


ZERO = Montant("0.00")


def arrondir(valeur: Decimal) -> Montant:
    """Round to the cent, half a cent upwards."""
    return Montant(valeur.quantize(CENTIME, ROUND_HALF_UP, CONTEXTE))


def ecourter(valeur: Decimal) -> Decimal:
    """Drop the zeros after the cents: 1141.4400 is 1141.44; the value doesn't change."""
    reduite = valeur.normalize(CONTEXTE)
    return reduite if reduite != arrondir(reduite) else arrondir(reduite)
