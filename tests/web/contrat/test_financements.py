"""Who pays each action, on screen: listed, completed one by one or many at once, exported."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Consultation, Fait
from imilo.parcours.contrats.models import ActionPrevue, ContratEngagement
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej as cej
from tests.web.contrat.test_parcours import adresse, client_de, poster

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(structure, agent, jeune_prenom="Lola", jeune_nom_naissance="Diallo")


@pytest.fixture
def signe(directrice: Agent, agent: Agent, dossier: Dossier) -> ContratEngagement:
    with perimetre(dossier.structure_id):
        return cej.signer(directrice, cej.preparer(agent, dossier))


def ouvrir(qui: Agent, nom: str = "contrats", **parametres: object) -> str:
    reponse = client_de(qui).get(reverse(f"web:{nom}"), parametres)
    assert reponse.status_code == 200
    return re.sub(r"\s+", " ", reponse.content.decode().replace("&#x27;", "'"))


def actions(dossier: Dossier) -> dict[int, str]:
    with perimetre(dossier.structure_id):
        return dict(ActionPrevue.objects.order_by("pk").values_list("pk", "financement"))


def test_dire_qui_finance_plusieurs_actions(agent: Agent, dossier: Dossier, signe: ContratEngagement) -> None:
    client = client_de(agent)
    assert "2 actions sans programme connu : dire qui les finance" in ouvrir(agent)
    lu = ouvrir(agent, "contrats-financements")
    assert "2 actions sans programme connu" in lu
    assert "Immersion en cuisine" in lu
    cochees = [f"{cle}.{finance}" for cle, finance in actions(dossier).items()]
    sans = poster(client, {"action": cochees, "financement": "fse", "programme": ""}, "contrats-financements-preciser")
    refus = sans.content.decode().replace("&#x27;", "'")
    assert sans.status_code == 422
    assert "Indiquez l'opération du FSE+" in refus
    assert refus.count("checked") == 2
    assert 'value="fse" selected' in refus
    saisie = {"action": cochees, "financement": "fse", "programme": "OP-1", "retour": "categorie=&referent="}
    suite = client.post(reverse("web:contrats-financements-preciser"), saisie, follow=True)
    assert "2 actions complétées." in suite.content.decode()
    assert "Chaque action a son programme." in ouvrir(agent, "contrats-financements")
    assert "Qui finance les actions" in ouvrir(agent)
    contrat = client.get(adresse("contrat", dossier, signe.pk)).content.decode()
    assert "Fonds social européen (FSE+) (<bdi>OP-1</bdi>)" in contrat
    with perimetre(dossier.structure_id):
        assert Fait.objects.filter(genre="action.financee", dossier_id=dossier.pk).count() == 2


def test_une_seule_puis_corrigee(agent: Agent, dossier: Dossier, signe: ContratEngagement) -> None:
    client = client_de(agent)
    une, autre = actions(dossier)
    poster(client, {"action": [f"{une}."], "financement": "region"}, "contrats-financements-preciser")
    assert actions(dossier) == {une: "region", autre: ""}
    assert "1 action." in ouvrir(agent, "contrats-financements", financeur="region")
    poster(client, {"action": [f"{une}.region"], "financement": "etat"}, "contrats-financements-preciser")
    assert actions(dossier)[une] == "etat"
    trop_tard = poster(client, {"action": [f"{une}.region"], "financement": "autre"}, "contrats-financements-preciser")
    assert (trop_tard.status_code, "rechargez la page" in trop_tard.content.decode()) == (422, True)


def test_filtrer_et_exporter(agent: Agent, dossier: Dossier, signe: ContratEngagement) -> None:
    assert "Aucune action ne correspond" in ouvrir(agent, "contrats-financements", organisme="AFPA")
    assert "1 action." in ouvrir(agent, "contrats-financements", categorie="recherche", referent=agent.pk)
    assert "Diallo" in ouvrir(agent, "contrats-financements", categorie="n'importe", page="zéro")
    reponse = client_de(agent).get(adresse("contrats-financements-export"), {"categorie": "mise_en_situation"})
    csv = reponse.content.decode()
    assert "Immersion en cuisine;Restaurant Chez Léa;À préciser" in csv
    assert "Atelier CV" not in csv
    with perimetre(dossier.structure_id):
        assert Fait.objects.get(genre="actions.exportees").identifiants["nombre"] == 1
        assert Consultation.objects.filter(genre="export", dossier_id=dossier.pk).count() == 1


def test_les_actions_d_une_autre_structure_ne_se_voient_ni_ne_se_changent(
    agent: Agent, dossier: Dossier, signe: ContratEngagement, autre_structure: Structure
) -> None:
    ailleurs = fabriques.agent(autre_structure)
    assert "Diallo" not in ouvrir(ailleurs, "contrats-financements")
    (une, _) = actions(dossier)
    essai = {"action": [f"{une}."], "financement": "etat"}
    assert poster(client_de(ailleurs), essai, "contrats-financements-preciser").status_code == 422
    assert set(actions(dossier).values()) == {""}


@pytest.mark.parametrize("profil", [Profil.ACCUEIL, Profil.GESTIONNAIRE])
def test_qui_n_accompagne_pas_n_y_entre_pas(structure: Structure, profil: Profil) -> None:
    client: Client = client_de(fabriques.agent(structure, profil))
    for nom in ("contrats-financements", "contrats-financements-export"):
        assert client.get(adresse(nom)).status_code == 403
    assert client.post(adresse("contrats-financements-preciser")).status_code == 403
