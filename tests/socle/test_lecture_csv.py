"""Tables of others: encodings, separators, ends of line, and lines that aren't rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.socle.lecture_csv import LIGNE_MAX, FichierIllisible, Rejet, Tableau, encodage, lire


def _lire(chemin: Path) -> tuple[list[dict[str, str]], list[Rejet]]:
    rejets: list[Rejet] = []
    return [ligne.valeurs for ligne in lire(chemin, {"code", "nom"}, rejeter=rejets.append)], rejets


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separateur", [",", ";", "\t", "|"])
@pytest.mark.parametrize("fin", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_ends_of_line(tmp_path: Path, code: str, separateur: str, fin: str) -> None:
    chemin = tmp_path / "table.csv"
    lignes = [
        f"Nom{separateur}CODE",
        f"Œuvre d'été à Noël{separateur}1",
        f'"l’un{separateur} ""l\'autre"""{separateur}2',
    ]
    chemin.write_bytes((fin.join(lignes) + fin).encode(code))
    valeurs, rejets = _lire(chemin)
    assert rejets == []
    assert valeurs[0] == {"nom": "Œuvre d'été à Noël", "code": "1"}
    assert valeurs[1]["nom"] == " ".join(f'l’un{separateur} "l\'autre"'.split())


def test_a_late_accent_decides_the_encoding_of_a_long_file(tmp_path: Path) -> None:
    chemin = tmp_path / "table.csv"
    chemin.write_bytes(b"code,nom\n" + b"1,simple\n" * 20_000 + "2,été\n".encode("cp1252"))
    assert encodage(chemin) == "cp1252"
    assert _lire(chemin)[0][-1]["nom"] == "été"


@pytest.mark.parametrize("contenu", [b"", b"\n", b"code\n1\n", b"code,nom,nom\n", b"\xff\xfe", bytes(200)])
def test_what_is_no_table_is_said(tmp_path: Path, contenu: bytes) -> None:
    chemin = tmp_path / "table.csv"
    chemin.write_bytes(contenu)
    with pytest.raises(FichierIllisible):
        _lire(chemin)


@pytest.mark.parametrize(
    ("debut", "mot"),
    [
        (b"PK\x03\x04", "classeur"),
        (b"\xd0\xcf\x11\xe0\xa1", "ancien format"),
        (b"\x1f\x8b\x08", "compressé"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_another_file_renamed_csv_is_said(tmp_path: Path, debut: bytes, mot: str) -> None:
    chemin = tmp_path / "liste.csv"
    chemin.write_bytes(debut + b"\ncode,nom\n1,a\n")
    with pytest.raises(FichierIllisible, match=mot):
        _lire(chemin)


def test_ten_million_columns_are_refused_without_being_read(tmp_path: Path) -> None:
    chemin = tmp_path / "large.csv"
    chemin.write_bytes(b"code,nom" + b",c" * 10_000_000 + b"\n")
    with pytest.raises(FichierIllisible, match=str(LIGNE_MAX)):
        _lire(chemin)


def test_a_few_broken_bytes_lose_their_lines_only(tmp_path: Path) -> None:
    chemin = tmp_path / "table.csv"
    chemin.write_bytes(b"code,nom\n" + "1,Zoé\n".encode() * 30 + b"2,\xe9\xe9\n" + "3,Léa\n".encode())
    valeurs, rejets = _lire(chemin)
    assert (len(valeurs), valeurs[0]["nom"], valeurs[-1]["nom"]) == (31, "Zoé", "Léa")
    assert [(r.ligne, r.raison) for r in rejets] == [(32, "caractères illisibles (encodage abîmé)")]


def test_a_table_gives_each_line_once_in_order_with_what_can_t_be_read(tmp_path: Path) -> None:
    chemin = tmp_path / "table.csv"
    chemin.write_text('Nom|Nom\n a  b |"c"\n\n"jamais fermé|x\ntrop|de|cellules\nd|e\n', encoding="utf-8")
    lus: list[int] = []
    with Tableau(chemin) as tableau:
        assert (tableau.entete, tableau.separateur) == (["Nom", "Nom"], "|")
        rangees = list(tableau.rangees(lus.append))
    assert [(r.numero, r.cellules, r.raison) for r in rangees] == [
        (2, ["a b", "c"], ""),
        (4, [], "guillemets mal fermés"),
        (5, [], "3 colonnes au lieu de 2"),
        (6, ["d", "e"], ""),
    ]
    assert rangees[1].brut == '"jamais fermé|x'
    assert lus == [chemin.stat().st_size]


@given(suite=st.binary(max_size=2000))
def test_whatever_follows_the_header_never_breaks_the_reading(
    tmp_path_factory: pytest.TempPathFactory, suite: bytes
) -> None:
    chemin = tmp_path_factory.mktemp("csv") / "table.csv"
    chemin.write_bytes(b"code,nom\n1,premier\n" + suite)
    try:
        valeurs, rejets = _lire(chemin)
    except FichierIllisible:
        return
    assert all(set(v) == {"code", "nom"} for v in valeurs)
    assert all(r.ligne >= 2 and r.raison for r in rejets)
