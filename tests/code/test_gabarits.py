"""Every template can be read: its tags and filters exist and are loaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template.loader import get_template

import imilo.web

GABARITS = Path(imilo.web.__file__).parent / "templates"
NOMS = sorted(chemin.relative_to(GABARITS).as_posix() for chemin in GABARITS.rglob("*.html"))


@pytest.mark.parametrize("nom", NOMS)
def test_chaque_gabarit_se_lit(nom: str) -> None:
    assert get_template(nom)
