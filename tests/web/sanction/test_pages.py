"""The screens of a sanction: who sees and does what, the sentences of what is refused, the lists, the outbox."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.sanctions import services
from imilo.parcours.sanctions.etats import Etat
from imilo.parcours.sanctions.models import ControleAleatoire, MessagePartenaire, Origine, Procedure
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_sanction as ps
from tests.parcours.parcours_sanction import CONSTAT, Regler


@pytest.fixture
def regler(monkeypatch: pytest.MonkeyPatch) -> Regler:
    return ps.calendrier(monkeypatch)


@pytest.fixture
def dossier(structure: Structure, agent: Agent, directrice: Agent, regler: Regler) -> Dossier:
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent)
        ps.contrat_signe(regler, directrice, agent, dossier)
    regler(CONSTAT)
    return dossier


def connecte(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def mots(reponse: Any) -> str:
    texte = re.sub(r"<[^>]+>", " ", reponse.content.decode())
    return " ".join(html.unescape(texte).split())


def seule(structure: Structure) -> Procedure:
    with perimetre(structure.pk):
        return Procedure.objects.select_related("dossier").get()


def envoyer(client: Client, adresse: str, procedure: Procedure, **champs: str) -> Any:
    return client.post(adresse, {"version": str(procedure.version), **champs})


def test_le_parcours_entier_a_l_ecran(
    structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    conseil, direction = connecte(agent), connecte(directrice)
    base = f"/dossiers/{dossier}/sanctions/"
    notee = conseil.post(
        base + "noter",
        {"manquement": "engagements", "constate_le": "2026-03-02", "origine": "absence", "faits": "Trois absences."},
    )
    assert notee.status_code == 302
    une = notee["Location"]
    page = mots(conseil.get(une))
    assert "À faire : examiner la raison donnée. Qui : le conseiller." in page
    envoyer(
        conseil, une + "examiner", seule(structure), motif_legitime="non", motif_texte="Aucune", allocation="oui",
        revenu_remplacement="non", rsa="non",
    )  # fmt: skip
    page = mots(conseil.get(une))
    assert "Suspension de votre allocation : de 30 % à la totalité, pendant 1 à 2 mois." in page
    assert "Envisager une sanction" not in page
    assert "revient au représentant légal" in page
    assert conseil.get(une + "envisager").status_code == 403
    faite = envoyer(
        direction, une + "envisager", seule(structure), nature="suspension", pourcentage="30", mois="1", relu="on"
    )
    assert faite.status_code == 302
    regler(ps.RECU)
    conseil = connecte(agent)  # a session doesn't last days
    envoyer(conseil, une + "reception", seule(structure), personne_le="2026-03-05", moyen="MAIN_PROPRE")
    assert "Au plus tard le 15 mars 2026" in mots(conseil.get(une))
    regler(ps.JOUR_DE_DECISION)
    conseil, direction = connecte(agent), connecte(directrice)
    assert "À faire : décider. Qui : le représentant légal ou son délégué. Au plus tard le 30 mars 2026" in mots(
        direction.get(une)
    )
    envoyer(
        direction, une + "decider", seule(structure), nature="suspension", pourcentage="30", mois="1",
        premier_mois="2026-04-01", motivation="Trois absences sans prévenir.", relu="on",
    )  # fmt: skip
    envoyer(conseil, une + "remise", seule(structure), personne_le="2026-03-20", moyen="LRAR")
    assert seule(structure).etat == Etat.EXECUTOIRE
    envoyer(conseil, une + "conditions", seule(structure), conditions="Venir deux fois à l'atelier.")
    envoyer(direction, une + "lever", seule(structure), conforme_le="2026-03-20", relu="on")
    page = mots(direction.get(une))
    assert "Suspension levée" in page
    assert "Courrier de levée" in page
    assert "France Travail : suspension levée, à transmettre" in page


def test_la_page_du_dossier_et_ma_journee_disent_ou_on_en_est(
    structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    with perimetre(structure.pk):
        ps.notifiee(regler, agent, directrice, dossier)
    assert "Sanction : fin du délai de réponse" in mots(connecte(agent).get(reverse("web:journee")))
    regler(ps.JOUR_DE_DECISION)
    page = mots(connecte(agent).get(reverse("web:dossier", args=[dossier])))
    assert "À décider" in page
    assert "décider (le représentant légal ou son délégué)" in page
    assert "Sanction : décider" in mots(connecte(directrice).get(reverse("web:journee")))


def test_une_autre_structure_et_l_accueil_ne_voient_rien(
    structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    with perimetre(structure.pk):
        procedure = ps.notifiee(regler, agent, directrice, dossier)
    autre_structure = fabriques.structure()
    une = f"/dossiers/{dossier}/sanctions/{procedure.pk}/"
    ailleurs = connecte(fabriques.agent(autre_structure, Profil.DIRECTION, representant_legal=True))
    for adresse in (une, une + "decider", f"/dossiers/{dossier}/sanctions/", une + "arreter"):
        assert ailleurs.get(adresse).status_code == 404, adresse
    assert "Aucune procédure" in mots(ailleurs.get("/sanctions/"))
    accueil = connecte(fabriques.agent(structure, Profil.ACCUEIL))
    assert accueil.get(une).status_code == 403
    page = accueil.get(reverse("web:dossier", args=[dossier]))
    assert page.status_code == 200
    assert "sanction" not in mots(page).lower().replace("courrier de sanction", "")
    courrier = reverse("web:document", args=[dossier, procedure.intention_document_id])
    assert accueil.get(courrier).status_code == 403
    gestionnaire = fabriques.agent(structure, Profil.GESTIONNAIRE)
    assert connecte(gestionnaire).get(courrier).status_code == 403
    assert connecte(agent).get(courrier)["Content-Type"] == "application/pdf"
    autre_dossier = fabriques_dossier(structure, agent)
    assert connecte(agent).get(f"/dossiers/{autre_dossier}/sanctions/{procedure.pk}/").status_code == 404


def fabriques_dossier(structure: Structure, agent: Agent) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(structure, agent)


def test_ce_qui_est_refuse_reste_a_l_ecran_avec_sa_phrase(
    structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier
) -> None:
    with perimetre(structure.pk):
        procedure = ps.examinee(agent, dossier)
    une = f"/dossiers/{dossier}/sanctions/{procedure.pk}/"
    direction = connecte(directrice)
    refusee = envoyer(
        direction, une + "envisager", procedure, nature="suspension", pourcentage="20", mois="1", relu="on"
    )
    assert refusee.status_code == 422
    assert "Le texte ne permet pas cette sanction. Il permet : Suspension de votre allocation" in mots(refusee)
    assert 'value="20"' in refusee.content.decode()
    sans = envoyer(direction, une + "envisager", procedure, nature="suspension", mois="1", relu="on")
    assert "Dites quelle part est retenue, de 1 à 100 %." in mots(sans)
    sans_relire = envoyer(direction, une + "envisager", procedure, nature="suspension", pourcentage="30", mois="1")
    assert "Relisez, puis cochez cette case pour confirmer." in mots(sans_relire)
    assert seule(structure).etat == Etat.CONSTATE


def test_hors_delai_l_ecran_mene_a_l_assumer(
    structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    with perimetre(structure.pk):
        procedure = ps.notifiee(regler, agent, directrice, dossier)
    regler(date(2026, 4, 2))
    une = f"/dossiers/{dossier}/sanctions/{procedure.pk}/"
    direction = connecte(directrice)
    page = mots(direction.get(une))
    assert "Hors délai" in page
    assert "Assumer le retard" in page
    assert connecte(agent).get(une + "retard").status_code == 403
    faite = envoyer(direction, une + "retard", procedure, raison="Directrice en arrêt.", relu="on")
    assert faite.status_code == 302
    assert "Retard assumé le 2 avril 2026" in mots(direction.get(une))


def test_la_liste_se_filtre_se_trie_et_s_exporte(
    structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    with perimetre(structure.pk):
        ps.notifiee(regler, agent, directrice, dossier)
    regler(ps.JOUR_DE_DECISION)
    client = connecte(agent)
    page = mots(client.get("/sanctions/"))
    assert dossier.jeune.nom_complet in page
    assert "30 mars 2026" in page
    assert "Rien à montrer." in mots(client.get("/sanctions/?manquement=fraude"))
    assert dossier.jeune.nom_complet in mots(client.get(f"/sanctions/?referent={agent.pk}&tri=nom&etat=toutes"))
    assert client.get("/sanctions/?etat=inconnu").status_code == 422
    fichier = client.get("/sanctions.csv?etat=notifiee").content.decode("utf-8-sig").splitlines()
    assert fichier[0].startswith("Dossier;Nom;Prénom;Manquement")
    assert fichier[1].split(";")[-2] == "30/03/2026"


def test_la_boite_d_envoi(
    structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    with perimetre(structure.pk):
        ps.executoire(regler, agent, directrice, dossier)
        message = MessagePartenaire.objects.get()
    direction = connecte(directrice)
    assert connecte(agent).get("/sanctions/messages/").status_code == 403
    assert "Sanction prononcée" in mots(direction.get("/sanctions/messages/"))
    (ligne,) = direction.get("/sanctions/messages.jsonl").content.decode().splitlines()
    ecrit = json.loads(ligne)
    assert (ecrit["sha256"], ecrit["contenu"]["nature"]) == (message.sha256, "suspension")
    adresse = f"/sanctions/messages/{message.pk}/transmis"
    trop_tot = direction.post(adresse, {"version": "1", "transmis_le": "2026-03-19", "moyen": "Courriel"})
    assert "ne part pas avant d'avoir été écrit" in mots(trop_tot)
    assert (
        direction.post(adresse, {"version": "1", "transmis_le": "2026-03-20", "moyen": "Courriel"}).status_code == 302
    )
    assert "Transmis le 20 mars 2026, Courriel" in mots(direction.get("/sanctions/messages/"))


def test_les_controles_du_mois(structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier) -> None:
    direction, conseil = connecte(directrice), connecte(agent)
    assert conseil.get("/sanctions/controles/tirer").status_code == 403
    assert conseil.get("/sanctions/controles/part").status_code == 403
    assert direction.post("/sanctions/controles/part", {"pourcentage": "0"}).status_code == 422
    assert direction.post("/sanctions/controles/part", {"pourcentage": "12"}).status_code == 302
    assert "12 % des dossiers" in mots(conseil.get("/sanctions/controles/"))
    assert 'value="12"' in direction.get("/sanctions/controles/tirer").content.decode()
    tire = direction.post("/sanctions/controles/tirer", {"mois": "2026-03", "pourcentage": "5"})
    assert tire["Location"] == "/sanctions/controles/2026-03/"
    page = mots(conseil.get(tire["Location"]))
    assert dossier.jeune.nom_complet in page
    assert "donne les mêmes dossiers" in page
    with perimetre(structure.pk):
        controle = ControleAleatoire.objects.get()
    un = f"/sanctions/controles/2026-03/{controle.pk}"
    suite = conseil.post(un, {"version": "1", "resultat": "manquement", "constat": "Aucune candidature en mars."})
    assert suite["Location"].startswith(f"/dossiers/{dossier}/sanctions/noter?")
    proposee = conseil.get(suite["Location"]).content.decode()
    assert "Aucune candidature en mars." in proposee
    assert f'value="{Origine.CONTROLE}" selected' in proposee
    assert conseil.get("/sanctions/controles/2026-01/").status_code == 404
    deja = direction.post("/sanctions/controles/tirer", {"mois": "2026-03", "pourcentage": "5"})
    assert "Choisissez une valeur de la liste." in mots(deja)


def test_un_vide_dit_quoi_faire(structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier) -> None:
    page = connecte(agent).get(reverse("web:dossier", args=[dossier]))
    assert "Aucun manquement noté" in mots(page)
    assert f"/dossiers/{dossier}/sanctions/" in page.content.decode()
    assert "Noter un manquement" in mots(connecte(agent).get(f"/dossiers/{dossier}/sanctions/"))
    assert "Aucune procédure n'est en cours." in mots(connecte(agent).get("/sanctions/"))
    assert "Aucun message." in mots(connecte(directrice).get("/sanctions/messages/"))
    assert "Aucun contrôle n'est tiré au sort." in mots(connecte(agent).get("/sanctions/controles/"))


def test_ce_que_le_dossier_montre_se_note_en_un_geste(
    structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    """The contract asks for fifteen hours a week since January, and nothing was done."""
    client = connecte(agent)
    page = client.get(f"/dossiers/{dossier}/sanctions/")
    assert "Heures d'activité sous la durée du contrat : semaine du 16 février 2026" in mots(page)
    adresse = re.search(r'href="([^"]*noter\?constat=heures[^"]*)"', page.content.decode())
    assert adresse is not None
    form = client.get(html.unescape(adresse[1])).content.decode()
    assert 'value="2026-03-01"' in form
    client.post(
        f"/dossiers/{dossier}/sanctions/noter",
        {"manquement": "engagements", "constate_le": "2026-03-01", "origine": "heures", "faits": "Heures"},
    )
    assert "sous la durée" not in mots(client.get(f"/dossiers/{dossier}/sanctions/"))


def dans_l_ordre(texte: str, *attendus: str) -> None:
    rangs = [texte.find(attendu) for attendu in attendus]
    assert -1 not in rangs, dict(zip(attendus, rangs, strict=True))
    assert rangs == sorted(rangs)


def test_le_dossier_montre_la_procedure_dans_l_ordre(
    structure: Structure, agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    """From the failing to the lifting: the page goes forward in time, the timeline back."""
    jour = date(2026, 4, 8)
    with perimetre(structure.pk):
        procedure = ps.executoire(regler, agent, directrice, dossier)
        regler(jour)
        convenue = services.definir_conditions(agent, procedure, version=procedure.version, conditions="Un atelier.")
        services.lever_suspension(directrice, convenue, version=convenue.version, conforme_le=jour)
    client = connecte(agent)
    dans_l_ordre(
        mots(client.get(f"/dossiers/{dossier}/sanctions/{procedure.pk}/")),
        "Le manquement", "Ce que permet le texte", "Envisagée le 2 mars 2026", "Courrier reçu le 5 mars 2026",
        "Réponse possible jusqu'au 15 mars 2026", "Décidée le 20 mars 2026", "Décision reçue le 20 mars 2026",
        "Convenu le 8 avril 2026", "Suspension levée le 8 avril 2026", "sanction prononcée", "suspension levée",
    )  # fmt: skip
    dans_l_ordre(
        mots(client.get(f"/dossiers/{dossier}/", {"genre": "sanction"})),
        "Suspension levée", "Sanction décidée", "Sanction envisagée : courrier reçu", "Manquement noté",
    )  # fmt: skip
