"""Days and names as they are written in French."""

from __future__ import annotations

from datetime import date

import pytest

from imilo.droit import francais


@pytest.mark.parametrize(
    ("nom", "ecrit"),
    [
        ("Enzo", "d'Enzo"),
        ("Élodie", "d'Élodie"),
        ("Hélène", "d'Hélène"),
        ("HUGO", "d'HUGO"),
        ("Yves", "d'Yves"),
        ("Yanis", "de Yanis"),
        ("Hamza", "de Hamza"),
        ("Lola", "de Lola"),
        ("", "de "),
    ],
)
def test_de_elide(nom: str, ecrit: str) -> None:
    assert francais.de(nom) == ecrit


def test_le_premier_du_mois() -> None:
    assert francais.jour(date(2026, 11, 1)) == "1er novembre 2026"
    assert francais.jour_et_mois(date(2026, 11, 2)) == "2 novembre"
