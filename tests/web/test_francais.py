"""What templates write follows French: nothing is singular, a structure has its article."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Template

from imilo.socle.mots import la_mission_locale


@pytest.mark.parametrize(
    ("nombre", "formes", "attendu"),
    [
        (0, "", ""),
        (1, "", ""),
        (1.5, "", ""),
        (2, "", "s"),
        ("0", "", ""),
        ("3", "", "s"),
        ([], "", ""),
        (["a", "b"], "", "s"),
        (0, ":'x'", ""),
        (2, ":'x'", "x"),
        (0, ":'prise,prises'", "prise"),
        (2, ":'prise,prises'", "prises"),
        ("beaucoup", "", ""),
        (None, "", ""),
    ],
)
def test_le_pluriel_commence_a_deux(nombre: Any, formes: str, attendu: str) -> None:
    """In every template, without a `load`."""
    assert Template("{{ n|pluralize" + formes + " }}").render(Context({"n": nombre})) == attendu


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("Mission locale de Tours", "la Mission locale de Tours"),
        ("MISSION LOCALE DE TOURS", "la MISSION LOCALE DE TOURS"),
        ("Espace jeunes", "la mission locale Espace jeunes"),
    ],
)
def test_une_structure_a_son_article(nom: str, attendu: str) -> None:
    assert la_mission_locale(nom) == attendu
