"""Keys under which communes are looked up: what people type for "Saint-Jean-de-Luz" is "st jean" or "luz"."""

from __future__ import annotations

from collections.abc import Iterator

from imilo.socle.normalisation import mots

ABREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
# A key never starts at these words: nobody looks for a commune by them alone.
MOTS_VIDES = frozenset(
    ("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "las", "le", "les", "lez", "los", "sous", "sur")
)


def cle_commune(nom: str) -> str:
    """Normalised name with "st" and "ste" written out: `cle_commune("St-Étienne")` is "saint etienne"."""
    return " ".join(ABREVIATIONS.get(mot, mot) for mot in mots(nom))


def cles_de_recherche(nom: str) -> Iterator[tuple[int, str]]:
    """(rank, key) of each end of the name that starts at a telling word; rank 0 is the whole name."""
    suite = cle_commune(nom).split()
    for rang in range(len(suite)):
        if rang == 0 or suite[rang] not in MOTS_VIDES:
            yield rang, " ".join(suite[rang:])
