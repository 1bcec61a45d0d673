"""The commands that make a CFA's key and load lists, and two of them at the same moment."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from imilo.socle.urls_base import Role
from tests.demonstration import Demonstration, base_nue, commande, environnement
from tests.processus import lancer_imilo, programme

COLONNES = "version;identifiant;nom_naissance;prenom;date_naissance;dernier_etablissement_uai;date_sortie"
LIGNES = int(os.environ.get("IMILO_LIGNES", "600"))
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
    """Each person once, whoever of the two writes them. The run of 200,000 lines is in docs/formats/decrocheurs.md."""
    chemin = liste(tmp_path, LIGNES)
    debut = time.monotonic()
    ordre = ("importer", "decrocheurs", str(chemin), "--structure", "37990S00", "--json")
    deux = [lancer_imilo(*ordre, env=environnement(base.urls)) for _ in range(2)]
    comptes = []
    for fini in (attendre() for attendre in deux):
        assert fini.returncode == 0, fini.stderr
        comptes.append(json.loads(fini.stdout)["comptes"])
    print(f"{LIGNES} lines twice: {time.monotonic() - debut:.0f} s, {comptes}")
    assert sum(c["créées"] for c in comptes) == LIGNES
    assert sum(c["sans changement"] for c in comptes) == LIGNES
    assert base.valeur("SELECT count(*) FROM arrivees_arrivee WHERE source = 'decrocheurs'") == LIGNES
    assert base.valeur("SELECT count(DISTINCT cle) FROM arrivees_arrivee WHERE source = 'decrocheurs'") == LIGNES
    assert Role.LOTS in base.urls


NUIT = """
import imilo.config.base_de_donnees as b
from imilo.socle.urls_base import Role
b.django(Role.LOTS)
from datetime import timedelta
from django.utils import timezone
from imilo.echanges.connecteurs.apprentissage.organismes import *
from imilo.echanges.connecteurs.apprentissage.reception import recevoir
from imilo.echanges.connecteurs.apprentissage.transmission import transmettre_du_jour
cfa = enregistrer_organisme(uai="0370005C", siret="99900000500013", nom="CFA", partenaire=True)
cle, _ = creer_cle_de_l_organisme(cfa)
jour = timezone.localdate()
qui = {f"etablissement_{r}_{c}": getattr(cfa, c) for r in ("responsable", "formateur") for c in ("uai", "siret")}
jours = {
    "date_inscription_formation": jour - timedelta(days=100), "date_entree_formation": jour - timedelta(days=100),
    "date_fin_formation": jour + timedelta(days=300), "contrat_date_debut": jour - timedelta(days=100),
    "contrat_date_rupture": jour - timedelta(days=10),
}
corps = {"nom_apprenant": "Martin", "prenom_apprenant": "Lina", "date_de_naissance_apprenant": "2007-05-01",
    "id_erp_apprenant": "1", "annee_scolaire": "2026-2027", "code_commune_insee_apprenant": "37261", **qui,
    **{n: j.isoformat() for n, j in jours.items()}}
