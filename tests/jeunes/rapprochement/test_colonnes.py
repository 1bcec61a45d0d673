"""Whatever the headers are called, our columns are found, or the person is told what to give."""

from __future__ import annotations

import pytest

from imilo.jeunes.rapprochement.colonnes import ColonnesInconnues, lire_option, reconnaitre


@pytest.mark.parametrize(
    ("entete", "places"),
    [
        (
            ["Nom de famille", "PRÉNOM", "Date de naissance", "Code postal", "Téléphone", "INE"],
            {"nom": 0, "prenom": 1, "naissance": 2, "code_postal": 3, "telephone": 4, "ine": 5},
        ),
        (
            ["rec_id", "given_name", "surname", "street_number", "address_1", "suburb", "postcode", "state"],
            {"reference": 0, "prenom": 1, "nom": 2, "numero_voie": 3, "adresse": 4, "commune": 5, "code_postal": 6},
        ),
        (["NOM D'USAGE", "Né(e) le", "E-mail"], {"nom_usage": 0, "naissance": 1, "courriel": 2}),
        (["nom", "NOM", "prenom"], {"nom": 0, "prenom": 2}),
    ],
)  # fmt: skip
def test_usual_headers(entete: list[str], places: dict[str, int]) -> None:
    assert reconnaitre(entete) == places


def test_what_is_chosen_goes_before_names() -> None:
    assert reconnaitre(["nom", "usuel", "x"], {"nom": "Usuel", "naissance": "x"}) == {"nom": 1, "naissance": 2}


def test_a_column_that_is_not_there_is_said() -> None:
    with pytest.raises(ColonnesInconnues, match="date_of_birth"):
        reconnaitre(["nom"], {"naissance": "date_of_birth"})


def test_nothing_that_names_people_is_said() -> None:
    with pytest.raises(ColonnesInconnues, match="--colonnes"):
        reconnaitre(["prix", "quantité"])


def test_the_option_is_read() -> None:
    assert lire_option("nom=surname, prenom = given_name,") == {"nom": "surname", "prenom": "given_name"}
    assert lire_option("") == {}


@pytest.mark.parametrize("faux", ["nom", "nom=", "taille=size", "=x"])
def test_an_option_that_says_nothing_is_refused(faux: str) -> None:
    with pytest.raises(ColonnesInconnues, match="nom=surname"):
        lire_option(faux)
