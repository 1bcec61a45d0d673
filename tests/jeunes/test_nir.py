"""The NIR: form, key, and what it says against the file. Every number here is invented."""

from __future__ import annotations

from datetime import date

import pytest
from stdnum.fr.nir import calc_check_digits

from imilo.jeunes.nir import differences, lire_nir
from imilo.socle.erreurs import RegleViolee

NE_LE = date(2003, 5, 14)


def nir(treize: str) -> str:
    return treize + str(calc_check_digits(treize + "00"))


FEMME_A_TOURS = nir("2030537261001")


def lu(texte: str):  # type: ignore[no-untyped-def]  # shortens the tests
    trouve = lire_nir(texte)
    assert trouve is not None
    return trouve


@pytest.mark.parametrize("separe", [" ", ".", "-", "\u00a0", ""])
def test_separateurs(separe: str) -> None:
    assert lu(separe.join(FEMME_A_TOURS)).valeur == FEMME_A_TOURS


@pytest.mark.parametrize("blanc", ["", "   ", " . ", "\u200b"])
def test_un_blanc_n_est_pas_un_nir(blanc: str) -> None:
    assert lire_nir(blanc) is None


@pytest.mark.parametrize(
    ("saisi", "mot"),
    [
        (FEMME_A_TOURS[:13], "Il manque la clé"),
        (FEMME_A_TOURS[:10], "vous en avez saisi 10"),
        (FEMME_A_TOURS + "1", "vous en avez saisi 16"),
        (FEMME_A_TOURS[:13] + "00", "La clé ne correspond pas"),
        ("A" + FEMME_A_TOURS[1:], "n'a que des chiffres"),
        ("²" * 15, "n'a que des chiffres"),
        (nir("9030537261001"), "n'est pas un numéro de sécurité sociale"),
        (nir("2031537261001"), "n'est pas un numéro de sécurité sociale"),
    ],
)
def test_refus_dits_au_champ(saisi: str, mot: str) -> None:
    with pytest.raises(RegleViolee, match=mot) as refus:
        lire_nir(saisi)
    assert refus.value.champ == "nir"


@pytest.mark.parametrize("departement", ["2A", "2B", "2a"])
def test_corse(departement: str) -> None:
    treize = f"10305{departement.upper()}004001"
    assert lu(nir(treize)[:5] + departement + nir(treize)[7:]).lieu == f"{departement.upper()}004"


@pytest.mark.parametrize("premier", ["3", "4", "7", "8"])
def test_numero_provisoire_accepte_et_dit(premier: str) -> None:
    provisoire = lu(nir(premier + "030599352001"))
    assert provisoire.provisoire
    assert not lu(FEMME_A_TOURS).provisoire
    assert provisoire.sexe == ("M" if premier in "37" else "F")


def test_d_accord() -> None:
    assert differences(lu(FEMME_A_TOURS), sexe="F", naissance=NE_LE, communes=["37261"], pays="99100") == ()


def test_ce_qui_est_inconnu_n_est_pas_une_difference() -> None:
    assert differences(lu(FEMME_A_TOURS), sexe="X", naissance=None) == ()
    assert differences(lu(FEMME_A_TOURS), sexe="F", naissance=date(2003, 1, 1), mois_connu=False) == ()


@pytest.mark.parametrize(
    ("faits", "mot"),
    [
        ({"sexe": "M"}, "celui d'une femme"),
        ({"naissance": date(1975, 5, 14)}, "le dossier en 1975"),
        ({"naissance": date(2003, 6, 14)}, "naissance en mai, le dossier en juin"),
        ({"communes": ["75056", "75112"]}, "dans le département 37"),
        ({"communes": ["37050"]}, "dans une autre commune"),
        ({"pays": "99352"}, "une naissance en France"),
    ],
)
def test_differences(faits: dict[str, object], mot: str) -> None:
    base: dict[str, object] = {"sexe": "F", "naissance": NE_LE, "communes": (), "pays": ""}
    trouvees = differences(lu(FEMME_A_TOURS), **{**base, **faits})  # type: ignore[arg-type]  # mixed on purpose
    assert len(trouvees) == 1
    assert mot in trouvees[0]


@pytest.mark.parametrize("mois", ["20", "30", "42", "50", "99"])
def test_mois_que_l_etat_civil_ne_dit_pas(mois: str) -> None:
    numero = lu(nir("203" + mois + "99352001"))
    assert numero.mois is None
    assert differences(numero, sexe="F", naissance=NE_LE, pays="99352") == ()


def test_naissance_a_l_etranger() -> None:
    algerie = lu(nir("1030599352001"))
    assert differences(algerie, sexe="M", naissance=NE_LE, pays="99352") == ()
    assert "autre pays" in differences(algerie, sexe="M", naissance=NE_LE, pays="99350")[0]
    assert "à l'étranger" in differences(algerie, sexe="M", naissance=NE_LE, pays="99100", communes=["37261"])[0]


def test_arrondissement_de_paris() -> None:
    """The number bears the arrondissement, the file the commune: the codes of the place are given together."""
    assert differences(lu(nir("2030575112001")), sexe="F", naissance=NE_LE, communes=["75056", "75112"]) == ()


def test_outre_mer() -> None:
    assert differences(lu(nir("2030597411001")), sexe="F", naissance=NE_LE, communes=["97411"]) == ()
    assert "département 974" in differences(lu(nir("2030597411001")), sexe="F", naissance=NE_LE, communes=["97105"])[0]


def test_mayotte_avant_le_departement() -> None:
    assert differences(lu(nir("2030598511001")), sexe="F", naissance=NE_LE, communes=["97611"]) == ()


def test_saint_martin_etait_de_la_guadeloupe() -> None:
    assert differences(lu(nir("2030597127001")), sexe="F", naissance=NE_LE, communes=["97801"]) == ()
