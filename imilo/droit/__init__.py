"""The law: facts in, decision out.

Pure functions over frozen dataclasses. Nothing here knows Django, reads a clock or opens
anything but its own dated scales; the day is always an argument, money is Decimal.
Importing the package fills the registry of rules.
"""

from imilo.droit import (
    age,
    cej,
    conservation,
    contrat_engagement,
    controle,
    decision,
    orientation,
    pacea,
    pmsmp,
    ressources,
    sanction,
)

__all__ = [
    "age",
    "cej",
    "conservation",
    "contrat_engagement",
    "controle",
    "decision",
    "orientation",
    "pacea",
    "pmsmp",
    "ressources",
    "sanction",
]
