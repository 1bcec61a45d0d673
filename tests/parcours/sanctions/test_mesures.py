"""Measures compared and told, months to start from: nothing here needs a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from imilo.droit.sanction import modele
from imilo.parcours.sanctions.etats import CLOSES, OUVERTES, TRANSITIONS, Etat, peut_devenir
from imilo.parcours.sanctions.faits import Mesure, plus_lourde
from imilo.parcours.sanctions.models import Manquement
from imilo.parcours.sanctions.models.message import empreinte
from imilo.parcours.sanctions.pdf import en_mots, textes
from imilo.parcours.sanctions.services.decision import premiers_mois

AVERTISSEMENT = Mesure("avertissement", fin_le=date(2026, 4, 15))
TIERS, TOUT = Decimal("0.30"), Decimal(1)


@pytest.mark.parametrize(
    ("mesure", "annoncee", "attendu"),
    [
        (Mesure("suspension", TIERS, 1), Mesure("suspension", TIERS, 1), False),
        (Mesure("suspension", TIERS, 1), Mesure("suspension", TOUT, 2), False),
        (Mesure("suspension", TOUT, 1), Mesure("suspension", TIERS, 1), True),
        (Mesure("suspension", TIERS, 2), Mesure("suspension", TIERS, 1), True),
        (Mesure("suppression", TIERS, 1), Mesure("suspension", TIERS, 1), True),
        (Mesure("suspension", TIERS, 1), Mesure("suppression", TIERS, 1), False),
        (Mesure("suspension", TIERS, 1), AVERTISSEMENT, True),
        (AVERTISSEMENT, AVERTISSEMENT, False),
        (Mesure("suppression", TOUT, None), Mesure("suppression", TOUT, 12), True),
        (Mesure("suppression", TOUT, 12), Mesure("suppression", TOUT, None), False),
        (Mesure("radiation", mois=2), Mesure("radiation", mois=2), False),
        (Mesure("radiation", mois=3), Mesure("radiation", mois=2), True),
        (Mesure("radiation", mois=1), AVERTISSEMENT, True),
    ],
)
def test_ce_qui_est_plus_lourd_que_l_annonce(mesure: Mesure, annoncee: Mesure, attendu: bool) -> None:
    assert plus_lourde(mesure, annoncee) is attendu


@pytest.mark.parametrize(
    ("le", "premier", "dernier"),
    [
        (date(2026, 3, 20), date(2026, 3, 1), date(2026, 5, 1)),
        (date(2026, 12, 31), date(2026, 12, 1), date(2027, 2, 1)),
        (date(2028, 2, 29), date(2028, 2, 1), date(2028, 4, 1)),
    ],
)
def test_une_sanction_commence_ce_mois_ci_ou_l_un_des_deux_suivants(le: date, premier: date, dernier: date) -> None:
    mois = premiers_mois(le)
    assert (mois[0], mois[-1], len(mois)) == (premier, dernier, 3)


def test_jusqu_ou_remettre_une_sanction_est_un_reglage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imilo.parcours.sanctions.services.decision.premiers_mois_permis", lambda: 1)
    assert premiers_mois(date(2026, 3, 20)) == [date(2026, 3, 1)]


@pytest.mark.parametrize(
    ("mesure", "phrase"),
    [
        (Mesure("suspension", TIERS, 1), "suspension de 30 % de l'allocation, pendant 1 mois"),
        (Mesure("suppression", TOUT, 4), "suppression de la totalité de l'allocation, pendant 4 mois"),
        (Mesure("suppression", TOUT), "suppression de la totalité de l'allocation, sans durée fixée"),
        (Mesure("radiation", mois=2), "radiation de la liste des demandeurs d'emploi pendant 2 mois"),
        (AVERTISSEMENT, "avertissement, à respecter jusqu'au 15 avril 2026 inclus"),
    ],
)
def test_une_mesure_se_dit_en_une_phrase(mesure: Mesure, phrase: str) -> None:
    assert en_mots(mesure).replace("\u00a0", " ").replace("\u202f", " ") == phrase


def test_a_la_personne_on_dit_vous() -> None:
    assert "de votre allocation" in en_mots(Mesure("suspension", TIERS, 1), a_la_personne=True)


def test_ce_qui_est_clos_ne_mene_nulle_part_et_le_reste_quelque_part() -> None:
    assert all(not TRANSITIONS[etat] for etat in CLOSES)
    assert all(TRANSITIONS[etat] for etat in OUVERTES)
    assert set(TRANSITIONS) == set(Etat)
    assert peut_devenir("executoire", "levee")
    assert not peut_devenir("constate", "decidee")


def test_les_manquements_sont_ceux_de_la_loi() -> None:
    assert set(Manquement.values) == set(get_args(modele.Manquement))


def test_l_empreinte_ne_depend_pas_de_l_ordre_des_champs() -> None:
    assert empreinte({"a": 1, "b": "é"}) == empreinte({"b": "é", "a": 1})
    assert empreinte({"a": 1}) != empreinte({"a": 2})


def test_les_voies_de_recours_sont_datees_et_verifiees() -> None:
    mentions = textes(date(2026, 3, 20))
    assert mentions["verifie_le"] >= mentions["a_compter_du"]
    assert {"repondre", "recours"} <= set(mentions)
    assert textes(date(2020, 1, 1)) == textes(date(2025, 6, 1))
