"""Lists read by the worker itself, whole and linked with the country; two processes that import and open dossiers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest

from imilo.socle.urls_base import Role
from tests.config.test_commandes_des_listes import STRUCTURE
from tests.demonstration import Demonstration, base_nue, environnement
from tests.processus import Processus, programme
from tests.programmes import code

SYLLABES = ("ba", "ce", "di", "fo", "gu", "ki", "lo", "mu", "ne", "ra")
COLONNES = (
    "version;identifiant;nom_naissance;prenom;date_naissance;dernier_etablissement_uai;date_sortie;ine;adresse;"
    "code_postal;sexe"
)


@pytest.fixture(scope="module")
def base() -> Demonstration:
    nue = base_nue("listes_de_fond")
    with psycopg.connect(nue.admin) as admin:
        admin.execute(STRUCTURE)
    return nue


def nom(n: int) -> str:
    return "".join(SYLLABES[int(c)] for c in f"{n:04d}").capitalize()


def liste(chemin: Path, nombre: int, *autres: str) -> Path:
    """Persons who share neither a day of birth nor a name."""
    jour = date(2008, 1, 1)
    lignes = [
        f"1;E{n};{nom(n)};{nom(9_999 - n)};{jour + timedelta(days=n % 700):%d/%m/%Y};0370001A;30/06/2026;;;;"
        for n in range(nombre)
    ]
    chemin.write_text("\n".join([COLONNES, *lignes, *autres]), encoding="utf-8")
    return chemin


@contextmanager
def travailleur(base: Demonstration) -> Iterator[None]:
    """`imilo travailleur`, as `imilo serve` starts it."""
    commande = [sys.executable, "-m", "imilo.config.commandes", "travailleur"]
    with subprocess.Popen(commande, env=environnement(base.urls), stderr=subprocess.DEVNULL) as lance:
        try:
            yield
        finally:
            lance.terminate()


PREPARER = """
import sys
from datetime import date
from pathlib import Path
from imilo.acteurs.models import Agent, Structure
from imilo.echanges.connecteurs.listes.services import deposer
from imilo.jeunes.identite import Identite
from imilo.parcours.arrivees.models import Source
from imilo.parcours.dossiers.coordonnees import Arrivee as Guichet, Coordonnees
from imilo.parcours.dossiers.services.ouverture import ouvrir_dossier
from imilo.parcours.fiche.rubriques import PAR_CODE
from imilo.parcours.fiche.services.donnees import ajouter
from imilo.socle.perimetre import perimetre
structure = Structure.objects.get(code="37990S00")
CHEZ = {"adresse_numero": "3", "adresse_voie": "rue Haute", "adresse_code_postal": "37000"}
CHEZ["adresse_commune_id"] = "37261"
def ouvrir(nom, prenom, sexe, naissance, ine="", **coordonnees):
    dossier = ouvrir_dossier(
        agent, structure=structure, identite=Identite(nom_naissance=nom, prenom=prenom, sexe=sexe, naissance=naissance),
        coordonnees=Coordonnees(**coordonnees), arrivee=Guichet(), premier_accueil=date(2026, 1, 5))
    if ine:
        ajouter(None, dossier, PAR_CODE["scolarite"], valeurs={"ine": ine}, origine="liste", precision="essai")
with perimetre(structure.pk):
    agent = Agent.objects.create(courriel="fond@exemple.fr", nom="Fond")
    ouvrir("Durand", "Zoé", "F", date(2008, 5, 14), **CHEZ)
    ouvrir("Diallo", "Awa", "F", date(2008, 3, 7), **CHEZ)
    ouvrir("Aubertin", "Maxence", "M", date(2008, 2, 3), ine="0123456789A")
    ouvrir("Jumelle", "Anouk", "F", date(2008, 9, 9), **CHEZ)
    contenu = Path(sys.argv[1]).read_bytes()
    deposer(None, structure=structure, source=Source.DECROCHEURS, nom="longue.csv", contenu=contenu)
"""
SPECIALES = (
    "1;S1;Durand;Zoé;14/05/2009;0370001A;30/06/2026;;3 rue Haute;37000;F",
    "1;S2;Dialo;Awa;17/03/2008;0370001A;30/06/2026;;3 rue Haute;37000;F",
    "1;S3;Fontanel;Maxence;03/02/2008;0370001A;30/06/2026;0123456789a;;;M",
    "1;S4;Jumelle;Solène;09/09/2008;0370001A;30/06/2026;;3 rue Haute;37000;F",
    "1;S5;Personne;Inconnue;01/01/2009;0370001A;30/06/2026;9876543210B;;;F",
)
OUVRIR = """
from imilo.acteurs.models import Agent
from imilo.parcours.arrivees.models import Arrivee
from imilo.parcours.arrivees.services import ouvrir_depuis
from imilo.parcours.dossiers.services.doublons import DoublonProbable
from imilo.socle.perimetre import TOUTES, perimetre
with perimetre(TOUTES):
    toutes = list(Arrivee.objects.filter(cle__startswith="S").order_by("cle"))
    agent = Agent.objects.get(nom="Fond")
