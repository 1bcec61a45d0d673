"""The screens of payments: what each profile sees, what the filters list, what is sent again, what is filed."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from imilo.acteurs.models import Agent
from imilo.acteurs.profils import Profil
from imilo.droit.delais import debut_du_mois, mois_plus
from imilo.echanges.connecteurs.asp import messages
from imilo.echanges.connecteurs.asp.models import EtatLigne, EtatRetour, Liaison, Retour
from imilo.journal.models import Consultation, Fait
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.echanges.connecteurs.asp.scene import IBANS, Scene, ouvrir_la_scene

pytestmark = pytest.mark.django_db
MOIS = mois_plus(debut_du_mois(date.today()), -3)  # already due on the real clock, that views read
HIER = date.today()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Two contracts: one month paid, one rejected; and a third person without an account."""
    scene = ouvrir_la_scene(tmp_path / "asp")
    bonne, mauvaise = (scene.contrat(MOIS.replace(day=7), iban=iban) for iban in IBANS[:2])
    sans = scene.contrat(MOIS.replace(day=8), iban=None)
    scene.decision(bonne, MOIS, "552.29")
    scene.decision(mauvaise, MOIS, "312.40")
    scene.decision(sans, MOIS, "100.00")
    scene.consigne(rejets={f"ALLOC-{mauvaise.dossier.numero:07d}": ("1001", 1)})
    scene.aller_retour(HIER)
    return scene


@pytest.fixture
def nora(scene: Scene) -> Agent:
    return fabriques.agent(scene.structure, Profil.GESTIONNAIRE)


@pytest.fixture
def client(nora: Agent) -> Client:
    client = Client()
    client.force_login(nora)
    return client


def mots(client: Client, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200, adresse
    texte = reponse.content.decode().replace("\u202f", " ").replace("\xa0", " ").replace("&#x27;", "'")
    return " ".join(texte.split())


def test_l_accueil_dit_ou_l_on_en_est(client: Client) -> None:
    page = mots(client, "/paiements/")
    for dit in ("964,69 €", "552,29 €", "312,40 €", "412,40 €", "IBAN refusé par la banque", "Aucun IBAN"):
        assert dit in page
    assert "Demandez un RIB" in page
    assert "Dernier échange avec l'ASP" in page
    assert "injoignable" not in page


def test_vide_elle_dit_ce_qui_viendra(tmp_path: Path) -> None:
    structure = fabriques.structure()
    client = Client()
    client.force_login(fabriques.agent(structure, Profil.GESTIONNAIRE))
    assert "partent d'elles-mêmes vers l'ASP" in mots(client, "/paiements/")
    assert "Aucune ligne n'est encore partie" in mots(client, "/paiements/lignes")
    assert "Aucun fichier n'est encore parti" in mots(client, "/paiements/fichiers")


@pytest.mark.parametrize(
    ("demande", "nombre"),
    [
        ("", 5),
        ("?etat=a_corriger", 1),
        ("?etat=payee", 1),
        ("?etat=tenues", 4),
        ("?mois=contrats", 3),
        (f"?mois={MOIS:%Y-%m}", 2),
        ("?etat=inconnu&mois=2099-01", 5),
        ("?qui=personne", 0),
        ("?mois=2026-13", 5),
    ],
)
def test_les_filtres(client: Client, demande: str, nombre: int) -> None:
    assert f"<strong>{nombre}</strong> ligne" in mots(client, f"/paiements/lignes{demande}")


def test_par_nom_et_par_dossier(client: Client, scene: Scene) -> None:
    jeune = scene.lignes()[0].dossier
    with perimetre(scene.structure.pk):
        nom = jeune.jeune.nom_naissance.upper()
    assert "<strong>2</strong> ligne" in mots(client, f"/paiements/lignes?qui={nom}")
    assert "<strong>2</strong> ligne" in mots(client, f"/paiements/lignes?qui={jeune.numero}")


def test_un_nir_ne_reste_dans_aucun_lien(client: Client) -> None:
    page = mots(client, "/paiements/lignes?qui=206059999900055")
    assert "206059999900055" not in page
    assert "numéro de sécurité sociale ne se cherche pas ici" in page


def test_l_export_dit_les_memes_lignes(client: Client, scene: Scene) -> None:
    reponse = client.get("/paiements/lignes.csv?etat=payee")
    (titres, ligne) = csv.reader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";")
    lue = dict(zip(titres, ligne, strict=True))
    assert (lue["Envoyé (€)"], lue["Payé (€)"], lue["État"], lue["Mois"]) == (
        "552,29",
        "552,29",
        "Payée",
        f"{MOIS:%m/%Y}",
    )
    with perimetre(scene.structure.pk):
        assert Fait.objects.filter(genre="asp.exportees").count() == 1
        assert Consultation.objects.filter(genre="export").count() == 1


