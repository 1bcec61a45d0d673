"""Settings of ours for sanctions, in `reglages.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml


@cache
def premiers_mois_permis() -> int:
    """How many months a measure may begin in, that of the decision included. Raises `ValueError` under one."""
    lus = yaml.safe_load((Path(__file__).parent / "reglages.yaml").read_text(encoding="utf-8"))
    nombre = int(lus["premiers_mois"])
    if nombre < 1:
        raise ValueError(f"premiers_mois : 1 ou plus, pas {nombre}.")
    return nombre