assert not recevoir(Appelant(cfa, cle.pk), [corps])[0].erreurs
comptes = [transmettre_du_jour()]
vraie = timezone.now
timezone.now = lambda: vraie() + timedelta(days=35)
comptes += [transmettre_du_jour(), transmettre_du_jour(), revoquer_les_endormies()]
timezone.now = lambda: vraie() + timedelta(days=367)
print(*comptes, revoquer_les_endormies() > 0)
"""


def test_la_nuit_transmet_ce_que_le_jour_amene(base: Demonstration) -> None:
    faite = programme(NUIT, env=environnement(base.urls))
    assert faite.returncode == 0, faite.stderr[-3000:]
    assert faite.stdout.split() == ["0", "1", "0", "0", "True"]


LONGUE = """
import imilo.config.base_de_donnees as b
from imilo.socle.urls_base import Role
b.django(Role.LOTS)
from datetime import date
from pathlib import Path
import sys
from imilo.acteurs.models import Agent, Structure
from imilo.echanges.connecteurs.listes import rapprochement
from imilo.echanges.connecteurs.listes.services import importer_le_fichier
from imilo.jeunes.identite import Identite
from imilo.parcours.arrivees.models import Arrivee, Source
from imilo.parcours.dossiers.coordonnees import Arrivee as Guichet, Coordonnees
from imilo.parcours.dossiers.services.ouverture import ouvrir_dossier
from imilo.socle.perimetre import perimetre
structure = Structure.objects.get(code="37990S00")
with perimetre(structure.pk):
    qui = Identite(nom_naissance="Tressange", prenom="Élodie", sexe="F", naissance=date(2009, 7, 3))
    agent = Agent.objects.create(courriel="a@exemple.fr", nom="A")
    commun = {"coordonnees": Coordonnees(), "arrivee": Guichet(), "premier_accueil": date(2026, 1, 5)}
    ouvrir_dossier(agent, structure=structure, identite=qui, **commun)
rapprochement.SEUIL = 2
print(importer_le_fichier(Path(sys.argv[1]), structure, Source.LISTE).comptes["créées"])
with perimetre(structure.pk):
    lues = Arrivee.objects.filter(source="liste").order_by("prenom")
    print(*(f"{a.prenom}:{a.connu}:{a.reconnue is not None}" for a in lues))
"""


def test_une_longue_liste_est_rapprochee_d_un_coup(base: Demonstration, tmp_path: Path) -> None:
    lignes = [
        "nom_naissance;prenom;date_naissance;sexe",
        "TRESSANGE;Elodie;03/07/2009;F",
        "Autre;Personne;04/07/2009;M",
    ]
    chemin = tmp_path / "longue.csv"
    chemin.write_text("\n".join(lignes), encoding="utf-8")
    faite = programme(LONGUE, str(chemin), env=environnement(base.urls))
    assert faite.returncode == 0, faite.stderr[-3000:]
    assert faite.stdout.splitlines() == ["2", "Elodie:sur:True Personne:non:False"]


def test_relever_le_dossier_de_depot(base: Demonstration, tmp_path: Path) -> None:
    muette = commande(base.urls, "listes", "relever")
    assert (muette.returncode, "IMILO_DEPOT_LISTES" in muette.stderr) == (1, True)
    vide = commande(base.urls, "listes", "relever", "--depot", str(tmp_path), "--json")
    assert (vide.returncode, json.loads(vide.stdout)["releves"]) == (0, [])
    depot = tmp_path / "37990S00" / "obligation-formation"
    liste(depot, 2, nom="Releve")
    trop_tot = commande(base.urls, "listes", "relever", "--depot", str(tmp_path))
    assert "encore en cours d'écriture" in trop_tot.stdout
    (depot / "nouvelle.csv").write_bytes(b"")
    assert base.valeur("SELECT count(*) FROM arrivees_arrivee WHERE nom = 'Releve'") == 0


OUBLI = """
import imilo.config.base_de_donnees as b
from imilo.socle.urls_base import Role
b.django(Role.LOTS)
from datetime import timedelta
from django.utils import timezone
from imilo.echanges.connecteurs.apprentissage.conservation import oublier_les_termines
from imilo.echanges.connecteurs.apprentissage.models import DossierApprenant
from imilo.echanges.connecteurs.apprentissage.organismes import *
from imilo.echanges.connecteurs.apprentissage.reception import recevoir
from imilo.echanges.connecteurs.apprentissage.transmission import suites_de, transmettre_du_jour
from imilo.acteurs.models import Agent
from imilo.echanges.connecteurs.listes.conservation import oublier
from imilo.parcours.arrivees.conservation import veiller
from imilo.parcours.arrivees.models import Arrivee, Etat, Issue
from imilo.parcours.arrivees.services import ouvrir_depuis, retirer
from imilo.socle.perimetre import TOUTES, perimetre
Evenement = Arrivee.pgh_event_model
def restes():
    with perimetre(TOUTES):
        suivies = Arrivee.objects.exclude(dossier=None).values("pk")
        return Arrivee.objects.filter(dossier=None).count(), Evenement.objects.exclude(pgh_obj_id__in=suivies).count()
