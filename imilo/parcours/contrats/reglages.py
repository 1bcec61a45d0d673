"""What the law leaves to us of contracts: settings of ours, in `reglages.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Reglages:
    """`motif_prolongation_signes`: signs, at least, of the reason of an exceptional prolongation. `preavis_jours`: how
    many days before its day each deadline is told (*Ma journée*, the structure's list, the reminder).
    `recours_en_vue_jours`: days without an answer from which an appeal stands out."""

    motif_prolongation_signes: int
    preavis_jours: dict[str, int]
    recours_en_vue_jours: int


@cache
def reglages() -> Reglages:
    lus = yaml.safe_load((Path(__file__).parent / "reglages.yaml").read_text(encoding="utf-8"))
    return Reglages(
        motif_prolongation_signes=int(lus["motif_prolongation_signes"]),
        preavis_jours={genre: int(jours) for genre, jours in lus["preavis_jours"].items()},
        recours_en_vue_jours=int(lus["recours_en_vue_jours"]),
    )
