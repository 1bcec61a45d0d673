"""The commands that make a CFA's key and load lists, and two of them at the same moment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from imilo.socle.urls_base import VARIABLES, Role
from tests import amorce
from tests.demonstration import Demonstration, base_nue, commande

COLONNES = "version;identifiant;nom_naissance;prenom;date_naissance;dernier_etablissement_uai;date_sortie"
STRUCTURE = (
    "INSERT INTO acteurs_structure (code, nom_officiel, nom_usuel, siret, code_departement, nom_departement, "
    "code_region, nom_region, fuseau, telephone, courriel, active, cree_le, modifie_le) VALUES "
    "('37990S00', 'ML', '', '', '37', '', '', '', 'Europe/Paris', '', '', true, now(), now())"
)


@pytest.fixture(scope="module")
def base() -> Demonstration:
    import psycopg

    nue = base_nue("listes")
    with psycopg.connect(nue.admin) as admin:
        admin.execute(STRUCTURE)
    return nue


def liste(dossier: Path, nombre: int, nom: str = "Martin") -> Path:
    lettres = "abcdefghij"
    lignes = [
        f"1;E{n};{nom};{''.join(lettres[int(c)] for c in str(n))};0{n % 9 + 1}/05/2009;0370001A;30/06/2026"
        for n in range(nombre)
    ]
    chemin = dossier / "sorties.csv"
    chemin.write_text("\n".join([COLONNES, *lignes, "1;;;;;;"]), encoding="utf-8")
    return chemin


def test_la_cle_d_un_cfa(base: Demonstration) -> None:
    arguments = ("cles", "creer-cfa", "--uai", "0370001A", "--siret", "99900000100015", "--nom", "CFA", "--json")
    faite = commande(base.urls, *arguments)
    assert faite.returncode == 0, faite.stderr
    assert json.loads(faite.stdout)["cle"].count(".") == 1
    refus = commande(base.urls, "cles", "creer-cfa", "--uai", "1", "--siret", "2", "--nom", "CFA")
    assert (refus.returncode, "Un UAI a sept chiffres" in refus.stderr) == (1, True)
    autre = commande(base.urls, "cles", "creer", "--nom", "CFA", "--famille", "dossiers-apprenants")
    assert (autre.returncode, "creer-cfa" in autre.stderr) == (1, True)


def test_importer_et_dire_ligne_par_ligne(base: Demonstration, tmp_path: Path) -> None:
    chemin = liste(tmp_path, 3, nom="Durand")
    arguments = ("importer", "obligation-formation", str(chemin), "--structure", "37990S00", "--json")
    faite = commande(base.urls, *arguments)
    assert faite.returncode == 0, faite.stderr
    rapport = json.loads(faite.stdout)
    assert rapport["comptes"]["créées"] == 3
    assert rapport["rejets"] == [[5, "date_naissance, date_sortie, identifiant, nom_naissance, prenom : vide"]]
    refus = commande(base.urls, "importer", "decrocheurs", str(chemin), "--structure", "INCONNUE")
    assert (refus.returncode, "Aucune structure" in refus.stderr) == (1, True)


def test_deux_processus_la_meme_liste_au_meme_moment(base: Demonstration, tmp_path: Path) -> None:
    chemin = liste(tmp_path, 600)
    env = {**os.environ, **{VARIABLES[role]: url for role, url in base.urls.items()}}
    ordre = [sys.executable, "-m", "imilo.config.commandes", "importer", "decrocheurs", str(chemin)]
    deux = [
        subprocess.Popen(
            [*ordre, "--structure", "37990S00", "--json"],
            env=env, cwd=amorce.RACINE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    comptes = []
    for processus in deux:
        sortie, erreur = processus.communicate(timeout=120)
        assert processus.returncode == 0, erreur
        comptes.append(json.loads(sortie)["comptes"])
    assert sum(c["créées"] for c in comptes) == 600
    assert sum(c["sans changement"] for c in comptes) == 600
    assert base.valeur("SELECT count(*) FROM arrivees_arrivee WHERE source = 'decrocheurs'") == 600
    assert Role.LOTS in base.urls
