"""Tables of others: encodings, separators, ends of line, and lines that aren't rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.socle.lecture_csv import FichierIllisible, Rejet, encodage, lire


def _lire(chemin: Path) -> tuple[list[dict[str, str]], list[Rejet]]:
    rejets: list[Rejet] = []
    return [ligne.valeurs for ligne in lire(chemin, {"code", "nom"}, rejeter=rejets.append)], rejets


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separateur", [",", ";", "\t"])
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
