"""Age: what holds whatever the day of birth."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.droit import age
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Precision

NAISSANCES = st.dates(date(1980, 1, 1), date(2015, 12, 31))
JOURS = st.dates(date(2017, 1, 1), date(2050, 12, 31))


@given(NAISSANCES, JOURS)
def test_le_dernier_jour_d_un_age_est_bien_le_dernier(naissance: date, le: date) -> None:
    resultat = age.revolu(age.FaitsAge(naissance), le).resultat
    fin = resultat["dernier_jour"]
    assert le <= fin
    assert age.annees(naissance, fin) == resultat["age"]
    assert age.annees(naissance, fin + timedelta(days=1)) == resultat["age"] + 1


@given(NAISSANCES, JOURS, st.sampled_from(["mois", "annee"]))
def test_une_date_imprecise_encadre_l_age_de_la_vraie(naissance: date, le: date, precision: Precision) -> None:
    resultat = age.revolu(age.FaitsAge(naissance, precision), le).resultat
    assert resultat["age_minimum"] <= age.annees(naissance, le) <= resultat["age_maximum"]
    assert resultat["certain"] == (resultat["age_minimum"] == resultat["age_maximum"])
    assert resultat["age"] == resultat["age_minimum"]
    assert resultat["age_maximum"] - resultat["age_minimum"] <= 1


@given(NAISSANCES, st.integers(1, 28), JOURS)
def test_le_jour_ecrit_faute_de_mieux_est_sans_effet(naissance: date, autre: int, le: date) -> None:
    un, deux = (age.FaitsAge(jour, "mois") for jour in (naissance, naissance.replace(day=autre)))
    assert age.revolu(un, le).resultat == age.revolu(deux, le).resultat


def test_une_naissance_d_un_mois_inconnu_en_cours_d_annee() -> None:
    assert age.naissance_possible(date(2008, 7, 9), "annee") == (date(2008, 1, 1), date(2008, 12, 31))
    assert age.naissance_possible(date(2008, 2, 9), "mois") == (date(2008, 2, 1), date(2008, 2, 29))


@pytest.mark.parametrize("jour", [datetime(2025, 1, 1), "2025-01-01", None, 20250101])
def test_un_instant_n_est_pas_un_jour(jour: object) -> None:
    with pytest.raises(FaitInvalide) as refus:
        age.revolu(age.FaitsAge(date(2000, 1, 1)), jour)  # type: ignore[arg-type]  # what an untyped caller may pass
    assert refus.value.champ == "le"
    with pytest.raises(FaitInvalide) as refus:
        age.FaitsAge(jour)  # type: ignore[arg-type]  # what an untyped caller may pass
    assert refus.value.champ == "date_naissance"


def test_les_erreurs_voyagent_entre_processus() -> None:
    import pickle

    copie = pickle.loads(pickle.dumps(FaitInvalide("mois", "Indiquez un mois.")))
    assert (copie.champ, copie.message, str(copie)) == ("mois", "Indiquez un mois.", "Indiquez un mois.")
