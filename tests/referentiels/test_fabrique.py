"""The maker of the files, on small packages of the same form as the published ones."""

import csv
import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from imilo.referentiels import fabrique, fabrique_pays

Commune = dict[str, Any]


def actuelle(code: str, nom: str, **autres: object) -> Commune:
    return {"code": code, "nom": nom, "type": "commune-actuelle", "departement": code[:2], **autres}


# B joins A in 2016 under a new name; C is renamed between 2022 and 2023; D joins C in 2026.
HISTORIQUE: list[Commune] = [
    {"id": "A1", "type": "COM", "code": "01001", "nom": "Amont", "dateFin": "2016-01-01", "successeur": "A1D"},
    {"id": "A1D", "type": "COMD", "code": "01001", "nom": "Amont", "dateDebut": "2016-01-01", "pole": "A2"},
    {"id": "A2", "type": "COM", "code": "01001", "nom": "Val", "dateDebut": "2016-01-01"},
    {"id": "B1", "type": "COM", "code": "01002", "nom": "Aval", "dateFin": "2016-01-01", "successeur": "B1D"},
    {"id": "B1D", "type": "COMD", "code": "01002", "nom": "Aval", "dateDebut": "2016-01-01", "pole": "A2"},
    {"id": "C1", "type": "COM", "code": "01003", "nom": "Colline"},
    {"id": "D1", "type": "COM", "code": "01004", "nom": "Dune"},
]
VAL = actuelle("01001", "Val", codesPostaux=["01100", "01110"], population=900)
ILE = actuelle("97801", "Île", codesPostaux=["97150"])
EDITIONS: dict[int, list[Commune]] = {
    2019: [VAL, actuelle("01003", "Colline"), actuelle("01004", "Dune")],
    **{annee: [VAL, ILE, actuelle("01003", "Colline"), actuelle("01004", "Dune")] for annee in (2021, 2022)},
    **{
        annee: [VAL, ILE, actuelle("01003", "Colline-Haute"), actuelle("01004", "Dune")] for annee in (2023, 2024, 2025)
    },
    2026: [
        VAL,
        {**ILE, "departement": "978"},
        actuelle("01003", "Colline-Haute", anciensCodes=["01004"], population=50),
        {"code": "01001", "nom": "Amont", "type": "commune-deleguee", "departement": "01", "chefLieu": "01001"},
        {"code": "01002", "nom": "Aval", "type": "commune-deleguee", "departement": "01", "chefLieu": "01001"},
        {"code": "01999", "nom": "Tard", "type": "commune-deleguee", "departement": "01", "chefLieu": "01001"},
    ],
}


@pytest.fixture
def paquets(tmp_path: Path) -> Path:
    dossier = tmp_path / "paquets"
    dossier.mkdir()
    for annee, version in fabrique.EDITIONS.items():
        contenus: dict[str, object] = {"communes": EDITIONS[annee]}
        contenus["departements"] = [{"code": "01", "nom": "Ain", "region": "84"}]
        contenus["regions"] = [{"code": "84", "nom": "Auvergne-Rhône-Alpes"}]
        if annee == 2019:
            contenus["historique-communes"] = HISTORIQUE
        with tarfile.open(dossier / fabrique.PAQUET.format(version), "w:gz") as archive:
            for nom, contenu in contenus.items():
                octets = json.dumps(contenu).encode()
                membre = tarfile.TarInfo(f"package/data/{nom}.json")
                membre.size = len(octets)
                archive.addfile(membre, io.BytesIO(octets))
    with zipfile.ZipFile(dossier / fabrique_pays.PAQUET, "w") as roue:
        pays = {"99350": ["MAROC"], "99132": ["ROYAUME-UNI", "JERSEY"], "99209": ["SIBERIE"]}
        roue.writestr(fabrique_pays.MEMBRE, f"COUNTRIES = {pays!r}\n")
    return dossier


def lire(chemin: Path) -> dict[str, list[dict[str, str]]]:
    octets = chemin.read_bytes()
    texte = gzip.decompress(octets).decode() if chemin.suffix == ".gz" else octets.decode()
    lignes: dict[str, list[dict[str, str]]] = {}
    for ligne in csv.DictReader(texte.splitlines()):
        lignes.setdefault(ligne["code"], []).append(ligne)
    return lignes


def test_communes_and_their_past(paquets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fabrique.principal([str(paquets), "--sortie", str(tmp_path)])
    communes = lire(tmp_path / "communes-2026.csv.gz")
    assert communes["01001"][0] == {
        "code": "01001",
        "nom": "Val",
        "type": "actuelle",
        "departement": "01",
        "population": "900",
        "codes_postaux": "01100 01110",
        "du": "",
        "au": "",
        "actuelle": "",
    }
    aval = communes["01002"][0]
    assert (aval["type"], aval["au"], aval["actuelle"]) == ("deleguee", "2015-12-31", "01001")
    dune = communes["01004"][0]
    assert (dune["type"], dune["au"], dune["actuelle"]) == ("ancienne", "2025-12-31", "01003")
    assert communes["97801"][0]["departement"] == "978"
    assert "01999" not in communes, "a code that never designated a commune"
    noms = lire(tmp_path / "noms-2026.csv.gz")
    assert [(n["nom"], n["du"], n["au"]) for n in noms["01001"]] == [
        ("Amont", "", "2015-12-31"),
        ("Val", "2016-01-01", ""),
    ]
    assert [(n["nom"], n["du"], n["au"]) for n in noms["01003"]] == [
        ("Colline", "", "2022-12-31"),
        ("Colline-Haute", "2023-01-01", ""),
    ]
    assert "01002" not in noms
    pays = lire(tmp_path / "pays-2026.csv")
    assert [p["libelle"] for (p,) in pays.values()] == ["France", "Royaume-Uni", "Maroc"]
    assert pays["99132"][0]["autres_noms"].startswith("Guernesey|Jersey")
    assert "SIBERIE" in capsys.readouterr().out


def test_the_same_packages_give_the_same_bytes(paquets: Path, tmp_path: Path) -> None:
    sorties = [tmp_path / "un", tmp_path / "deux"]
    for sortie in sorties:
        sortie.mkdir()
        fabrique.principal([str(paquets), "--sortie", str(sortie)])
    un, deux = ({f.name: f.read_bytes() for f in s.iterdir()} for s in sorties)
    assert un == deux
    assert len(un) == 5


def test_a_missing_package_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        fabrique.principal([str(tmp_path), "--sortie", str(tmp_path)])
