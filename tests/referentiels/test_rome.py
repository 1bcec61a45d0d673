"""Jobs of the ROME: found by their words or their code, read from what people type."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from imilo.referentiels.fabrique_rome import MEMBRE, metiers_du_paquet
from imilo.referentiels.rome import CODE, chercher_metiers, libelle_rome, lire_metier, metiers


def test_the_edition_is_whole_and_well_formed() -> None:
    assert len(metiers()) == 1584
    assert all(CODE.fullmatch(code) and libelle.strip() == libelle for code, libelle in metiers().items())
    assert list(metiers()) == sorted(metiers())


@pytest.mark.parametrize(
    ("texte", "premier"),
    [
        ("cuisinier", "G1609"),
        ("CUISINIÈRE", "G1609"),
        ("commis de cuis", "G1602"),
        ("cuisine commis", "G1602"),
        ("g1602", "G1602"),
        ("G16", "G1601"),
    ],
)
def test_a_job_is_found_by_the_beginning_of_its_words_or_code(texte: str, premier: str) -> None:
    trouves = chercher_metiers(texte)
    assert trouves[0][0] == premier
    assert len(trouves) <= 8


@pytest.mark.parametrize("texte", ["", "   ", "de la", "zzzz", "🍳", "A9999"])
def test_nothing_is_found_for_nothing(texte: str) -> None:
    assert chercher_metiers(texte) == []


@pytest.mark.parametrize(
    ("texte", "code"),
    [
        ("G1602", "G1602"),
        (" g1602 Commis / Commise de cuisine", "G1602"),
        ("commis / commise de CUISINE", "G1602"),
        ("commis", None),
        ("A9999", None),
        ("", None),
    ],
)
def test_what_is_typed_names_a_job_or_none(texte: str, code: str | None) -> None:
    assert lire_metier(texte) == code


def test_a_code_of_another_edition_is_told_as_it_is() -> None:
    assert libelle_rome("G1602") == "Commis / Commise de cuisine"
    assert (libelle_rome("A9999"), libelle_rome("")) == ("A9999", "")


def _paquet(dossier: Path, noms: list[str]) -> Path:
    roue = dossier / "roue.whl"
    secteurs = {str(n): {"codes_rome": [{"code": "G1602", "libelle": nom}]} for n, nom in enumerate(noms)}
    with zipfile.ZipFile(roue, "w") as paquet:
        paquet.writestr(MEMBRE, json.dumps(secteurs))
    return roue


def test_the_file_is_made_from_the_package(tmp_path: Path) -> None:
    assert metiers_du_paquet(_paquet(tmp_path, ["Commis", "Commis "])) == "code,libelle\nG1602,Commis\n"
    with pytest.raises(ValueError, match="deux noms"):
        metiers_du_paquet(_paquet(tmp_path, ["Commis", "Chef"]))
