"""Lists as they arrive: whatever the file, each line comes out once with its answer or its reason."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from imilo.config.commandes import app
from imilo.jeunes.rapprochement.colonnes import ColonnesInconnues
from imilo.jeunes.rapprochement.fichiers import (
    Bilan,
    Demande,
    _rangee_ecrite,
    _telle_quelle,
    neutre,
    rapprocher_fichier,
)
from imilo.jeunes.rapprochement.resultat import Resultat
from imilo.socle.lecture_csv import FichierIllisible, Tableau

BASE = """Référence;Nom;Prénom;Sexe;Date de naissance;Téléphone;Commune
10;Dupont;Léa;F;2003-05-01;06 12 34 56 78;Tours
11;Dupont;Louis;M;2003-05-01;06 12 34 56 78;Tours
12;N'Diaye;Aminata;F;2004-11-12;;Lille
"""
LISTE = """n°;NOM;PRENOM;Sexe;Né(e) le;Tel;Ville
1;DUPONT;LEA;F;01/05/2003;+33612345678;TOURS
2;DUPOND;Louis;M;05/01/2003;0612345678;Tours
3;Zola;Émile;M;02/04/2004;;Paris
"""


def ecrire(chemin: Path, texte: str, encodage: str = "utf-8") -> Path:
    chemin.write_bytes(texte.encode(encodage))
    return chemin


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return ecrire(tmp_path / "base.csv", BASE)


def rapprocher(liste: Path, base: Path) -> tuple[Bilan, list[dict[str, str]]]:
    sortie = liste.with_name("resultat.csv")
    bilan = rapprocher_fichier(Demande(liste=liste, contre=base, sortie=sortie))
    with sortie.open(encoding="utf-8-sig", newline="") as fichier:
        separateur = max(",;\t|", key=fichier.readline().count)
        fichier.seek(0)
        return bilan, list(csv.DictReader(fichier, delimiter=separateur))


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separateur", [";", ",", "\t", "|"])
def test_any_encoding_any_separator(tmp_path: Path, base: Path, encodage: str, separateur: str) -> None:
    liste = ecrire(tmp_path / "liste.csv", LISTE.replace(";", separateur), encodage)
    bilan, lues = rapprocher(liste, base)
    assert [(ligne["n°"], ligne["statut"], ligne["dossier"]) for ligne in lues] == [
        ("1", "sur", "10"), ("2", "sur", "11"), ("3", "nouveau", ""),
    ]  # fmt: skip
    assert lues[2]["PRENOM"] == "Émile"
    assert "jour et mois de naissance inversés" in lues[1]["preuves"]
    assert bilan.colonnes["naissance"] == "Né(e) le"


def test_a_line_that_can_t_be_read_comes_out_with_its_reason_and_stops_nothing(tmp_path: Path, base: Path) -> None:
    lignes = LISTE.splitlines()
    lignes[2:2] = ['2b;"DUPONT;Léa;F;01/05/2003;;', "trop;de;cellules;ici;;;;;;;", ";;;F;01/05/2003;;Tours", ";;;;;;"]
    bilan, lues = rapprocher(ecrire(tmp_path / "liste.csv", "\n".join(lignes)), base)
    assert [ligne["statut"] for ligne in lues] == ["sur", "illisible", "illisible", "illisible", "sur", "nouveau"]
    assert lues[1]["raison"] == "ligne 3 : guillemets mal fermés"
    assert lues[1]["n°"].startswith('2b;"DUPONT')
    assert lues[2]["raison"] == "ligne 4 : 11 colonnes au lieu de 7"
    assert lues[3]["raison"] == "ni nom ni identifiant sur cette ligne"
    assert bilan.statuts == {"sur": 2, "a_verifier": 0, "nouveau": 1, "illisible": 3}


def test_a_date_that_can_t_be_read_is_said_on_its_line(tmp_path: Path, base: Path) -> None:
    liste = ecrire(tmp_path / "liste.csv", LISTE.replace("02/04/2004", "32/13/2004"))
    bilan, lues = rapprocher(liste, base)
    assert lues[2]["raison"] == "date de naissance illisible : « 32/13/2004 »"
    assert "1 dates de naissance ne se lisent pas." in " ".join(bilan.remarques)


def test_formulas_are_made_harmless(tmp_path: Path, base: Path) -> None:
    liste = ecrire(tmp_path / "liste.csv", LISTE.replace("Zola", "=cmd|' /C calc'!A0").replace("n°", "@n"))
    _, lues = rapprocher(liste, base)
    assert lues[2]["NOM"] == "'=cmd|' /C calc'!A0"
    assert "'@n" in lues[0]
    assert lues[0]["Tel"] == "+33612345678"


@pytest.mark.parametrize(
    ("cellule", "ecrite"),
    [
        ("=1+1", "'=1+1"), ("+33 6", "+33 6"), ("-", "-"), ("@x", "'@x"), ("+x", "'+x"), ("|x", "'|x"), ("a=b", "a=b"),
        ("", ""),
    ],
)  # fmt: skip
def test_neutral_cells(cellule: str, ecrite: str) -> None:
    assert neutre(cellule) == ecrite


def test_columns_of_the_same_name_as_ours_are_kept_apart(tmp_path: Path, base: Path) -> None:
    liste = ecrire(tmp_path / "liste.csv", LISTE.replace("Ville", "statut"))
    _, lues = rapprocher(liste, base)
    assert (lues[0]["statut"], lues[0]["rapprochement_statut"]) == ("TOURS", "sur")


@pytest.mark.parametrize(
    ("octets", "erreur"),
    [
        (b"", FichierIllisible),
        (b"PK\x03\x04" + bytes(200), FichierIllisible),
        (b"nom" + b";c" * 10_000_000, FichierIllisible),
        (b"prix;quantite\n1;2\n", ColonnesInconnues),
    ],
)
def test_what_is_no_list_is_said_and_leaves_nothing(
    tmp_path: Path, base: Path, octets: bytes, erreur: type[Exception]
) -> None:
    liste = tmp_path / "liste.csv"
    liste.write_bytes(octets)
    with pytest.raises(erreur):
        rapprocher(liste, base)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["base.csv", "liste.csv"]


@given(st.text(' ;a1"=+-@\t\u00e9\u0301\u00a0\ufffd|%', max_size=12))
@example("a;+33 6 1")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_line_is_only_copied_when_its_cells_would_be_written_so(tmp_path: Path, ligne: str) -> None:
    with Tableau(ecrire(tmp_path / "t.csv", "nom;prenom\n")) as tableau:
        rangee, copiee = tableau.rangee(2, ligne), _telle_quelle(tableau)(ligne)
    if copiee:
        assert rangee is not None
        ecrite = io.StringIO()
        csv.writer(ecrite, delimiter=";").writerow(_rangee_ecrite(rangee, Resultat(0, "nouveau"), 2))
        assert not rangee.raison
        assert ecrite.getvalue() == f"{ligne};nouveau;;;;\r\n"


def test_empty_lists_answer(tmp_path: Path, base: Path) -> None:
    assert rapprocher(ecrire(tmp_path / "liste.csv", "nom;prenom\n"), base)[1] == []
    vide = ecrire(tmp_path / "vide.csv", "nom;prenom\n")
    _, lues = rapprocher(ecrire(tmp_path / "liste.csv", LISTE), vide)
    assert [ligne["statut"] for ligne in lues] == ["nouveau"] * 3


def test_unreadable_lines_of_the_other_list_are_counted(tmp_path: Path) -> None:
    base = ecrire(tmp_path / "base.csv", BASE + 'x;"\n')
    bilan, _ = rapprocher(ecrire(tmp_path / "liste.csv", LISTE), base)
    assert (bilan.base, bilan.base_illisibles) == (3, 1)
    assert bilan.remarques[0] == "base.csv, ligne 5 : guillemets mal fermés"


def test_the_command_answers_in_json_without_any_database(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imilo.config.base_de_donnees.ouvrir", lambda _: pytest.fail("no database is needed"))
    liste = ecrire(tmp_path / "l.csv", LISTE.replace(";NOM;", ";surname;"))
    options = ["--contre", str(base), "--sortie", str(tmp_path / "r.csv"), "--colonnes", "nom=surname", "--json"]
    reponse = CliRunner().invoke(app, ["rapprocher", str(liste), *options])
    assert reponse.exit_code == 0, reponse.output
    bilan = json.loads(reponse.stdout)
    assert bilan["statuts"] == {"sur": 2, "a_verifier": 0, "nouveau": 1, "illisible": 0}
    assert (tmp_path / "r.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("options", "mot"),
    [
        (["--contre", "absent.csv", "--sortie", "r.csv"], "ni un fichier"),
        (["--contre", "base.csv", "--sortie", "rien/r.csv"], "pas"),
        (["--contre", "base.csv", "--sortie", "l.csv"], "craserait"),
        (["--contre", "base.csv", "--sortie", "base.csv"], "craserait"),
        (["--contre", "base.csv", "--sortie", "r.csv", "--colonnes", "taille=x"], "colonne"),
        (["--contre", "base.csv", "--sortie", "r.csv", "--memoire", "beaucoup"], "2GB"),
        (["--contre", "base.csv", "--sortie", "r.csv", "--modele", "absent.json"], "modèle"),
    ],
)
def test_the_command_refuses_what_makes_no_sense(
    tmp_path: Path, base: Path, options: list[str], mot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ecrire(tmp_path / "l.csv", LISTE)
    reponse = CliRunner().invoke(app, ["rapprocher", "l.csv", *options])
    assert reponse.exit_code in (1, 2)
    assert mot in " ".join(reponse.output.replace("│", " ").split())
    assert not (tmp_path / "r.csv").exists()
    assert (tmp_path / "l.csv").read_text(encoding="utf-8") == LISTE
