"""Days and names as they are written in French."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

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


@pytest.mark.parametrize(
    ("part", "ecrite"), [("0.30", "30\u00a0%"), ("1", "100\u00a0%"), ("0.335", "33,5\u00a0%"), ("0", "0\u00a0%")]
)
def test_une_part_s_ecrit_en_pourcentage(part: str, ecrite: str) -> None:
    assert francais.pourcentage(Decimal(part)) == ecrite
