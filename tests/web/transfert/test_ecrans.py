"""The screens of transfers: the lists, the answers, the handover brief and the decisions read where they stayed."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.models import Consultation
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.transferts.contenu import PAR_CODE
from imilo.parcours.transferts.models import Passation, Transfert
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours.parcours_cej import orienter_et_notifier

pytestmark = pytest.mark.django_db


def texte(reponse: Any) -> str:
    return unescape(reponse.content.decode())


def connecter(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent, jeune_nom_naissance="Partant", telephone="+33611223344")
        orienter_et_notifier(agent, dossier, le=aujourd_hui(structure))
        return dossier


def formulaire(cible: Structure, **champs: Any) -> dict[str, Any]:
    return {
        "cible": cible.pk,
        "motif": "demenagement",
        "familles": list(PAR_CODE),
        "accord_le": "2026-11-02",
        "accord_forme": "ecrit",
        **champs,
    }


def demander(agent: Agent, dossier: Dossier, cible: Structure, **champs: Any) -> int:
    reponse = connecter(agent).post(reverse("web:transfert-demander", args=[str(dossier)]), formulaire(cible, **champs))
    assert reponse.status_code == 302, texte(reponse)
    with perimetre(dossier.structure_id):
        return Transfert.objects.get().pk


def test_from_the_request_to_the_brief(
    agent: Agent, dossier: Dossier, structure: Structure, autre_structure: Structure
) -> None:
    numero = demander(agent, dossier, autre_structure)
    page = texte(connecter(agent).get(reverse("web:dossier", args=[str(dossier)])))
    assert f"Transfert demandé à {autre_structure.nom}" in page
    accueillante = fabriques.agent(autre_structure)
    la_bas = connecter(accueillante)
    page = texte(la_bas.get(reverse("web:transferts")))
    assert "Partant" in page
    assert "+336" not in page
    page = texte(la_bas.get(reverse("web:transfert-accepter", args=[numero])))
    assert "Un dossier sera ouvert ici" in page
    sans = la_bas.post(reverse("web:transfert-accepter", args=[numero]), {})
    assert sans.status_code == 422
    repris = la_bas.post(reverse("web:transfert-accepter", args=[numero]), {"referent": accueillante.pk})
    assert repris.status_code == 302
    page = texte(la_bas.get(repris["Location"]))
    assert "Note de passation" in page
    assert structure.nom in page
    assert "Orientation vers" in page
    assert "Délai de signature du contrat" in page  # a decision of the former structure, read where it stayed
    with perimetre(structure.pk):
        lues = Consultation.objects.filter(genre="decision", agent_id=accueillante.pk, dossier_id=dossier.pk)
        assert lues.count() == 1
    assert la_bas.get(reverse("web:transfert-accepter", args=[numero])).status_code == 404
    # The former référent reads the new dossier through their accesses.
    ancien = connecter(agent)
    page = texte(ancien.get(reverse("web:acces")))
    assert "Partant" in page
    with perimetre(autre_structure.pk):
        nouveau = Dossier.objects.get()
    assert ancien.get(reverse("web:dossier", args=[str(nouveau)])).status_code == 404


def test_decisions_close_with_the_accompaniment(agent: Agent, dossier: Dossier, autre_structure: Structure) -> None:
    numero = demander(agent, dossier, autre_structure)
    accueillante = fabriques.agent(autre_structure)
    la_bas = connecter(accueillante)
    adresse = la_bas.post(reverse("web:transfert-accepter", args=[numero]), {"referent": accueillante.pk})["Location"]
    with perimetre(autre_structure.pk):
        Dossier.objects.update(statut=Statut.FIN, fin_le=aujourd_hui(autre_structure), fin_motif="AGE")
    page = texte(la_bas.get(adresse))
    assert "Note de passation" in page
    assert "Délai de signature du contrat" not in page


def test_what_was_not_agreed_to_is_not_read(agent: Agent, dossier: Dossier, autre_structure: Structure) -> None:
    numero = demander(agent, dossier, autre_structure, familles=["decisions_allocation"])
    accueillante = fabriques.agent(autre_structure)
    la_bas = connecter(accueillante)
    adresse = la_bas.post(reverse("web:transfert-accepter", args=[numero]), {"referent": accueillante.pk})["Location"]
    page = texte(la_bas.get(adresse))
    assert "Allocations en attente" in page
    assert "Délai de signature du contrat" not in page
    assert "Orientation vers" not in page


def test_errors_keep_what_was_typed(agent: Agent, dossier: Dossier, autre_structure: Structure) -> None:
    saisi = formulaire(autre_structure, accord_le="", precision="Elle part à Lyon")
    reponse = connecter(agent).post(reverse("web:transfert-demander", args=[str(dossier)]), saisi)
    assert reponse.status_code == 422
    page = texte(reponse)
    assert "Rien n'est transmis sans l'accord" in page
    assert "Elle part à Lyon" in page


def test_refused_and_cancelled(agent: Agent, dossier: Dossier, autre_structure: Structure) -> None:
    numero = demander(agent, dossier, autre_structure)
    la_bas = connecter(fabriques.agent(autre_structure))
    adresse = reverse("web:transfert-refuser", args=[numero])
    assert la_bas.post(adresse, {"reponse": "non"}).status_code == 422
    assert la_bas.post(adresse, {"reponse": "Elle n'habite pas chez nous."}).status_code == 302
    assert la_bas.get(adresse).status_code == 404
    ici = connecter(agent)
    page = texte(ici.get(reverse("web:transferts")))
    assert "Elle n'habite pas chez nous." in page
    with perimetre(dossier.structure_id):
        Transfert.objects.all().delete()
    numero = demander(agent, dossier, autre_structure)
    assert ici.post(reverse("web:transfert-annuler", args=[numero])).status_code == 302
    assert "Aucune demande" in texte(la_bas.get(reverse("web:transferts")))


def test_a_third_structure_and_the_reception_reach_nothing(
    agent: Agent, dossier: Dossier, structure: Structure, autre_structure: Structure
) -> None:
    numero = demander(agent, dossier, autre_structure)
    tiers = connecter(fabriques.agent(fabriques.structure()))
    for nom in ("transfert-accepter", "transfert-refuser", "transfert-annuler"):
        assert tiers.get(reverse(f"web:{nom}", args=[numero])).status_code == 404, nom
    assert connecter(agent).get(reverse("web:transfert-accepter", args=[numero])).status_code == 404
    accueil = connecter(fabriques.agent(autre_structure, Profil.ACCUEIL))
    assert accueil.get(reverse("web:transferts")).status_code == 403
    collegue = connecter(fabriques.agent(structure))
    refus = collegue.post(reverse("web:transfert-demander", args=[str(dossier)]), formulaire(autre_structure))
    assert refus.status_code == 403


def test_the_brief_is_of_one_dossier(agent: Agent, dossier: Dossier, autre_structure: Structure) -> None:
    numero = demander(agent, dossier, autre_structure)
    accueillante = fabriques.agent(autre_structure)
    la_bas = connecter(accueillante)
    la_bas.post(reverse("web:transfert-accepter", args=[numero]), {"referent": accueillante.pk})
    with perimetre(autre_structure.pk):
        passation = Passation.objects.get()
        autre = fabriques.dossier(autre_structure)
    assert la_bas.get(reverse("web:passation", args=[str(autre), passation.pk])).status_code == 404
    assert connecter(agent).get(reverse("web:passation", args=[str(dossier), passation.pk])).status_code == 404
