"""The pages of contracts beyond the CEJ on screen: frames, telephone, updates, letters, appeals, the list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import francais
from imilo.parcours.contrats.etats import Cadre, Etat
from imilo.parcours.contrats.models import (
    Actualisation,
    ContratEngagement,
    DecisionContrat,
    Prolongation,
    Recours,
    ReglageContrats,
    Suspension,
)
from imilo.parcours.contrats.services import envoyer_a_signer
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.objets_liens import ouvrir
from tests.parcours import parcours_cej as cej
from tests.parcours.contrats.test_cadres import oriente
from tests.parcours.contrats.test_cadres import preparer as preparer_cadre
from tests.web.contrat.test_parcours import adresse, client_de, contenu_du_contrat, lire, poster

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(
            structure, agent, jeune_prenom="Lola", jeune_nom_naissance="Diallo", telephone="+33612345678"
        )


@pytest.fixture
def direction(directrice: Agent) -> Client:
    return client_de(directrice)


@pytest.fixture
def conseiller(agent: Agent) -> Client:
    return client_de(agent)


@pytest.fixture
def signe(directrice: Agent, agent: Agent, dossier: Dossier) -> ContratEngagement:
    with perimetre(dossier.structure_id):
        return cej.signer(directrice, cej.preparer(agent, dossier))


def contenu(agent: Agent, dossier: Dossier, cadre: Cadre, **champs: Any) -> dict[str, Any]:
    le = aujourd_hui(dossier.structure)
    donnees = contenu_du_contrat(agent, dossier, logement="", foyer_fiscal="")
    if cadre == Cadre.PACEA:
        donnees |= {
            "en_difficulte": "on",
            "risque_exclusion": "on",
            "phase_1_debut": le.isoformat(),
            "phase_1_fin": (le + timedelta(days=60)).isoformat(),
            "phase_1_objectifs": "Découvrir des métiers",
            "phase_1_engagements_jeune": "Venir",
            "phase_1_engagements_structure": "Aider",
        }
    return donnees | champs


@pytest.mark.parametrize("cadre", [Cadre.COMMUN, Cadre.PACEA])
def test_preparer_et_signer_les_autres_cadres(conseiller: Client, agent: Agent, dossier: Dossier, cadre: Cadre) -> None:
    with perimetre(dossier.structure_id):
        oriente(agent, dossier)
    assert f"?cadre={cadre.value}" in lire(conseiller, "contrat-nouveau", dossier)
    ou = f"{adresse('contrat-nouveau', dossier)}?cadre={cadre.value}"
    assert ("Phases du parcours" in conseiller.get(ou).content.decode()) == (cadre == Cadre.PACEA)
    assert conseiller.post(ou, contenu(agent, dossier, cadre)).status_code == 302
    with perimetre(dossier.structure_id):
        contrat = ContratEngagement.objects.get()
        contrat.dossier = dossier
    assert contrat.cadre == cadre
    signature = {"version": 1, "acceptation_jeune": "Lola Diallo", "confirmation": "on"}
    assert poster(conseiller, signature, "contrat-signer", dossier, contrat.pk).status_code == 302
    page = lire(conseiller, "contrat", dossier, contrat.pk)
    assert cadre.label.replace("'", "&#x27;") in page
    assert "À revoir" not in page, "no frequency was agreed"


@pytest.mark.parametrize("cadre", [Cadre.COMMUN, Cadre.PACEA])
def test_les_allocations_suivent_le_cadre(directrice: Agent, agent: Agent, dossier: Dossier, cadre: Cadre) -> None:
    """Only a CEJ has months of allowance; a PACEA has its own, asked one by one; a common contract has none."""
    with perimetre(dossier.structure_id):
        contrat = cej.signer(directrice, preparer_cadre(agent, dossier, cadre))
    gestionnaire = client_de(fabriques.agent(dossier.structure, profil=Profil.GESTIONNAIRE))
    page = lire(gestionnaire, "contrat", dossier, contrat.pk)
    assert f"/contrats/{contrat.pk}/allocations/" not in page
    lien = adresse("pacea-allocations", dossier)
    assert (lien in page) == (cadre == Cadre.PACEA)
    assert gestionnaire.get(lien).status_code == 200


def test_ce_qui_manque_se_dit_avant_de_remplir(conseiller: Client, agent: Agent, dossier: Dossier) -> None:
    page = lire(conseiller, "contrat-nouveau", dossier)
    assert "Décidez d&#x27;abord l&#x27;orientation" in page
    assert adresse("orientation", dossier) in page
    assert "établissez-le d&#x27;abord" in page
    with perimetre(dossier.structure_id):
        oriente(agent, dossier)
    assert "Avant de préparer un contrat" not in lire(conseiller, "contrat-nouveau", dossier)


def test_seul_un_mineur_a_un_representant_qui_refuse(conseiller: Client, agent: Agent, dossier: Dossier) -> None:
    with perimetre(dossier.structure_id):
        contrat = cej.preparer(agent, dossier)
    assert "Le représentant légal" not in lire(conseiller, "contrat-refus", dossier, contrat.pk)
    refus = {"version": 1, "partie": "representant", "motif": ""}
    assert poster(conseiller, refus, "contrat-refus", dossier, contrat.pk).status_code == 422


def test_une_phase_a_moitie_remplie_se_dit(conseiller: Client, agent: Agent, dossier: Dossier) -> None:
    with perimetre(dossier.structure_id):
        oriente(agent, dossier)
    ou = f"{adresse('contrat-nouveau', dossier)}?cadre=pacea"
    reponse = conseiller.post(ou, contenu(agent, dossier, Cadre.PACEA, phase_2_objectifs="Seulement cela"))
    assert reponse.status_code == 422
    assert "videz toute la phase" in reponse.content.decode()
    assert "Seulement cela" in reponse.content.decode()


def test_une_phase_qui_finit_trop_tot_se_dit_a_sa_ligne(conseiller: Client, agent: Agent, dossier: Dossier) -> None:
    with perimetre(dossier.structure_id):
        oriente(agent, dossier)
    veille = (aujourd_hui(dossier.structure) - timedelta(days=1)).isoformat()
    ou = f"{adresse('contrat-nouveau', dossier)}?cadre=pacea"
    reponse = conseiller.post(ou, contenu(agent, dossier, Cadre.PACEA, phase_1_fin=veille))
    assert list(reponse.context["form"].errors) == ["phase_1_fin"]


def test_du_telephone_au_contrat_conclu(conseiller: Client, direction: Client, agent: Agent, dossier: Dossier) -> None:
    with perimetre(dossier.structure_id):
        contrat = cej.preparer(agent, dossier)
    assert "Envoyer sur son téléphone" in lire(conseiller, "contrat", dossier, contrat.pk)
    envoi = {"version": 1, "canal": "sms"}
    assert poster(conseiller, envoi, "contrat-envoyer", dossier, contrat.pk).status_code == 302
    telephone = Client()
    page = ouvrir(telephone, "signature", dossier, objet_id=contrat.pk)
    assert "Lire le contrat en entier" in telephone.get(page).content.decode()
    pdf = telephone.get(f"{page}/contrat.pdf")
    assert (pdf.status_code, pdf["Content-Type"]) == (200, "application/pdf")
    sans_case = telephone.post(page, {"nom": "Lola Diallo"})
    assert sans_case.status_code == 422
    assert "Cochez cette case" in sans_case.content.decode()
    assert telephone.post(page, {"nom": "Lola Diallo", "lu": "on"}).status_code == 302
    assert (
        "C&#x27;est signé" in telephone.get(page).content.decode()
        or "C'est signé" in telephone.get(page).content.decode()
    )
    assert "a signé le" in lire(conseiller, "contrat", dossier, contrat.pk)
    conclure = {"version": 2, "confirmation": "on"}
    assert poster(direction, conclure, "contrat-conclure", dossier, contrat.pk).status_code == 302
    with perimetre(dossier.structure_id):
        assert ContratEngagement.objects.get().etat == Etat.SIGNE
    assert "signé par tout le monde" in telephone.get(page).content.decode()


@pytest.mark.parametrize("geste", ["contrat-modifier", "contrat-envoyer"])
def test_une_signature_ne_se_perd_pas_sans_le_dire(
    conseiller: Client, agent: Agent, dossier: Dossier, geste: str
) -> None:
    """Whoever changes, or sends again, what the young person signed is told so first, and says that they know."""
    with perimetre(dossier.structure_id):
        contrat = envoyer_a_signer(agent, cej.preparer(agent, dossier), version=1)
    telephone = Client()
    ancienne = ouvrir(telephone, "signature", dossier, objet_id=contrat.pk)
    assert telephone.post(ancienne, {"nom": "Lola Diallo", "lu": "on"}).status_code == 302
    page = lire(conseiller, geste, dossier, contrat.pk)
    assert f"Lola Diallo a signé le {timezone.localtime():%d/%m/%Y}" in page
    envoi = {"version": 2, "canal": "sms"}
    donnees = contenu_du_contrat(agent, dossier, version=2) if geste == "contrat-modifier" else envoi
    refus = poster(conseiller, donnees, geste, dossier, contrat.pk)
    assert refus.status_code == 422
    assert "Cochez cette case" in refus.content.decode()
    with perimetre(dossier.structure_id):
        assert contrat.signatures.valables().count() == 1
    assert poster(conseiller, {**donnees, "resigner": "on"}, geste, dossier, contrat.pk).status_code == 302
    with perimetre(dossier.structure_id):
        assert (contrat.signatures.valables().count(), contrat.signatures.count()) == (0, 1)
    dit = "Le contrat a changé" if geste == "contrat-modifier" else "Ce lien est remplacé"
    assert dit in telephone.get(ancienne).content.decode()


def test_dire_non_sur_son_telephone(agent: Agent, dossier: Dossier) -> None:
    with perimetre(dossier.structure_id):
        contrat = cej.preparer(agent, dossier)
        envoyer_a_signer(agent, contrat, version=1)
    telephone = Client()
    page = ouvrir(telephone, "signature", dossier, objet_id=contrat.pk)
    assert telephone.post(page, {"refuser": "oui", "motif": "Je pars"}).status_code == 302
    with perimetre(dossier.structure_id):
        refuse = ContratEngagement.objects.get()
    assert (refuse.etat, refuse.refuse_motif) == (Etat.REFUSE, "Je pars")
    assert "c'est noté" in telephone.get(page).content.decode()


def changement(agent: Agent, contrat: ContratEngagement) -> dict[str, Any]:
    """An update of a contract, as its form is filled."""
    return {
        "version": contrat.version,
        "motif": "situation",
        "bilan": "Un stage a plu.",
        "referent": agent.pk,
        "objectifs": "Serveur",
        "engagements_jeune": "Venir",
        "engagements_structure": "Aider",
        "heures_hebdo": "20",
        "amenagement": "aucun",
        "action_categorie": "formation",
        "action_intitule": "Hygiène",
        "action_financement": "fse",
    }


def test_actualiser_sur_le_telephone(
    conseiller: Client, direction: Client, agent: Agent, dossier: Dossier, signe: ContratEngagement
) -> None:
    """Sent, read, signed with a code, concluded: the terms are the contract's only then. Another one is refused."""
    assert poster(conseiller, changement(agent, signe), "contrat-actualiser", dossier, signe.pk).status_code == 302
    with perimetre(dossier.structure_id):
        objet = Actualisation.objects.get()
    ou = (dossier, signe.pk, objet.pk)
    conclure = {"version": 1, "confirmation": "on"}
    assert poster(direction, conclure, "contrat-actualisation-conclure", *ou).status_code == 302, "nothing was sent"
    assert "Envoyer le lien" in conseiller.get(adresse("contrat-actualisation-envoyer", *ou)).content.decode()
    envoi = {"version": 1, "canal": "sms"}
    assert poster(conseiller, envoi, "contrat-actualisation-envoyer", *ou).status_code == 302
    sans_elle = poster(direction, {**conclure, "version": 2}, "contrat-actualisation-conclure", *ou)
    assert (sans_elle.status_code, "manque encore" in sans_elle.content.decode()) == (422, True)
    telephone = Client()
    page = ouvrir(telephone, "actualisation", dossier, objet_id=objet.pk)
    lu = telephone.get(page).content.decode()
    assert "Un stage a plu." in lu
    assert "20 (avant : 15)" in lu
    assert "Hygiène" in lu
    assert telephone.get(f"{page}/texte.pdf")["Content-Type"] == "application/pdf"
    assert telephone.post(page, {"nom": "Lola Diallo"}).status_code == 422
    assert telephone.post(page, {"nom": "Lola Diallo", "lu": "on"}).status_code == 302
    assert "signé, merci" in telephone.get(page).content.decode()
    assert "a signé le" in lire(conseiller, "contrat", dossier, signe.pk)
    with perimetre(dossier.structure_id):
        assert ContratEngagement.objects.get().objectifs != "Serveur"
    assert poster(direction, {**conclure, "version": 2}, "contrat-actualisation-conclure", *ou).status_code == 302
    assert "signé par tout le monde" in telephone.get(page).content.decode()
    assert "Serveur" in lire(conseiller, "contrat", dossier, signe.pk)

    with perimetre(dossier.structure_id):
        version = ContratEngagement.objects.get().version
    encore = changement(agent, signe) | {"version": version, "bilan": "Moins d'heures."}
    assert poster(conseiller, encore, "contrat-actualiser", dossier, signe.pk).status_code == 302
    with perimetre(dossier.structure_id):
        autre = Actualisation.objects.last()
    assert autre is not None
    envoyer = ("contrat-actualisation-envoyer", dossier, signe.pk, autre.pk)
    assert poster(conseiller, envoi, *envoyer).status_code == 302
    page = ouvrir(telephone, "actualisation", dossier, objet_id=autre.pk)
    assert telephone.post(page, {"refuser": "oui", "motif": "Je préfère rester à 20 h"}).status_code == 302
    assert "le contrat reste comme il était" in telephone.get(page).content.decode()
    assert "Je préfère rester à 20 h" in lire(conseiller, "contrat", dossier, signe.pk)
    etranger = client_de(fabriques.agent(fabriques.structure(), Profil.DIRECTION, representant_legal=True))
    assert etranger.get(adresse(*envoyer)).status_code == 404


