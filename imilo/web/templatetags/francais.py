"""French where Django's own filters are English: loaded in every template (`builtins` of the settings)."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.filter
def pluralize(valeur: Any, formes: str = "s") -> str:
    """The ending of a word by its number: nothing is singular in French, "0 personne", as is "1,5 heure".

    As Django's filter for the rest: a number, its digits or what has a length; "s", "x", or "singular,plural".
    """
    singulier, _, pluriel = formes.rpartition(",")
    if singulier.count(","):
        return ""
    try:
        nombre = float(valeur)
    except ValueError:
        return ""
    except TypeError:
        nombre = len(valeur) if hasattr(valeur, "__len__") else 0
    return pluriel if abs(nombre) >= 2 else singulier
