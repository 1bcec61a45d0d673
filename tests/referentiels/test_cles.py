import pytest

from imilo.referentiels.cles import cle_commune, cles_de_recherche


@pytest.mark.parametrize(
    ("nom", "cle"),
    [
        ("St-Étienne", "saint etienne"),
        ("Ste Foy", "sainte foy"),
        ("Saint-Étienne", "saint etienne"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("Best", "best"),
        ("Cœur-de-la-Vallée", "coeur de la vallee"),
    ],
)
def test_cle_commune(nom: str, cle: str) -> None:
    assert cle_commune(nom) == cle


def test_keys_start_at_telling_words_only() -> None:
    assert list(cles_de_recherche("Saint-Jean-de-Luz")) == [
        (0, "saint jean de luz"),
        (1, "jean de luz"),
        (3, "luz"),
    ]


def test_the_whole_name_is_a_key_even_when_it_starts_at_an_article() -> None:
    assert list(cles_de_recherche("Le Havre")) == [(0, "le havre"), (1, "havre")]
    assert list(cles_de_recherche("Aux")) == [(0, "aux")]
