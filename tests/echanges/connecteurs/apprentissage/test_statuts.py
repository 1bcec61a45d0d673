"""The status of an apprentice, day by day: each rule of the dashboard with its arithmetic."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.echanges.connecteurs.apprentissage.regles import Apprenti, Transmission, transmettre
from imilo.echanges.connecteurs.apprentissage.statuts import Contrat, Parcours, Periode, Statut, au_jour, periodes

ENTREE, FIN = date(2025, 9, 1), date(2027, 8, 31)
J = timedelta(days=1)


def lignes(parcours: Parcours) -> list[tuple[str, date, date]]:
    return [(p.statut.value, p.debut, p.fin) for p in periodes(parcours)]


def test_regle_1_la_fenetre_commence_au_premier_contrat_s_il_precede_l_entree() -> None:
    tot = date(2025, 8, 4)
    assert lignes(Parcours(ENTREE, FIN, (Contrat(tot, FIN),))) == [
        ("APPRENTI", tot, FIN - J),
        ("FIN_DE_FORMATION", FIN, FIN),
    ]


def test_regle_1_rien_hors_de_la_fenetre() -> None:
    parcours = Parcours(ENTREE, FIN)
    assert au_jour(parcours, ENTREE - J) is None
    assert au_jour(parcours, FIN + J) is None
    assert list(periodes(Parcours(FIN, ENTREE))) == []


def test_regle_2_apprenti_jusqu_a_la_veille_de_la_rupture() -> None:
    rupture = date(2026, 1, 15)
    parcours = Parcours(ENTREE, FIN, (Contrat(ENTREE, FIN, rupture),))
    # 15/01 + 179 days = 13/07/2026, the 180th day; ABANDON from the 14th on.
    assert lignes(parcours) == [
        ("APPRENTI", ENTREE, date(2026, 1, 14)),
        ("RUPTURANT", rupture, date(2026, 7, 13)),
        ("ABANDON", date(2026, 7, 14), FIN),
    ]


def test_regle_2_un_contrat_sans_fin_court_jusqu_a_celle_de_la_formation() -> None:
    assert lignes(Parcours(ENTREE, FIN, (Contrat(ENTREE),))) == [
        ("APPRENTI", ENTREE, FIN - J),
        ("FIN_DE_FORMATION", FIN, FIN),
    ]


def test_regle_2_une_rupture_le_jour_du_debut_ne_donne_aucun_jour_d_apprentissage() -> None:
    parcours = Parcours(ENTREE, FIN, (Contrat(ENTREE, FIN, ENTREE),))
    # No day was under contract: as if there had been none. 01/09 + 89 days = 29/11/2025, the 90th.
    assert lignes(parcours)[0] == ("INSCRIT", ENTREE, date(2025, 11, 29))


def test_regle_3_l_exclusion_l_emporte_jusqu_a_la_fin() -> None:
    exclu = date(2026, 3, 2)
    assert lignes(Parcours(ENTREE, FIN, (Contrat(ENTREE, FIN),), exclu)) == [
        ("APPRENTI", ENTREE, exclu - J),
        ("ABANDON", exclu, FIN),
    ]


def test_regle_4_jamais_de_contrat_inscrit_quatre_vingt_dix_jours() -> None:
    assert lignes(Parcours(ENTREE, FIN)) == [
        ("INSCRIT", ENTREE, date(2025, 11, 29)),
        ("ABANDON", date(2025, 11, 30), FIN),
    ]


def test_regle_4_un_nouveau_contrat_remet_le_compte_a_zero() -> None:
    un = Contrat(ENTREE, FIN, date(2025, 11, 1))
    deux = Contrat(date(2025, 12, 1), FIN, date(2026, 2, 1))
    assert lignes(Parcours(ENTREE, FIN, (deux, un)))[:5] == [
        ("APPRENTI", ENTREE, date(2025, 10, 31)),
        ("RUPTURANT", date(2025, 11, 1), date(2025, 11, 30)),
        ("APPRENTI", date(2025, 12, 1), date(2026, 1, 31)),
        # 01/02/2026 + 179 = 30/07/2026.
        ("RUPTURANT", date(2026, 2, 1), date(2026, 7, 30)),
        ("ABANDON", date(2026, 7, 31), FIN),
    ]


@pytest.mark.parametrize(
    ("fin_du_contrat", "suite"),
    [
        (FIN - 60 * J, "FIN_DE_FORMATION"),  # 60 days before the end: at most 60
        (FIN - 61 * J, "RUPTURANT"),
    ],
)
def test_regle_5_un_contrat_fini_dans_les_soixante_jours(fin_du_contrat: date, suite: str) -> None:
    parcours = Parcours(ENTREE, FIN, (Contrat(ENTREE, fin_du_contrat),))
    assert lignes(parcours) == [("APPRENTI", ENTREE, fin_du_contrat), (suite, fin_du_contrat + J, FIN)]


def test_regle_5_le_dernier_contrat_seul_compte() -> None:
    fini = Contrat(ENTREE, FIN - 30 * J)
    rompu = Contrat(FIN - 20 * J, FIN, FIN - 10 * J)
    assert lignes(Parcours(ENTREE, FIN, (fini, rompu)))[-1] == ("RUPTURANT", FIN - 10 * J, FIN)


def test_regle_5_le_dernier_jour_d_un_inscrit_est_la_fin() -> None:
    parcours = Parcours(ENTREE, ENTREE + 30 * J)
    assert lignes(parcours)[-1] == ("FIN_DE_FORMATION", ENTREE + 30 * J, ENTREE + 30 * J)


def test_depuis_quand() -> None:
    parcours = Parcours(ENTREE, FIN, (Contrat(ENTREE, FIN, date(2026, 1, 15)),))
    periode = au_jour(parcours, date(2026, 2, 1))
    assert periode == Periode(Statut.RUPTURANT, date(2026, 1, 15), date(2026, 7, 13))
    assert periode.jours == 180


JOURS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@st.composite
def parcours_quelconques(tirer: st.DrawFn) -> Parcours:
    entree = tirer(JOURS)
    fin = entree + timedelta(days=tirer(st.integers(0, 1400)))
    contrats = []
    for _ in range(tirer(st.integers(0, 4))):
        debut = tirer(JOURS)
        terme = debut + timedelta(days=tirer(st.integers(0, 900)))
        rupture = debut + timedelta(days=tirer(st.integers(0, 900))) if tirer(st.booleans()) else None
        contrats.append(Contrat(debut, tirer(st.sampled_from([terme, None])), rupture))
    return Parcours(entree, fin, tuple(contrats), tirer(st.none() | JOURS))


@given(parcours_quelconques())
def test_chaque_jour_de_la_fenetre_a_un_statut_et_un_seul(parcours: Parcours) -> None:
    runs = list(periodes(parcours))
    debut = min([parcours.entree, *(c.debut for c in parcours.contrats)])
    assert sum(p.jours for p in runs) == max(0, (parcours.fin - debut).days + 1)
    for a, b in pairwise(runs):
        assert b.debut == a.fin + J
        assert a.statut != b.statut
    if parcours.exclusion:
        assert all(p.statut == Statut.ABANDON for p in runs if p.debut >= parcours.exclusion)
    assert all(p.jours <= 180 for p in runs if p.statut == Statut.RUPTURANT)
    assert all(p.jours <= 90 for p in runs if p.statut == Statut.INSCRIT)


def apprenti(naissance: date, **champs: bool) -> Apprenti:
    """Whose contract was broken on 15/01/2026."""
    parcours = Parcours(ENTREE, FIN, (Contrat(ENTREE, FIN, date(2026, 1, 15)),))
    return Apprenti(naissance=naissance, parcours=parcours, **champs)


VINGT = date(2005, 6, 1)


@pytest.mark.parametrize(
    ("qui", "le", "partenaire", "attendu"),
    [
        (apprenti(VINGT), date(2026, 1, 14), False, None),  # still under contract
        (apprenti(VINGT), date(2026, 1, 15), False, Transmission(date(2026, 1, 15), date(2026, 1, 15), False)),
        # 15/01 + 45 = 01/03/2026.
        (apprenti(VINGT), date(2026, 1, 20), True, Transmission(date(2026, 1, 15), date(2026, 3, 1), False)),
        (
            apprenti(VINGT, conjoint=True),
            date(2026, 1, 20),
            True,
            Transmission(date(2026, 1, 15), date(2026, 1, 15), True),
        ),
        (
            apprenti(VINGT, rappel=True),
            date(2026, 1, 20),
            True,
            Transmission(date(2026, 1, 15), date(2026, 1, 15), True),
        ),
        (apprenti(VINGT), date(2026, 7, 14), False, None),  # given up: 181st day
        # 26 on 20/01/2026: handed over the eve, no longer on the day.
        (
            apprenti(date(2000, 1, 20)),
            date(2026, 1, 19),
            False,
            Transmission(date(2026, 1, 15), date(2026, 1, 15), False),
        ),
        (apprenti(date(2000, 1, 20)), date(2026, 1, 20), False, None),
        (
            apprenti(date(1996, 1, 20), rqth=True),
            date(2026, 1, 20),
            False,
            Transmission(date(2026, 1, 15), date(2026, 1, 15), True),
        ),
        # 18 and some months counts as 18; 19 doesn't.
        (apprenti(date(2007, 3, 1)), date(2026, 2, 1), False, Transmission(date(2026, 1, 15), date(2026, 1, 15), True)),
        (
            apprenti(date(2007, 2, 1)),
            date(2026, 2, 1),
            False,
            Transmission(date(2026, 1, 15), date(2026, 1, 15), False),
        ),
    ],
)
def test_a_qui_et_quand(qui: Apprenti, le: date, partenaire: bool, attendu: Transmission | None) -> None:
    assert transmettre(qui, le=le, cfa_partenaire=partenaire) == attendu
