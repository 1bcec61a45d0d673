"""What the law made, in words: the one way for a sentence built here to say an amount or a deadline.

The filters `montant` and `echeance` are their like in templates: nothing else than what `imilo.droit` made is shown.
"""

from __future__ import annotations

from typing import Any

from imilo.droit import francais
from imilo.droit.delais import Echeance
from imilo.droit.montants import Montant


def montant(valeur: Any) -> str:
    """Write an amount, `414,06 €`. TypeError unless it is a `Montant`."""
    if not isinstance(valeur, Montant):
        raise TypeError(f"an amount that imilo.droit made is expected, not {type(valeur).__name__}")
    return francais.euros(valeur)


def echeance(valeur: Any) -> str:
    """Write a deadline in figures, `01/03/2026`. TypeError unless it is an `Echeance`."""
    return f"{_echeance(valeur):%d/%m/%Y}"


def echeance_en_lettres(valeur: Any) -> str:
    """Write a deadline in words, `1er mars 2026`. TypeError unless it is an `Echeance`."""
    return francais.jour(_echeance(valeur))


def _echeance(valeur: Any) -> Echeance:
    if not isinstance(valeur, Echeance):
        raise TypeError(f"a deadline that imilo.droit made is expected, not {type(valeur).__name__}")
    return valeur


def la_mission_locale(nom: str) -> str:
    """A structure with its article, to follow *de*, *à* or *chez*: "la Mission locale de Tours"."""
    return f"la {nom}" if nom.casefold().startswith("mission locale") else f"la mission locale {nom}"