def test_renvoyer_depuis_la_page_de_la_ligne(client: Client, scene: Scene) -> None:
    rejetee = next(x for x in scene.lignes() if x.etat == EtatLigne.REJETEE)
    page = mots(client, f"/paiements/lignes/{rejetee.pk}")
    assert "Demandez un RIB à jour" in page
    assert f"/dossiers/{rejetee.dossier}/fiche/compte" in page
    reponse = client.post("/paiements/renvoyer", {"ligne": rejetee.pk, "suite": f"/paiements/lignes/{rejetee.pk}"})
    assert reponse["Location"] == f"/paiements/lignes/{rejetee.pk}"
    assert "repartira au prochain envoi" in mots(client, f"/paiements/lignes/{rejetee.pk}")
    scene.aller_retour(HIER)
    assert [x.etat for x in scene.lignes() if x.decision_id == rejetee.decision_id] == [
        EtatLigne.REJETEE,
        EtatLigne.PAYEE,
    ]
    assert "est reparti" in mots(client, f"/paiements/lignes/{rejetee.pk}")
    client.post("/paiements/renvoyer", {"ligne": rejetee.pk, "suite": "https://ailleurs.example/"})
    assert "déjà reparties" in mots(client, "/paiements/")


def test_renvoyer_sans_rien_cocher_le_dit(client: Client) -> None:
    assert client.post("/paiements/renvoyer", {})["Location"] == "/paiements/"
    assert "Cochez au moins une ligne" in mots(client, "/paiements/")


def test_classer_un_retour_mis_de_cote(client: Client, scene: Scene) -> None:
    nom = f"CTR_{scene.structure.code}_20260101000000.csv"
    retour = scene.asp.retrait / messages.nom_de_la_reponse(nom)
    retour.write_bytes(messages.ecrire_reponse(nom, [messages.Resultat(nom, 1, "0000")]))
    scene.echanger(HIER)
    assert "1 de côté" in mots(client, "/paiements/")
    assert "jamais envoyé" in mots(client, "/paiements/fichiers")
    with perimetre(scene.structure.pk):
        cle = Retour.objects.get(etat=EtatRetour.ECARTE).pk
    assert "Classer ce retour" in mots(client, f"/paiements/retours/{cle}/classer")
    assert client.post(f"/paiements/retours/{cle}/classer")["Location"] == "/paiements/fichiers"
    assert client.post(f"/paiements/retours/{cle}/classer").status_code == 422
    scene.echanger(HIER)
    assert not retour.exists()


def test_injoignable_et_ma_journee(client: Client, scene: Scene) -> None:
    assert "1 ligne rejetée à corriger" in mots(client, "/ma-journee")
    scene.consigne(fermee=True)
    scene.asp_passe(HIER)
    scene.echanger(HIER)
    for adresse in ("/paiements/", "/ma-journee"):
        assert "L'ASP est injoignable depuis le" in mots(client, adresse)
    with perimetre(scene.structure.pk):
        assert Liaison.objects.get().essais == 1
    assert "partiront d'eux-mêmes" in mots(client, "/paiements/")


def test_echanger_maintenant_met_un_seul_travail_en_file(client: Client) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    for _ in range(2):
        assert client.post("/paiements/echanger")["Location"] == "/paiements/"
    assert ProcrastinateJob.objects.filter(task_name="asp_echanger_structure").count() == 1


def test_la_meme_gestionnaire_ailleurs_ne_voit_rien(scene: Scene) -> None:
    client = Client()
    client.force_login(fabriques.agent(fabriques.structure(), Profil.GESTIONNAIRE))
    ligne = scene.lignes()[0]
    assert client.get(f"/paiements/lignes/{ligne.pk}").status_code == 404
    assert "<strong>0</strong>" in mots(client, "/paiements/")
    client.post("/paiements/renvoyer", {"ligne": [x.pk for x in scene.lignes()]})
    assert all(x.corrigee_le is None for x in scene.lignes())


def test_les_pages_coutent_peu(client: Client, django_assert_max_num_queries: object) -> None:
    for adresse, limite in (("/paiements/", 24), ("/paiements/lignes", 14), ("/paiements/fichiers", 14)):
        with django_assert_max_num_queries(limite):  # type: ignore[operator]  # a fixture of pytest-django
            assert client.get(adresse).status_code == 200
