"""The fast reader says what the slow one says, or leaves the file to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imilo.jeunes.rapprochement import lecture_rapide
from imilo.jeunes.rapprochement.colonnes import COLONNES, reconnaitre
from imilo.socle.lecture_csv import Tableau

ENTETE = "ref;nom;prenom;naissance"


def vite(chemin: Path) -> list[tuple[Any, ...]] | None:
    """What the fast reader has of each line (blank as ""), None when it leaves the file."""
    with duckdb.connect() as base, Tableau(chemin) as tableau:
        places = reconnaitre(tableau.entete)
        if lecture_rapide.lire(base, tableau, places, "b", lambda _: None) is None:
            return None
        lues = base.execute(f"SELECT ligne, {', '.join(COLONNES)} FROM b ORDER BY ligne").fetchall()
    rangs = [1 + COLONNES.index(nom) for nom in places]
    assert [ligne[0] for ligne in lues] == list(range(len(lues)))
    return [tuple(" ".join((ligne[rang] or "").split()) for rang in rangs) for ligne in lues]


def lentement(chemin: Path) -> list[tuple[Any, ...]]:
    with Tableau(chemin) as tableau:
        places = reconnaitre(tableau.entete).values()
        rangees = list(tableau.rangees())
    return [tuple(r.cellules[place] for place in places) for r in rangees if not r.raison]


def ecrire(dossier: Path, contenu: str | bytes) -> Path:
    chemin = dossier / "liste.csv"
    chemin.write_bytes(contenu if isinstance(contenu, bytes) else contenu.encode())
    return chemin


@pytest.mark.parametrize(
    "corps",
    [
        "1;Dupont;Léa;2003-05-01\n2;;;\n;;;\n   ; ;;\n3;N'Diaye;Anne  Marie;\n",
        '1;"Dupont; fils";"Léa ""Lou""";2003\n2;Martin;Léo;2003\n',
        "1;Dupont;Léa;2003-05-01\n\n2;Martin;Léo;\n",
        "1;Dupont;Léa;2003-05-01",
        "",
    ],
)
@pytest.mark.parametrize("marque", ["", "\ufeff"])
def test_une_table_propre_se_lit_vite_et_pareil(tmp_path: Path, corps: str, marque: str) -> None:
    for fin in ("\n", "\r\n"):
        chemin = ecrire(tmp_path, f"{marque}{ENTETE}\n{corps}".replace("\n", fin))
        assert vite(chemin) == lentement(chemin)


@pytest.mark.parametrize(
    "corps",
    [
        "1;Dupont;Léa\n",  # another width
        "1;Dupont;Léa;2003;\n",
        '1;"Dupont;Léa;2003\n2;M;L;"\n',  # a quote that closes lines later
        '1;Du"pont;Léa;2003\n',
        "1;Du\x00pont;Léa;2003\n",
        "1;Du\rpont;Léa;2003\n",
        "1;\u00a0Dupont;Léa;2003\n",
        "1;Dupont\u2028;Léa;2003\n",
        "1;Dup\ufffdnt;Léa;2003\n",
        f"1;{'x' * 30_000};Léa;2003\n",
    ],
)
def test_ce_qui_n_est_pas_propre_est_laisse(tmp_path: Path, corps: str) -> None:
    assert vite(ecrire(tmp_path, f"{ENTETE}\n1;a;b;c\n{corps}2;a;b;c\n")) is None


def test_un_autre_codage_est_laisse(tmp_path: Path) -> None:
    assert vite(ecrire(tmp_path, f"{ENTETE}\n1;Léa;b;c\n".encode("cp1252"))) is None
    assert vite(ecrire(tmp_path, f"{ENTETE}\n1;Léa;b;c\n".encode("utf-16"))) is None


CELLULES = st.text(st.sampled_from("aé';\"\t \r\n,0\u00a0œ\x01"), max_size=5)


@given(st.lists(st.lists(CELLULES, min_size=3, max_size=5), max_size=4))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_jamais_autre_chose_que_la_lecture_lente(tmp_path: Path, lignes: list[list[str]]) -> None:
    chemin = ecrire(tmp_path, "\n".join([ENTETE, *(";".join(cellules) for cellules in lignes)]))
    lues = vite(chemin)
    assert lues is None or lues == lentement(chemin)
