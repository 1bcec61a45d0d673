"""Days and months: ends of months, leap years, and the laws that tie the three readings together."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.droit import delais
from imilo.droit.erreurs import HorsPeriode

JOURS = st.dates(date(1950, 1, 1), date(2100, 12, 31))
MOIS = st.integers(1, 240)


@pytest.mark.parametrize(
    ("evenement", "mois", "attendu"),
    [
        (date(2025, 1, 15), 1, date(2025, 2, 15)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2025, 1, 28), 1, date(2025, 2, 28)),
        (date(2025, 2, 28), 1, date(2025, 3, 28)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 12, 31), 1, date(2026, 1, 31)),
        (date(2025, 11, 30), 13, date(2026, 12, 30)),
    ],
)
def test_terme(evenement: date, mois: int, attendu: date) -> None:
    assert delais.terme(evenement, mois) == attendu


@pytest.mark.parametrize(
    ("debut", "mois", "attendu"),
    [
        (date(2025, 1, 15), 12, date(2026, 1, 14)),
        (date(2025, 1, 1), 12, date(2025, 12, 31)),
        (date(2025, 3, 1), 12, date(2026, 2, 28)),
        (date(2027, 3, 1), 12, date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 8, 30), 6, date(2026, 2, 28)),
        (date(2025, 8, 29), 6, date(2026, 2, 28)),
        (date(2025, 8, 28), 6, date(2026, 2, 27)),
        (date(2025, 12, 31), 1, date(2026, 1, 30)),
    ],
)
def test_dernier_jour(debut: date, mois: int, attendu: date) -> None:
    assert delais.dernier_jour(debut, mois) == attendu


@pytest.mark.parametrize(
    ("naissance", "annees", "attendu"),
    [
        (date(2008, 2, 29), 18, date(2026, 3, 1)),
        (date(2008, 2, 29), 20, date(2028, 2, 29)),
        (date(2008, 2, 28), 20, date(2028, 2, 28)),
        (date(2007, 3, 1), 21, date(2028, 3, 1)),
        (date(2000, 12, 31), 26, date(2026, 12, 31)),
    ],
)
def test_anniversaire(naissance: date, annees: int, attendu: date) -> None:
    assert delais.anniversaire(naissance, annees) == attendu


@pytest.mark.parametrize("ecrit", ["2025-6", "2025-13", "2025-00", "juin 2025", "2025-06-01", "", "٢٠٢٥-٠٦", "0000-01"])
def test_un_mois_mal_ecrit_est_refuse(ecrit: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        delais.premier_jour_du_mois_ecrit(ecrit)


@given(JOURS, MOIS)
def test_un_delai_finit_le_meme_quantieme_ou_en_fin_de_mois(jour: date, mois: int) -> None:
    fin = delais.terme(jour, mois)
    assert fin.day == jour.day or fin == delais.fin_du_mois(fin)
    assert (fin.year * 12 + fin.month) - (jour.year * 12 + jour.month) == mois


@given(JOURS, st.integers(0, 40), MOIS)
def test_un_evenement_plus_tardif_ne_finit_jamais_plus_tot(jour: date, ecart: int, mois: int) -> None:
    plus_tard = jour + timedelta(days=ecart)
    assert delais.terme(jour, mois) <= delais.terme(plus_tard, mois)
    assert delais.dernier_jour(jour, mois) <= delais.dernier_jour(plus_tard, mois)


@given(JOURS, MOIS)
def test_une_duree_finit_la_veille_du_terme_ou_avec_le_mois(jour: date, mois: int) -> None:
    fin, terme = delais.dernier_jour(jour, mois), delais.terme(jour, mois)
    assert fin in (delais.veille(terme), terme)
    assert (fin == terme) == (terme.day != jour.day)


@given(JOURS, st.integers(1, 80))
def test_anniversaire_et_veille(jour: date, annees: int) -> None:
    fete = delais.anniversaire(jour, annees)
    assert (fete.month, fete.day) == (jour.month, jour.day) or (fete.month, fete.day) == (3, 1)
    assert delais.lendemain(delais.veille(fete)) == fete


LIMITE = delais.Echeance.du(date(2026, 3, 31))


@pytest.mark.parametrize("choisi", [date(2026, 3, 31), date(2026, 3, 30), date(2025, 12, 1)])
def test_un_jour_choisi_dans_la_limite_est_une_echeance(choisi: date) -> None:
    gardee = LIMITE.au_plus_tard(choisi)
    assert isinstance(gardee, delais.Echeance)
    assert gardee == choisi


def test_un_jour_choisi_apres_la_limite_est_refuse() -> None:
    with pytest.raises(ValueError, match="2026-04-01"):
        LIMITE.au_plus_tard(date(2026, 4, 1))


def test_une_annee_sans_table_de_jours_feries_est_refusee_du_premier_janvier() -> None:
    with pytest.raises(HorsPeriode) as refus:
        delais.feries(1980)
    assert refus.value.le == date(1980, 1, 1)
