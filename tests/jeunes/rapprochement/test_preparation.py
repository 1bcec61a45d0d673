"""What the model compares: the same person written in two ways gives the same values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imilo.jeunes.rapprochement.atelier import Atelier
from imilo.jeunes.rapprochement.dates_de_liste import examiner, sql_naissance
from imilo.jeunes.rapprochement.preparation import MACROS, PARTAGE_MAX, preparer
from imilo.socle.normalisation import normaliser


@pytest.fixture(scope="module")
def base() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connexion:
        for nom, corps in MACROS.items():
            connexion.execute(f"CREATE MACRO {nom}(t) AS {corps}")
        yield connexion


def lire(base: duckdb.DuckDBPyConnection, sql: str, valeur: str) -> Any:
    return base.execute("SELECT " + sql.replace("valeur", "CAST($v AS VARCHAR)"), {"v": valeur}).fetchall()[0][0]


def prepare(*lignes: dict[str, str]) -> list[dict[str, Any]]:
    with Atelier() as atelier:
        atelier.prendre_liste(lignes)
        preparer(atelier.connexion, "a_liste_brut", "a_liste")
        lues = atelier.connexion.execute("SELECT * FROM a_liste ORDER BY unique_id")
        noms = [c[0] for c in lues.description]
        return [dict(zip(noms, ligne, strict=True)) for ligne in lues.fetchall()]


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x24F), max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_names_are_normalised_as_everywhere_else(base: duckdb.DuckDBPyConnection, texte: str) -> None:
    # NFKD also spells fractions, ligatures of compatibility and superscripts, which no name has.
    if any(signe in texte for signe in "ªº²³¹¼½¾ĲĳĿŀŉſƀƁǄǅǆǇǈǉǊǋǌǱǲǳȸȹ\u00a8\u00af\u00b4\u00b8\u00b5ſ"):
        return
    assert (lire(base, "normal(valeur)", texte) or "") == normaliser(texte)


@pytest.mark.parametrize(
    ("ecrite", "lue"),
    [
        ("2003-05-01", "20030501"), ("2003/5/1", "20030501"), ("01/05/2003", "20030501"), ("1.5.2003", "20030501"),
        ("20030501", "20030501"), ("01052003", "20030501"), ("31/12/03", "20031231"), ("31/12/87", "19871231"),
        ("05/13/2003", "20030513"), ("2003-05-01T00:00:00", "20030501"), ("01/05/2003 00:00", "20030501"),
        ("05/2003", "200305"), ("2003", "2003"), ("31/02/2003", None), ("32/13/2003", None), ("bientôt", None),
        ("", None), ("20031305", None), ("01/05/1203", None), ("1/1/1", None),
    ],
)  # fmt: skip
def test_dates_of_birth(base: duckdb.DuckDBPyConnection, ecrite: str, lue: str | None) -> None:
    assert lire(base, sql_naissance("valeur", "jour"), ecrite) == lue


def test_the_column_says_which_comes_first() -> None:
    with duckdb.connect() as base:
        base.execute("CREATE TABLE l AS SELECT unnest(['05/13/2003', '02/03/2004', '12/25/2001', 'x']) AS naissance")
        dates = examiner(base, "l")
        assert (dates.ordre, dates.mois_sur, dates.ambigues, dates.illisibles) == ("mois", 2, 1, 1)
        assert "mois/jour/année" in dates.phrase
        base.execute("INSERT INTO l VALUES ('25/12/2001')")
        dates = examiner(base, "l")
        assert dates.ordre == "jour"
        assert "mêlent" in dates.phrase
        assert "1 dates qui se lisent des deux façons" in dates.phrase


def test_what_people_write_becomes_what_is_compared() -> None:
    (une,) = prepare(
        {
            "nom": "N'DIAYE", "nom usage": "Le  Goff", "prénom": "Anne-Marie", "autres prénoms": "Fatou", "sexe": "Mme",
            "adresse": "12 bd St Michel", "code postal": "37000", "ville": "TOURS CEDEX 2",
            "tél": "+33 (0)6 12 34 56 78",
            "email": " Anne@Essai.EXAMPLE ", "naissance": "1/5/2003",
        }
    )  # fmt: skip
    assert (une["nom"], une["nom_usage"], une["nom_mots"]) == ("ndiaye", "legoff", " n diaye ")
    assert (une["prenom"], une["prenom_1"], une["prenoms"]) == ("annemarie", "anne", " anne marie fatou ")
    assert une["voie"] == "12 boulevard saint michel"
    assert (une["code_postal"], une["commune"]) == ("37000", "tours")
    assert (une["telephone"], une["courriel"]) == ("612345678", "anne@essai.example")
    assert (une["sexe"], une["naissance"]) == ("F", "20030501")


def test_blank_is_unknown() -> None:
    (une,) = prepare({"nom": "Dupont", "prenom": "", "naissance": " ", "telephone": "-", "courriel": "", "sexe": "?"})
    assert {c: v for c, v in une.items() if v is not None} == {"unique_id": 0, "nom": "dupont", "nom_mots": " dupont "}


def test_a_used_name_alone_is_the_name() -> None:
    (une,) = prepare({"nom": "", "nom_usage": "Dupont", "prenom": "Léa"})
    assert (une["nom"], une["nom_usage"]) == ("dupont", None)


def test_the_zero_that_a_spreadsheet_takes_away_comes_back() -> None:
    lues = prepare({"nom": "A", "cp": "1000"}, {"nom": "B", "cp": "37000"}, {"nom": "C", "cp": "75011"})
    assert [ligne["code_postal"] for ligne in lues] == ["01000", "37000", "75011"]
    etrangeres = prepare({"nom": "A", "postcode": "4223"}, {"nom": "B", "postcode": "2135"})
    assert [ligne["code_postal"] for ligne in etrangeres] == ["4223", "2135"]


@pytest.mark.parametrize(
    ("nir", "naissance", "sexe", "garde"),
    [
        ("2 03 05 37 261 001 25", "2003-05-14", "F", True),
        ("2030537261001", "", "", True),
        ("2 75 05 37 261 001 25", "2003-05-14", "F", False),  # the mother's
        ("2030637261001", "2003-05-14", "F", False),
        ("1030537261001", "2003-05-14", "F", False),
        ("2039937261001", "2003-05-14", "F", True),  # a month that civil status doesn't tell
        ("203053726", "2003-05-14", "F", False),
    ],
)
def test_a_number_of_somebody_else_is_left_aside(nir: str, naissance: str, sexe: str, garde: bool) -> None:
    (une,) = prepare({"nom": "Dupont", "nir": nir, "naissance": naissance, "sexe": sexe})
    assert (une["nir"] is not None) == garde


def test_what_everybody_has_is_nobody_s() -> None:
    lignes = [
        {"nom": f"A{n}", "telephone": "0611111122", "ine": "0123456789", "courriel": "x@y.fr"}
        for n in range(PARTAGE_MAX + 1)
    ]
    assert {(u["telephone"], u["ine"], u["courriel"]) for u in prepare(*lignes)} == {(None, None, None)}
    assert prepare(*lignes[:-1])[0]["telephone"] == "611111122"
