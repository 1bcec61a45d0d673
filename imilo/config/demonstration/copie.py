"""Lines for COPY, in its text format (pure functions)."""

from __future__ import annotations

RIEN = r"\N"


def champ(valeur: object) -> str:
    """One value: None is NULL, the rest as `str` writes it, escaped."""
    if valeur is None:
        return RIEN
    texte = str(valeur)
    if "\\" in texte:
        texte = texte.replace("\\", "\\\\")
    return texte if texte.isprintable() else texte.replace("\n", r"\n").replace("\t", r"\t").replace("\r", r"\r")


def ligne(*valeurs: object) -> str:
    return "\t".join(map(champ, valeurs)) + "\n"