for arrivee in toutes:
    with perimetre(arrivee.structure_id):
        try:
            ouvrir_depuis(agent, arrivee, version=arrivee.version)
            print(arrivee.cle, "ouvert")
        except DoublonProbable as doublon:
            print(arrivee.cle, *sorted(c.personne.nom_naissance for c in doublon.candidats))
"""


def test_the_worker_reads_a_long_list_and_links_it(base: Demonstration, tmp_path: Path) -> None:
    """2,000 lines and more, linked at once: what the linkage says is kept, and stops a second dossier."""
    chemin = liste(tmp_path / "l.csv", 2_000, *SPECIALES)
    faite = programme(PREPARER, str(chemin), env=environnement(base.urls))
    assert faite.returncode == 0, faite.stderr[-3000:]
    taille = chemin.stat().st_size
    vus: set[int] = set()
    with travailleur(base):
        fin = time.monotonic() + 150
        while time.monotonic() < fin:
            ((etat, octets),) = base.lire("SELECT etat, octets_lus FROM listes_import")
            vus.add(octets)
            if etat not in {"en_attente", "en_cours"}:
                break
            time.sleep(0.05)
    assert etat == "termine"
    assert len({o for o in vus if 0 < o < taille}) >= 2, vus  # a screen saw it move
    assert base.lire("SELECT status::text FROM procrastinate_jobs WHERE task_name = 'importer_liste'") == [
        ("succeeded",)
    ]
    lues = {
        cle: (connu, nom, probabilite, preuves)
        for cle, connu, nom, probabilite, preuves in base.lire(
            "SELECT a.cle, a.connu, j.nom_naissance, a.probabilite, a.preuves FROM arrivees_arrivee a "
            "LEFT JOIN jeunes_jeune j ON j.id = a.reconnue WHERE starts_with(a.cle, 'S')"
        )
    }
    assert {cle: lue[:2] for cle, lue in lues.items()} == {
        "S1": ("sur", "Durand"), "S2": ("sur", "Diallo"), "S3": ("sur", "Aubertin"), "S4": ("non", None),
        "S5": ("non", None),
    }  # fmt: skip
    assert all(lues[cle][2] > 0.99 for cle in ("S1", "S2", "S3"))
    assert "même adresse" in lues["S1"][3]
    assert "même identifiant" in lues["S3"][3]
    assert base.valeur("SELECT count(*) FROM arrivees_arrivee WHERE starts_with(cle, 'E') AND connu <> 'non'") == 0
    assert base.valeur("SELECT count(*) FROM listes_ligneimport") == 2_005
    ouvertes = programme(OUVRIR, env=environnement(base.urls))
    assert ouvertes.returncode == 0, ouvertes.stderr[-3000:]
    assert ouvertes.stdout.splitlines() == ["S1 Durand", "S2 Diallo", "S3 Aubertin", "S4 ouvert", "S5 ouvert"]


DEUX = """
import random
import sys
from pathlib import Path
from imilo.acteurs.models import Agent, Structure
from imilo.echanges.connecteurs.listes.services import importer_le_fichier
from imilo.parcours.arrivees.models import Arrivee, Source
from imilo.parcours.arrivees.services import ouvrir_depuis
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import perimetre
structure = Structure.objects.get(code="37990S00")
importer_le_fichier(Path(sys.argv[1]), structure, Source.OBLIGATION if sys.argv[2] == "x" else Source.DECROCHEURS)
with perimetre(structure.pk):
    agent, _ = Agent.objects.get_or_create(courriel="deux@exemple.fr", defaults={"nom": "Deux"})
    toutes = list(Arrivee.objects.filter(structure=structure, cle__startswith="E", dossier=None))
random.Random(sys.argv[2]).shuffle(toutes)
refus = 0
for arrivee in toutes:
    with perimetre(structure.pk):
        try:
            ouvrir_depuis(agent, arrivee, version=arrivee.version)
        except RegleViolee:
            refus += 1
print(len(toutes) - refus)
"""


def test_two_processes_make_each_dossier_once(tmp_path: Path) -> None:
    """Both import the list, and both open the dossiers of its people, in another order."""
    nue = base_nue("deux_ouvrent")
    with psycopg.connect(nue.admin) as admin:
        admin.execute(STRUCTURE)
    nombre = int(os.environ.get("IMILO_LIGNES", "60"))
    chemin = liste(tmp_path / "deux.csv", nombre)
    deux = [Processus(_ouvrir, DEUX, str(chemin), str(n), env=environnement(nue.urls)) for n in range(2)]
    for fini in deux:
        fini.attendre(300)
    assert nue.valeur("SELECT count(*) FROM arrivees_arrivee") == nombre
    assert nue.valeur("SELECT count(*) FROM dossiers_dossier") == nombre
    assert nue.valeur("SELECT count(*) FROM jeunes_jeune") == nombre
    assert nue.valeur("SELECT count(DISTINCT dossier_id) FROM arrivees_arrivee") == nombre
    assert nue.valeur("SELECT count(*) FROM journal_fait WHERE genre = 'dossier.ouvert'") == nombre
    assert Role.LOTS in nue.urls


def _ouvrir(*arguments: str) -> None:
    code(list(arguments))
