"""What counts as an hour of activity: settings of ours, in `reglages.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Reglages:
    """`snp_heures`: hours by `mesure` of the operator contract; `snp_par_jour`: on each day, not once for all.

    `journee_pleine` in minutes; `ouverture` and `fermeture` of the working day on the structure's clock; `memes`: pairs
    (code of what was declared, category of the situation that it is told of).
    """

    modalites_comptees: tuple[str, ...]
    types_non_comptes: tuple[str, ...]
    situations_comptees: tuple[str, ...]
    journee_pleine: int
    ouverture: time
    fermeture: time
    memes: tuple[tuple[str, str], ...]
    snp_heures: dict[str, int]
    snp_par_jour: bool
    declaration_jours: int


@cache
def reglages() -> Reglages:
    """The settings. Raises `ValueError` for a way of spreading that isn't one of ours."""
    lus = yaml.safe_load((Path(__file__).parent / "reglages.yaml").read_text(encoding="utf-8"))
    if lus["snp_repartition"] not in ("entiere", "par_jour"):
        raise ValueError(f"snp_repartition : « entiere » ou « par_jour », pas {lus['snp_repartition']!r}.")
    ouverture, fermeture = (time.fromisoformat(heure) for heure in lus["journee_ouvree"])
    return Reglages(
        modalites_comptees=tuple(lus["modalites_comptees"]),
        types_non_comptes=tuple(lus["types_non_comptes"]),
        situations_comptees=tuple(lus["situations_comptees"]),
        journee_pleine=60 * int(lus["journee_pleine"]),
        ouverture=ouverture,
        fermeture=fermeture,
        memes=tuple((code, categorie) for categorie, codes in lus["meme_nature"].items() for code in codes),
        snp_heures={mesure: int(heures) for mesure, heures in lus["snp_heures"].items()},
        snp_par_jour=lus["snp_repartition"] == "par_jour",
        declaration_jours=int(lus["declaration_jours"]),
    )