def test_actualiser_page_par_page(direction: Client, agent: Agent, dossier: Dossier, signe: ContratEngagement) -> None:
    saisie = changement(agent, signe)
    incomplet = poster(direction, saisie | {"bilan": ""}, "contrat-actualiser", dossier, signe.pk)
    assert incomplet.status_code == 422
    assert "Hygiène" in incomplet.content.decode(), "what was typed stays"
    assert poster(direction, saisie, "contrat-actualiser", dossier, signe.pk).status_code == 302
    with perimetre(dossier.structure_id):
        actualisation = Actualisation.objects.get()
    assert (
        direction.get(adresse("contrat-actualisation-projet", dossier, signe.pk, actualisation.pk)).status_code == 200
    )
    signature = {"version": 1, "acceptation_jeune": "Lola Diallo", "confirmation": "on"}
    ou = ("contrat-actualisation-signer", dossier, signe.pk, actualisation.pk)
    assert poster(direction, signature, *ou).status_code == 302
    page = lire(direction, "contrat", dossier, signe.pk)
    assert "Serveur" in page
    assert "Fonds social européen" in page


def test_prolonger_suspendre_reprendre(direction: Client, dossier: Dossier, signe: ContratEngagement) -> None:
    le = aujourd_hui(dossier.structure)
    with perimetre(dossier.structure_id):
        ContratEngagement.objects.filter(pk=signe.pk).update(
            signe_le=le - timedelta(days=350), debut=le - timedelta(days=350), fin_prevue=le
        )
    fin = le + timedelta(days=50)
    saisie = {"version": signe.version, "cause": "exceptionnelle", "fin": fin.isoformat(), "motif": ""}
    sans = poster(direction, saisie, "contrat-prolonger", dossier, signe.pk)
    assert sans.status_code == 422
    assert list(sans.context["form"].errors) == ["motif"]
    assert "dûment motivée" in sans.content.decode()
    saisie["motif"] = "besoins"
    assert poster(direction, saisie, "contrat-prolonger", dossier, signe.pk).status_code == 422
    saisie["motif"] = "Un emploi commence en janvier"
    demande = poster(direction, saisie, "contrat-prolonger", dossier, signe.pk)
    assert demande.status_code == 200
    page = demande.content.decode()
    assert "Ce qui va changer" in page
    assert francais.jour(fin) in page
    with perimetre(dossier.structure_id):
        assert not Prolongation.objects.exists()
    corrige = poster(direction, {**saisie, "corriger": "oui"}, "contrat-prolonger", dossier, signe.pk)
    assert "Un emploi commence en janvier</textarea>" in corrige.content.decode()
    assert "(facultatif)" not in corrige.content.decode()
    confirme = {**saisie, "confirmee": "oui"}
    assert poster(direction, confirme, "contrat-prolonger", dossier, signe.pk).status_code == 302
    suspension = {"version": signe.version + 1, "motif": "volontariat", "debut": le.isoformat(), "precision": ""}
    assert poster(direction, suspension, "contrat-suspendre", dossier, signe.pk).status_code == 302
    with perimetre(dossier.structure_id):
        assert Prolongation.objects.get().fin_apres == fin
        ligne = Suspension.objects.get()
    assert "activités suspendues" in lire(direction, "contrat", dossier, signe.pk)
    reprise = {"version": 1, "fin": le.isoformat()}
    assert poster(direction, reprise, "contrat-reprendre", dossier, signe.pk, ligne.pk).status_code == 302


