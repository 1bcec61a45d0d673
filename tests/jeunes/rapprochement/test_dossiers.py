"""The list against the country's dossiers: read by the batch role, and by nobody else."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from stdnum.fr.nir import calc_check_digits

from imilo.acteurs.models import Structure
from imilo.jeunes.rapprochement import rapprocher_lignes
from imilo.jeunes.rapprochement.dossiers import cle
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.models import Scolarite
from imilo.socle.perimetre import perimetre
from imilo.socle.postgres_roles import Urls
from tests import fabriques
from tests.conftest import Connexion
from tests.journal.conftest import prendre_le_role
from tests.processus import imilo

pytestmark = pytest.mark.django_db(transaction=True)

NE_LE = date(2003, 5, 1)
TREIZE = "2030537261001"


@pytest.fixture
def pays(structure: Structure) -> dict[str, tuple[int, str]]:
    """Three persons, one of them in two structures: their identifier and the numbers of their dossiers."""
    autre = fabriques.structure()
    with perimetre(structure.pk):
        lea = fabriques.dossier(
            structure, telephone="+33612345678", jeune_nom_naissance="Dupont", jeune_prenom="Léa",
            jeune_naissance=NE_LE, jeune_nir=TREIZE + str(calc_check_digits(TREIZE + "00")),
        )  # fmt: skip
        louis = fabriques.dossier(
            structure, telephone="+33612345678", jeune_nom_naissance="Dupont", jeune_prenom="Louis",
            jeune_sexe="M", jeune_naissance=NE_LE,
        )  # fmt: skip
    with perimetre(autre.pk):
        ailleurs = fabriques.dossier(autre, jeune=lea.jeune)
        fabriques.jeune(nom_naissance="Sansdossier", prenom="Noé")
    return {"lea": (lea.jeune_id, f"{lea} {ailleurs}"), "louis": (louis.jeune_id, str(louis))}


@pytest.fixture
def lots(pays: object, urls_base: Urls) -> Iterator[None]:
    prendre_le_role(urls_base.lots)
    try:
        yield
    finally:
        prendre_le_role(urls_base.app)


def test_a_list_finds_the_country_s_dossiers(
    pays: dict[str, tuple[int, str]], lots: None, base_proprietaire: Connexion
) -> None:
    liste = [
        {"nom": "DUPONT", "prenom": "LEA", "naissance": "01/05/2003", "telephone": "06 12 34 56 78", "nir": ""},
        {"nom": "Dupond", "prenom": "Louis", "naissance": "05/01/2003", "telephone": "0612345678", "nir": ""},
        {"nom": "Dupont", "prenom": "Marc", "naissance": "01/05/2003", "telephone": "0612345678", "nir": ""},
        {"nom": "Sansdossier", "prenom": "Noé", "naissance": "01/05/2004", "telephone": "", "nir": ""},
    ]
    lues = list(rapprocher_lignes(liste))
    assert [r.statut for r in lues] == ["sur", "sur", "nouveau", "nouveau"]
    assert [(r.personne, r.dossier) for r in lues[:2]] == [pays["lea"], pays["louis"]]
    faits = base_proprietaire.execute("SELECT identifiants FROM journal_fait WHERE genre = 'annuaire.rapproche'")
    assert faits.fetchall() == [({"lignes": 4, "personnes": 2},)]


def test_a_security_number_is_compared_by_its_keyed_hash(pays: dict[str, tuple[int, str]], lots: None) -> None:
    ligne = {
        "nom": "Martinez",
        "prenom": "Léa",
        "naissance": "2003-05-01",
        "sexe": "F",
        "nir": f"{TREIZE[:7]} {TREIZE[7:]}",
    }
    (lue,) = rapprocher_lignes([ligne])
    assert (lue.statut, lue.personne) == ("sur", pays["lea"][0])
    assert "même identifiant" in lue.preuves


@pytest.mark.parametrize("numero", ["ine", "numero_ft"])
def test_a_pupil_s_number_and_france_travail_s_link_who_moved_and_changed_name(
    pays: dict[str, tuple[int, str]], structure: Structure, lots: None, numero: str
) -> None:
    """The INE is compared by its keyed hash too; names that differ are said, and nobody else bears the number."""
    jeune, _ = pays["lea"]
    with perimetre(structure.pk):
        dossier = Dossier.objects.get(jeune=jeune)
        if numero == "ine":
            Scolarite.objects.create(
                dossier=dossier, structure=structure, ine="0123456789A", origine="liste", confirme_le=timezone.now()
            )
        else:
            Dossier.objects.filter(pk=dossier.pk).update(numero_ft="1234567A")
    qui = {"nom": "Martinez", "prenom": "Léa", "naissance": "2003-05-01", "sexe": "F"}
    sien = {"ine": "0123456789a"} if numero == "ine" else {"identifiant": "1234567 A"}
    autre = {"ine": "9876543210B"} if numero == "ine" else {"identifiant": "7654321B"}
    (lue,), (sans,) = rapprocher_lignes([qui | sien]), rapprocher_lignes([qui | autre])
    assert (lue.statut, lue.personne) == ("sur", jeune)
    assert "même identifiant" in lue.preuves
    assert sans.statut == "nouveau"


def test_the_command_reads_the_country(pays: dict[str, tuple[int, str]], tmp_path: Path) -> None:
    liste, sortie = tmp_path / "l.csv", tmp_path / "r.csv"
    liste.write_text("nom;prenom;naissance\nDUPONT;Léa;01/05/2003\nZola;Émile;02/04/2004\n", encoding="utf-8")
    env = {**os.environ, "IMILO_HOME": str(tmp_path / "home")}
    options = ("--contre", "dossiers", "--sortie", str(sortie), "--json")
    fini = imilo("rapprocher", str(liste), *options, env=env)
    assert fini.returncode == 0, fini.stderr
    assert json.loads(fini.stdout)["base"] == 2
    with sortie.open(encoding="utf-8-sig", newline="") as fichier:
        lues = list(csv.DictReader(fichier, delimiter=";"))
    assert [(ligne["statut"], ligne["dossier"]) for ligne in lues] == [("sur", pays["lea"][1]), ("nouveau", "")]


def test_nobody_else_reads_the_country(pays: object, urls_base: Urls, base_proprietaire: Connexion) -> None:
    with connection.cursor() as curseur, pytest.raises(Exception, match="rapprochement_dossiers"):
        curseur.execute("SELECT * FROM rapprochement_dossiers(0, 10)")
    with psycopg.connect(urls_base.lots) as connexion:
        assert len(connexion.execute("SELECT * FROM rapprochement_dossiers(0, 10)").fetchall()) == 2
        premier = connexion.execute("SELECT personne FROM rapprochement_dossiers(0, 1)").fetchall()
        suite = connexion.execute("SELECT personne FROM rapprochement_dossiers(%s, 10)", premier[0]).fetchall()
        assert len(premier) == len(suite) == 1
        assert premier[0] < suite[0]


@pytest.mark.parametrize("treize", [TREIZE, "1990533063001", "112032A004001", "112032B033001"])
def test_the_key_of_a_number(treize: str) -> None:
    assert cle(treize) == str(calc_check_digits(treize + "00"))