cfa = enregistrer_organisme(uai="0370009G", siret="99900000900019", nom="CFA")
appelant = Appelant(cfa, creer_cle_de_l_organisme(cfa)[0].pk)
jour = timezone.localdate()
def apprenti(numero, nom, naissance):
    qui = {f"etablissement_{r}_{c}": getattr(cfa, c) for r in ("responsable", "formateur") for c in ("uai", "siret")}
    jours = {"date_inscription_formation": 200, "date_entree_formation": 200, "date_fin_formation": -100,
        "contrat_date_debut": 200, "contrat_date_rupture": 60}
    return {"nom_apprenant": nom, "prenom_apprenant": "Lina", "date_de_naissance_apprenant": naissance,
        "id_erp_apprenant": numero, "annee_scolaire": "2026-2027", "code_commune_insee_apprenant": "37261",
        "sexe_apprenant": "F", **qui, **{n: (jour - timedelta(days=d)).isoformat() for n, d in jours.items()}}
recues = recevoir(appelant, [apprenti("1", "Oublie", "2007-05-01"), apprenti("2", "Suivie", "2007-06-02")])
assert not any(r.erreurs for r in recues), recues
transmettre_du_jour()
def suites():
    return [s.transmission.dossier_apprenant.nom for s in suites_de(cfa.pk, apres=0, limite=20)]
with perimetre(TOUTES):
    agent = Agent.objects.create(courriel="oubli@exemple.fr", nom="Oubli")
    for arrivee in Arrivee.objects.filter(source="apprentissage", nom__in=("Oublie", "Suivie")):
        with perimetre(arrivee.structure_id):
            if arrivee.nom == "Suivie":
                arrivee, _ = ouvrir_depuis(agent, arrivee, version=arrivee.version)
            retirer(arrivee, issue=Issue.EMPLOI)
    Arrivee.objects.filter(dossier=None).update(etat=Etat.CLOSE, issue="autre", a_risque=True)
avant = restes()
print(veiller().oubliees, oublier(), oublier_les_termines(), *sorted(suites()))
vraie = timezone.now
timezone.now = lambda: vraie() + timedelta(days=800)
oubliees = veiller().oubliees
print(avant[0] == oubliees > 0, avant[1] >= oubliees, *restes(), oublier() > 0, oublier_les_termines() > 0)
with perimetre(TOUTES):
    print(*DossierApprenant.objects.filter(organisme=cfa).values_list("nom", flat=True), *suites())
"""


def test_la_nuit_efface_ce_dont_le_terme_est_passe(base: Demonstration, tmp_path: Path) -> None:
    """The history of what is erased goes too: only the batch role may. An apprentice whose training is over goes with
    what was handed over, and the CFA is answered no more; one who has a dossier stays with it, and so does the answer.
    """
    chemin = liste(tmp_path, 3, nom="Oubli")
    fait = commande(base.urls, "importer", "decrocheurs", str(chemin), "--structure", "37990S00")
    assert fait.returncode == 0, fait.stderr
    faite = programme(OUBLI, env=environnement(base.urls))
    assert faite.returncode == 0, faite.stderr[-3000:]
    jour_meme, plus_tard, du_cfa = faite.stdout.splitlines()
    assert jour_meme == "0 0 0 Oublie Suivie"
    vrai, histoire, arrivees, evenements, lignes, apprentis = plus_tard.split()
    assert (vrai, histoire, arrivees, evenements, lignes, apprentis) == ("True", "True", "0", "0", "True", "True")
    assert du_cfa == "Suivie Suivie"  # the file that stays, and the outcome that is still told
