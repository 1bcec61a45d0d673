"""The referential of structures: hostile files, twice the same, and what completes it."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest
from django.db import connection

from imilo.acteurs.imports import FichierIllisible, Rapport, importer_structures
from imilo.acteurs.models import Secteur, Site, Structure
from tests import fabriques

pytestmark = pytest.mark.django_db
ENTETE = ["id", "nom_officiel", "nom_usuel", "nom_region", "code_region", "nom_departement", "code_departement"]
ENTETE += ["timezone"]
ENTETE_COMPLEMENT = ["id", "objet", "siret", "nom", "adresse", "code_commune", "telephone", "courriel", "siege"]
FUSEAUX = ["Europe/Paris", "Indian/Reunion", "America/Martinique", "America/Marigot", "Indian/Mayotte"]


def ligne(n: int, **champs: str) -> list[str]:
    valeurs = {
        "id": f"{n:05d}S00",
        "nom_officiel": f"{n:02d}-ML ÉTÉ DE L'ŒUVRE {n}",
        "nom_usuel": f'Mission locale « du {n} », antenne "Nord"',
        "nom_region": "Structure régionale Île-de-France",
        "code_region": "11",
        "nom_departement": "Structure départementale Seine-Saint-Denis",
        "code_departement": "93",
        "timezone": FUSEAUX[n % len(FUSEAUX)],
        **champs,
    }
    return [valeurs[nom] for nom in ENTETE]


def texte(lignes: list[list[str]], entete: list[str] = ENTETE, separateur: str = ",") -> str:
    tampon = io.StringIO()
    csv.writer(tampon, delimiter=separateur).writerows([entete, *lignes])
    return tampon.getvalue()


LIGNES = 40


@pytest.fixture
def fichier(tmp_path: Path) -> Path:
    chemin = tmp_path / "structures.csv"
    chemin.write_text(texte([ligne(n) for n in range(1, LIGNES + 1)]), encoding="utf-8")
    return chemin


def _compte(rapport: Rapport) -> tuple[int, int, int]:
    return rapport.structures.crees, rapport.structures.modifies, rapport.structures.inchanges


def test_importing_twice_changes_nothing(fichier: Path) -> None:
    """A file of the real one's length."""
    fichier.write_text(texte([ligne(n) for n in range(1, 451)]), encoding="utf-8")
    assert _compte(importer_structures(fichier)) == (450, 0, 0)
    avant = list(Structure.objects.values())
    rapport = importer_structures(fichier)
    assert _compte(rapport) == (0, 0, 450)
    assert not rapport.change
    assert list(Structure.objects.values()) == avant
    reunion = Structure.objects.get(code="00001S00")
    assert reunion.fuseau == "Indian/Reunion"
    assert reunion.nom_departement == "Seine-Saint-Denis"
    assert reunion.nom_region == "Île-de-France"


@pytest.mark.parametrize(("encodage", "separateur"), [("utf-16", "\t"), ("cp1252", ";")])
def test_any_usual_file_gives_the_same(tmp_path: Path, encodage: str, separateur: str) -> None:
    chemin = tmp_path / "structures.csv"
    chemin.write_bytes(texte([ligne(n) for n in range(1, 4)], separateur=separateur).encode(encodage))
    rapport = importer_structures(chemin)
    assert rapport.rejets == []
    assert _compte(rapport) == (3, 0, 0)
    assert Structure.objects.get(code="00002S00").nom_officiel == "02-ML ÉTÉ DE L'ŒUVRE 2"


MAUVAISES = {
    "code": (ligne(2, id="123"), "code de structure"),
    "code absent": (ligne(2, id=""), "code de structure"),
    "nom vide": (ligne(2, nom_officiel="  "), "nom_officiel est vide"),
    "nom long": (ligne(2, nom_officiel="x" * 5000), "plus de 200"),
    "fuseau": (ligne(2, timezone="Europe/Lutece"), "fuseau"),
    "injection": (ligne(2, timezone="../../etc/passwd"), "fuseau"),
    "région": (ligne(2, code_region="12345"), "code_region"),
    "colonnes": (ligne(2)[:5], "5 colonnes au lieu de 8"),
    "colonnes en trop": ([*ligne(2), "x", "y"], "10 colonnes au lieu de 8"),
    "double": (ligne(1), "déjà à la ligne 2"),
    "contrôle": (ligne(2, nom_usuel="a\x00b"), "caractère de contrôle"),
}


@pytest.mark.parametrize("cas", MAUVAISES)
def test_a_broken_line_is_reported_and_the_rest_kept(tmp_path: Path, cas: str) -> None:
    mauvaise, raison = MAUVAISES[cas]
    chemin = tmp_path / "structures.csv"
    chemin.write_text(texte([ligne(1), mauvaise, ligne(3)]), encoding="utf-8", newline="")
    rapport = importer_structures(chemin)
    assert [r.ligne for r in rapport.rejets] == [3]
    assert raison in rapport.rejets[0].raison
    assert sorted(Structure.objects.values_list("code", flat=True)) == ["00001S00", "00003S00"]


