"""Every sentence that the worked examples of a rule make it say, one line each.

`phrases/<rule>.txt` keeps them: a reviewer reads there what a young person will read, and a word that changes shows.
Write a file, after reading what changed, with `python -m tests.droit.phrases_dites cej.pieces`.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from imilo.droit.erreurs import FaitInvalide
from imilo.droit.registre import trouver
from tests.droit.exemples_yaml import Exemple, exemples

DOSSIER = Path(__file__).parent / "phrases"
SIGNES = {True: "oui", False: "non", None: "?"}


def phrases(nom: str) -> str:
    """Return the sentences of the rule `nom` with their codes, answers and articles, sorted, each once."""
    dites = {ligne for exemple in _exemples() if exemple.brut["regle"] == nom for ligne in _lignes(exemple)}
    return "\n".join(sorted(dites)) + "\n"


@cache
def _exemples() -> list[Exemple]:
    return exemples()


def _lignes(exemple: Exemple) -> list[str]:
    if "hors_periode" in exemple.brut:
        return []
    try:
        rendue = trouver(exemple.brut["regle"])(exemple.faits(), exemple.le, lectures=exemple.lectures())
    except FaitInvalide as refus:
        return [f"refus {refus.champ} : {refus.message}"]
    motifs = [f"{m.code} ({SIGNES[m.satisfait]}, {m.article}) : {m.phrase}" for m in rendue.motifs]
    etapes = [f"étape : {e.libelle} : {e.formule} : {e.valeur}" for e in rendue.etapes]
    lues = [f"lecture : {lue.question} = {lue.choix}" for lue in rendue.lectures]
    articles = [f"article : {article}" for article in rendue.articles]
    return [*motifs, *etapes, *lues, *articles, *(f"avertissement : {phrase}" for phrase in rendue.avertissements)]


if __name__ == "__main__":
    for regle in sys.argv[1:]:
        (DOSSIER / f"{regle}.txt").write_text(phrases(regle), encoding="utf-8")
