"""Sums of amounts decided, and what is taken back."""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

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


CENTIMES = st.lists(st.integers(min_value=-(10**9), max_value=10**9), max_size=50)


@given(CENTIMES)
def test_une_somme_est_celle_des_centimes(centimes: list[int]) -> None:
    """By whole cents, with no decimal arithmetic; whatever the order, and a part at a time."""
    montants = [Montant(Decimal(c).scaleb(-2)) for c in centimes]
    somme = total(montants)
    assert int(somme.scaleb(2)) == sum(centimes)
    assert somme == total(reversed(montants)) == total([total(montants[:7]), total(montants[7:])])
    assert total([somme, *map(oppose, montants)]) == ZERO


def test_une_grande_somme_ne_perd_pas_un_centime() -> None:
    """Two hundred thousand months: 200 000 x 561.68 = 112 336 000.00, and one cent."""
    assert total([Montant("561.68")] * 200_000 + [Montant("0.01")]) == Decimal("112336000.01")
    *_, dernier = accumulate([Montant("0.10")] * 3, lambda a, b: total([a, b]))
    assert dernier == Decimal("0.30")


def test_l_arithmetique_de_l_appelant_ne_change_rien() -> None:
    with localcontext(Context(prec=3)):
        assert str(total([Montant("1000.01"), Montant("2000.02")])) == "3000.03"
        assert str(oppose(Montant("1234.56"))) == "-1234.56"
