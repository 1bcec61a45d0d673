"""The words under which a person is found: those of their names, and each name written in one word.

"N'Diaye" is found by "diaye" and by "ndiaye", "de La Tour" by "tour" and by "delatour".
"""

from __future__ import annotations

from imilo.socle.normalisation import mots

LONGUEUR_MAX = 100  # of the column; one sign may be many letters once normalised


def colle(nom: str) -> str:
    """A name in one normalised word: equal for all the ways of parting it."""
    return "".join(mots(nom))


def mots_de_recherche(nom_naissance: str, nom_usage: str, prenom: str, autres_prenoms: str) -> list[str]:
    """Search words of a person, sorted, each once."""
    trouves = {mot for nom in (nom_naissance, nom_usage, prenom, autres_prenoms) for mot in mots(nom)}
    trouves |= {colle(nom) for nom in (nom_naissance, nom_usage, prenom)}
    return sorted({mot[:LONGUEUR_MAX] for mot in trouves if mot})