def test_evaluer_une_phase(conseiller: Client, agent: Agent, dossier: Dossier) -> None:
    with perimetre(dossier.structure_id):
        contrat = cej.signer(agent, preparer_cadre(agent, dossier, Cadre.PACEA))
        phase = contrat.phases.get()
    le = aujourd_hui(dossier.structure)
    saisie = {"version": 1, "evaluee_le": le.isoformat(), "atteints": "oui", "evaluation": "Trois métiers vus"}
    ou = ("contrat-phase-evaluer", dossier, contrat.pk, phase.pk)
    assert poster(conseiller, saisie, *ou).status_code == 302
    assert "Trois métiers vus" in lire(conseiller, "contrat", dossier, contrat.pk)


def test_recours_page_par_page(
    conseiller: Client, direction: Client, dossier: Dossier, signe: ContratEngagement
) -> None:
    vide = lire(conseiller, "contrats-decisions", dossier)
    assert "Aucun recours" in vide
    assert "Un CEJ vous est accordé" in vide
    le = aujourd_hui(dossier.structure).isoformat()
    with perimetre(dossier.structure_id):
        decision = DecisionContrat.objects.get()
    remise = {"version": 1, "remise_le": le, "moyen": "MAIN_PROPRE"}
    assert poster(conseiller, remise, "contrats-decision-remise", dossier, decision.pk).status_code == 302
    saisie = {
        "contre": f"contrat-duree:{signe.pk}",
        "nature": "gracieux",
        "canal": "courrier",
        "recu_le": le,
        "arguments": "C'est trop court",
    }
    assert poster(conseiller, saisie, "recours-recevoir", dossier).status_code == 302
    with perimetre(dossier.structure_id):
        recours = Recours.objects.get()
    reponse = {"version": 1, "issue": "rejete", "repondu_le": le, "reponse": "La durée est celle de la loi."}
    assert conseiller.get(adresse("recours-repondre", dossier, recours.pk)).status_code == 200
    sans_pouvoir = poster(conseiller, reponse, "recours-repondre", dossier, recours.pk)
    assert (sans_pouvoir.status_code, "délégation" in sans_pouvoir.content.decode()) == (422, True)
    assert poster(direction, reponse, "recours-repondre", dossier, recours.pk).status_code == 302
    assert "Rejeté" in lire(conseiller, "contrats-decisions", dossier)


