"""Names of every kind exist; what can't be a name, a date or a number is refused at its field."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from imilo.jeunes.dates import lire_naissance
from imilo.jeunes.identite import Identite, anomalies, avertissements, nettoyer
from imilo.socle.erreurs import RegleViolee

LE = date(2026, 11, 22)


def identite(**champs: Any) -> Identite:
    base = {"nom_naissance": "Dupont", "prenom": "Élise", "sexe": "F", "naissance": date(2003, 5, 14)}
    return nettoyer(Identite(**{**base, **champs}))


def fautes(**champs: Any) -> list[str | None]:
    return [a.champ for a in anomalies(identite(**champs), le=LE)]


@pytest.mark.parametrize(
    "nom",
    [
        "N'Diaye",
        "Lefèvre-Roux",
        "O’Connor",
        "محمد",
        "Nguyễn Thị",
        "Ōtani",
        "de La Tour",
        "李",
        "Ђорђевић",
        "क्षत्रिय",
        "Jr.",
    ],
)
def test_noms_d_ici_et_d_ailleurs(nom: str) -> None:
    assert fautes(nom_naissance=nom, prenom=nom) == []
    assert identite(nom_naissance=f"  {nom}\t ").nom_naissance == nom


@pytest.mark.parametrize(
    "nom", ["Zoé 🙂", "<script>alert(1)</script>", "Dupont2", "a@b.fr", "Robert; DROP", "{{ 7 }}", "..."]
)
def test_ce_qui_n_est_pas_un_nom(nom: str) -> None:
    assert fautes(nom_naissance=nom) == ["nom_naissance"]


def test_marques_de_direction_retirees_et_lettres_composees() -> None:
    assert identite(nom_naissance="\u202eDupont\u200b", prenom="E\u0301lise\x00").nom_naissance == "Dupont"
    assert identite(prenom="E\u0301lise").prenom == "Élise"


def test_cinq_mille_caracteres() -> None:
    assert fautes(nom_naissance="a" * 5000) == ["nom_naissance"]


def test_un_seul_nom() -> None:
    assert fautes(prenom="") == ["prenom"]
    assert fautes(prenom="", nom_unique=True) == []
    assert identite(prenom="Élise", nom_unique=True).prenom == ""


def test_naissance_a_venir_ou_trop_ancienne() -> None:
    assert fautes(naissance=date(2026, 11, 23)) == ["naissance"]
    assert fautes(naissance=date(1899, 12, 31)) == ["naissance"]
    assert fautes(naissance=LE) == []


def test_ce_qui_ne_va_pas_ensemble_est_retire() -> None:
    assert identite(nom_usage="DUPONT").nom_usage == ""
    assert identite(naissance_pays_id="99352", naissance_commune_id="37261").naissance_commune_id is None
    assert identite(naissance_pays_id="99100", naissance_lieu="Oran").naissance_lieu == ""
    assert identite(naissance_precision="annee").naissance == date(2003, 1, 1)
    assert identite(naissance_precision="mois").naissance == date(2003, 5, 1)


def test_deux_nationalites_differentes() -> None:
    assert fautes(nationalite_id="99100", nationalite_2_id="99100") == ["nationalite_2"]
    assert fautes(nationalite_id="99100", nationalite_2_id="99352") == []


def test_nir_illisible_au_champ() -> None:
    with pytest.raises(RegleViolee) as refus:
        identite(nir="12")
    assert refus.value.champ == "nir"


@pytest.mark.parametrize(
    ("naissance", "mot"),
    [
        (date(2010, 11, 23), "a 15 ans"),
        (date(2010, 11, 22), ""),
        (date(2000, 11, 23), ""),  # 25 years révolus until the eve of the 26th birthday
        (date(2000, 11, 22), "au-delà de 25 ans"),
        (date(1996, 11, 22), "s'arrête à 29 ans"),
    ],
)
def test_un_age_inhabituel_avertit_sans_refuser(naissance: date, mot: str) -> None:
    dites = avertissements(identite(naissance=naissance), le=LE)
    assert mot in " ".join(dites)
    assert bool(dites) == bool(mot)
    assert fautes(naissance=naissance) == []


def test_age_incertain_n_avertit_que_s_il_est_sur() -> None:
    assert avertissements(identite(naissance=date(2010, 1, 1), naissance_precision="annee"), le=LE) == []
    assert avertissements(identite(naissance=date(2012, 1, 1), naissance_precision="annee"), le=LE) != []


@pytest.mark.parametrize(
    ("saisie", "attendue"),
    [
        ("31/12/2005", (date(2005, 12, 31), "jour")),
        ("1.5.98", (date(1998, 5, 1), "jour")),
        ("2005-12-31", (date(2005, 12, 31), "jour")),
        ("29/02/2004", (date(2004, 2, 29), "jour")),
        ("12/2005", (date(2005, 12, 1), "mois")),
        (" 2005 ", (date(2005, 1, 1), "annee")),
        ("01/01/2090", (date(2090, 1, 1), "jour")),
        ("01/01/1850", (date(1850, 1, 1), "jour")),
    ],
)
def test_date_de_naissance_aussi_loin_qu_elle_est_connue(saisie: str, attendue: tuple[date, str]) -> None:
    assert lire_naissance(saisie, le=LE) == attendue


@pytest.mark.parametrize(
    "saisie",
    [
        "31/02/2003",
        "30/02/2004",
        "32/01/2003",
        "00/00/2003",
        "13/2005",
        "0000",
        "9999",
        "hier",
        "1/5",
        "🙂",
        "1" * 5000,
    ],
)
def test_dates_impossibles(saisie: str) -> None:
    with pytest.raises(RegleViolee) as refus:
        lire_naissance(saisie, le=LE)
    assert refus.value.champ == "naissance"


@pytest.mark.django_db
def test_la_commune_de_naissance_existait_ce_jour_la() -> None:
    """Amareins ended on 31 December 1973."""
    assert fautes(naissance_commune_id="01003") == ["naissance_commune"]
    assert fautes(naissance_commune_id="01003", naissance=date(1973, 12, 31)) == []
    assert fautes(naissance_commune_id="01003", naissance=date(1973, 1, 1), naissance_precision="annee") == []
    assert fautes(naissance_commune_id="00000") == ["naissance_commune"]