def test_an_unclosed_quote_or_an_endless_line_breaks_its_own_line_only(tmp_path: Path) -> None:
    lignes = texte([ligne(1), ligne(2), ligne(3), ligne(4)]).split("\r\n")
    lignes[2] = '00002S00,"jamais fermé,x,y,11,z,93,Europe/Paris'
    lignes[3] = "00003S00," + "x" * 300_000
    chemin = tmp_path / "structures.csv"
    chemin.write_text("\n".join(lignes), encoding="utf-8")
    rapport = importer_structures(chemin)
    assert [(r.ligne, r.raison) for r in rapport.rejets] == [
        (3, "guillemets mal fermés"),
        (4, "ligne de plus de 20000 caractères"),
    ]
    assert Structure.objects.count() == 2


@pytest.mark.parametrize("contenu", [b"", b"\n\n", b"a;b;c\n1;2;3\n", b"\x00\x01\x02" * 50, b"id,id,nom_officiel\n"])
def test_a_file_of_another_form_imports_nothing(tmp_path: Path, contenu: bytes) -> None:
    chemin = tmp_path / "structures.csv"
    chemin.write_bytes(contenu)
    with pytest.raises(FichierIllisible):
        importer_structures(chemin)
    assert not Structure.objects.exists()


def test_what_changed_is_changed_and_what_left_is_reported(fichier: Path) -> None:
    importer_structures(fichier)
    fichier.write_text(
        texte(
            [
                ligne(n, nom_usuel="Nouveau nom" if n == 7 else f'Mission locale « du {n} », antenne "Nord"')
                for n in range(3, LIGNES + 1)
            ]
        ),
        encoding="utf-8",
    )
    rapport = importer_structures(fichier)
    assert _compte(rapport) == (0, 1, LIGNES - 3)
    assert rapport.absentes == ["00001S00", "00002S00"]
    assert Structure.objects.count() == LIGNES
    assert Structure.objects.get(code="00007S00").nom == "Nouveau nom"


def test_the_complement_brings_siret_sites_and_communes(fichier: Path, tmp_path: Path) -> None:
    complement = tmp_path / "complement.csv"
    un, deux = "00001S00", "00002S00"
    lignes = [
        [un, "structure", "130 025 265 00013", "", "", "", "0247000000", "contact@ml.example", ""],
        [un, "site", "", "Siège", "1 rue des Lilas", "37261", "", "", "oui"],
        [un, "site", "", "Antenne", "", "37003", "", "", ""],
        [un, "commune", "", "", "", "37261", "", "", ""],
        [un, "commune", "", "", "", "37003", "", "", ""],
        [deux, "structure", "13002526500013", "", "", "", "", "", ""],
        [deux, "structure", "13002526500014", "", "", "", "", "", ""],
        [un, "site", "", "Autre siège", "", "", "", "", "oui"],
        [un, "commune", "", "", "", "99999", "", "", ""],
        ["99999S99", "commune", "", "", "", "37261", "", "", ""],
        [un, "usine", "", "", "", "", "", "", ""],
        [deux, "structure", "", "", "", "", "", "pas un courriel", ""],
    ]
    complement.write_text(texte(lignes, ENTETE_COMPLEMENT, ";"), encoding="cp1252")
    rapport = importer_structures(fichier, complement)
    assert [r.ligne for r in rapport.rejets] == [7, 8, 9, 10, 11, 12, 13]
    structure = Structure.objects.get(code=un)
    assert structure.siret == "13002526500013"
    assert {s.nom: s.siege for s in Site.objects.filter(structure=structure)} == {"Siège": True, "Antenne": False}
    assert set(Secteur.objects.filter(structure=structure).values_list("commune_id", flat=True)) == {"37261", "37003"}
    encore = importer_structures(fichier, complement)
    assert not encore.change
    assert (encore.sites.inchanges, encore.communes.inchanges) == (2, 2)


def test_a_commune_that_ended_names_the_one_of_today(fichier: Path, tmp_path: Path) -> None:
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT a.code, b.code FROM referentiels_commune a JOIN referentiels_commune b ON b.code = a.actuelle_id "
            "WHERE a.au IS NOT NULL AND a.code <> b.code LIMIT 1"
        )
        ancienne, actuelle = curseur.fetchone()
    complement = tmp_path / "complement.csv"
    complement.write_text(
        texte([["00001S00", "commune", "", "", "", ancienne, "", "", ""]], ENTETE_COMPLEMENT), encoding="utf-8"
    )
    rejet = importer_structures(fichier, complement).rejets[0]
    assert "n'est plus une commune" in rejet.raison
    assert actuelle in rejet.raison


def test_an_import_touches_no_other_structure(fichier: Path) -> None:
    autre = fabriques.structure(code="99999S99", siret="13002526500013")
    rapport = importer_structures(fichier)
    assert rapport.absentes == ["99999S99"]
    autre.refresh_from_db()
    assert autre.active


def test_the_real_referential(tmp_path: Path) -> None:
    nom = os.environ.get("IMILO_STRUCTURES", "")
    if not nom:
        pytest.skip("IMILO_STRUCTURES names no file: the public referential isn't part of this repository")
    rapport = importer_structures(Path(nom))
    assert rapport.rejets == []
    assert rapport.structures.crees == 450
    assert Structure.objects.exclude(fuseau="Europe/Paris").count() >= 10
    assert not importer_structures(Path(nom)).change