def test_refuser_un_pacea_page_par_page(conseiller: Client, agent: Agent, dossier: Dossier) -> None:
    with perimetre(dossier.structure_id):
        oriente(agent, dossier)
    sans_reponse = poster(conseiller, {}, "pacea-contrat-refuser", dossier)
    assert sans_reponse.status_code == 422
    ouvert = {"en_difficulte": "oui", "risque_exclusion": "oui", "precision": ""}
    refus = poster(conseiller, ouvert, "pacea-contrat-refuser", dossier)
    assert (refus.status_code, "rien n&#x27;est à refuser" in refus.content.decode()) == (422, True)
    assert (
        poster(conseiller, {**ouvert, "risque_exclusion": "non"}, "pacea-contrat-refuser", dossier).status_code == 302
    )
    page = lire(conseiller, "contrats-decisions", dossier)
    assert "Un PACEA ne peut pas vous être proposé" in page
    assert "L. 5131-3" in page


def test_la_liste_de_la_structure(
    direction: Client, conseiller: Client, agent: Agent, dossier: Dossier, signe: ContratEngagement
) -> None:
    le = aujourd_hui(dossier.structure)
    with perimetre(dossier.structure_id):
        ContratEngagement.objects.filter(pk=signe.pk).update(fin_prevue=le + timedelta(days=10))
    page = direction.get(adresse("contrats")).content.decode()
    assert "Fin du contrat" in page
    assert "Diallo" in page
    assert "Diallo" not in direction.get(adresse("contrats"), {"genre": "signature"}).content.decode()
    assert "Diallo" not in direction.get(adresse("contrats"), {"retard": "on"}).content.decode()
    assert "Diallo" in direction.get(adresse("contrats"), {"referent": agent.pk, "tri": "nom"}).content.decode()
    csv = direction.get(adresse("contrats-export")).content.decode()
    assert "Fin du contrat" in csv
    assert "Diallo" in csv
    reglages = {"cej_par_conseiller": 12, "rappel_signature_jours": 7}
    assert poster(direction, {**reglages, "rappel_signature_jours": 61}, "contrats-repere").status_code == 422
    assert poster(direction, reglages, "contrats-repere").status_code == 302
    with perimetre(dossier.structure_id):
        regle = ReglageContrats.objects.get()
        assert (regle.cej_par_conseiller, regle.rappel_signature_jours) == (12, 7)
    assert poster(conseiller, reglages, "contrats-repere").status_code == 403


def test_le_meme_profil_un_autre_jeune(
    agent: Agent, dossier: Dossier, signe: ContratEngagement, autre_structure: Structure
) -> None:
    """A counsellor of another structure reaches none of these pages."""
    autre = fabriques.agent(autre_structure, Profil.DIRECTION, representant_legal=True)
    client = client_de(autre)
    for nom in ("contrat-prolonger", "contrat-suspendre", "contrat-actualiser", "contrat-envoyer", "contrat-refus"):
        assert client.get(adresse(nom, dossier, signe.pk)).status_code == 404, nom
    for nom in ("contrats-decisions", "recours-recevoir", "contrat-nouveau", "cej-refuser", "pacea-contrat-refuser"):
        assert client.get(adresse(nom, dossier)).status_code == 404, nom
    assert "Diallo" not in client.get(adresse("contrats"), {"delai": "180"}).content.decode()
