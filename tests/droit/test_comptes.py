"""Sums of amounts decided, and what is taken back."""

from __future__ import annotations

from imilo.droit.comptes import oppose, total
from imilo.droit.montants import ZERO, Montant


def test_la_somme_de_montants_est_un_montant() -> None:
    somme = total([Montant("414.06"), Montant("0.01"), Montant("-14.07")])
    assert (type(somme), somme) == (Montant, Montant("400.00"))
    assert (type(total([])), total([])) == (Montant, ZERO)


def test_ce_qui_est_repris_a_le_signe_contraire() -> None:
    repris = oppose(Montant("30.45"))
    assert (type(repris), repris) == (Montant, Montant("-30.45"))
    assert total([Montant("30.45"), repris]) == ZERO
    assert str(oppose(ZERO)) == "0.00"
