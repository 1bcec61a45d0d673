"""Telephones as people type them."""

from __future__ import annotations

import pytest

from imilo.jeunes.telephones import afficher, e164, lire_telephone
from imilo.socle.erreurs import RegleViolee


@pytest.mark.parametrize(
    ("saisi", "departement", "attendu"),
    [
        ("06 12 34 56 78", "37", "+33612345678"),
        ("06.12.34.56.78", "", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "37", "+33612345678"),
        ("0033612345678", "974", "+33612345678"),
        ("0692 12 34 56", "974", "+262692123456"),
        ("0692123456", "75", "+262692123456"),
        ("0690 12 34 56", "971", "+590690123456"),
        ("0696 12 34 56", "972", "+596696123456"),
        ("0694 12 34 56", "973", "+594694123456"),
        ("25 12 34", "988", "+687251234"),
        ("+44 20 7946 0958", "37", "+442079460958"),
        ("07 12 34 56 78", "37", "+33712345678"),  # a block that the library doesn't know yet
        ("01 99 00 00 37", "37", "+33199000037"),  # kept for fictions
    ],
)
def test_lus(saisi: str, departement: str, attendu: str) -> None:
    assert e164(saisi, departement) == attendu
    assert lire_telephone(saisi, departement, champ="telephone") == attendu


@pytest.mark.parametrize("saisi", ["06 12", "0" * 10, "abc", "🙂", "1" * 5000, "+999 12", "06 12 34 56 78 90 12"])
def test_refuses(saisi: str) -> None:
    with pytest.raises(RegleViolee) as refus:
        lire_telephone(saisi, "37", champ="telephone_2")
    assert refus.value.champ == "telephone_2"


def test_un_blanc_n_est_pas_un_numero() -> None:
    assert lire_telephone("  ", "37", champ="telephone") == ""


def test_affiches() -> None:
    assert afficher("+33612345678") == "06 12 34 56 78"
    assert afficher("+262692123456") == "0692 12 34 56"
    assert afficher("") == ""
