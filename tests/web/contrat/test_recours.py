"""Appeals aren't forgotten: the list of the structure, its filters and export, the alert, the direction's day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client

from imilo.acteurs.models import Agent, Delegation, Portee, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.models import Fait
from imilo.parcours.contrats.models import Recours
from imilo.parcours.contrats.recours import Recherche, en_attente, recours_de_la_structure
from imilo.parcours.contrats.reglages import reglages
from imilo.parcours.contrats.services import RecoursSaisi, recevoir_recours, repondre_recours
from imilo.parcours.dossiers import alertes, chronologie, decisions
from imilo.parcours.dossiers.alertes import Urgence
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej as cej
from tests.web.contrat.test_parcours import adresse, client_de, lire

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(structure, agent, jeune_prenom="Lola", jeune_nom_naissance="Diallo")


@pytest.fixture
def le(structure: Structure) -> date:
    return aujourd_hui(structure)


def recevoir(directrice: Agent, agent: Agent, dossier: Dossier, jours: int) -> Recours:
    """An appeal against a decision of this dossier, that waits since so many days."""
    with perimetre(dossier.structure_id):
        gardees = decisions.decisions(dossier, permises=lambda _: True)
        if not gardees:
            cej.signer(directrice, cej.preparer(agent, dossier))
            gardees = decisions.decisions(dossier, permises=lambda _: True)
        le = aujourd_hui(dossier.structure)
        saisi = RecoursSaisi("gracieux", "courrier", le, "Une phrase de la personne")
        recours = recevoir_recours(agent, dossier, contre=gardees[0], saisi=saisi)
        Recours.objects.filter(pk=recours.pk).update(recu_le=le - timedelta(days=jours))
        recours.refresh_from_db()
    return recours


def repondre(directrice: Agent, recours: Recours, le: date) -> None:
    with perimetre(recours.structure_id):
        repondre_recours(directrice, recours, version=1, repondu_le=le, issue="rejete", reponse="Le texte le veut.")


def test_la_liste_de_la_structure(directrice: Agent, agent: Agent, dossier: Dossier, le: date) -> None:
    conseiller, direction = client_de(agent), client_de(directrice)
    assert "Aucun recours n'attend de réponse" in lire(conseiller, "recours")
    repondu = recevoir(directrice, agent, dossier, 12)
    repondre(directrice, repondu, le)
    recevoir(directrice, agent, dossier, reglages().recours_en_vue_jours)
    page = lire(direction, "recours")
    assert f"En attente depuis {reglages().recours_en_vue_jours} jours" in page
    assert "fr-badge--warning" in page
    assert "12 jours après" not in page
    assert "Répondre" in page
    toutes = direction.get(adresse("recours"), {"etat": "tous"}).content.decode()
    assert "12 jours après" in toutes
    for filtre in ({"etat": "admis"}, {"nature": "contentieux"}, {"referent": directrice.pk}):
        rien = direction.get(adresse("recours"), filtre)
        assert (rien.status_code, "Rien à montrer" in rien.content.decode()) == (200, True), filtre
    assert direction.get(adresse("recours"), {"etat": "n'importe quoi"}).status_code == 422


def test_ce_qui_attend_vient_d_abord_le_plus_ancien_avant(
    directrice: Agent, agent: Agent, dossier: Dossier, structure: Structure, le: date
) -> None:
    repondu = recevoir(directrice, agent, dossier, 90)
    repondre(directrice, repondu, le)
    attendent = [recevoir(directrice, agent, dossier, jours).pk for jours in (3, 40, 1)]
    with perimetre(structure.pk):
        for tri, attendu in (
            ("attente", [attendent[1], attendent[0], attendent[2], repondu.pk]),
            ("recu", [attendent[2], attendent[0], attendent[1], repondu.pk]),
        ):
            trouves = recours_de_la_structure(structure=structure, recherche=Recherche("tous", tri=tri))
            assert [r.pk for r in trouves] == attendu
        resume = en_attente(structure=structure, le=le)
    assert resume is not None
    assert (resume.nombre, resume.en_vue, resume.depuis) == (3, 1, "depuis 40 jours")


def test_ce_qui_attend_se_lit_par_son_index(structure: Structure) -> None:
    with perimetre(structure.pk), connection.cursor() as curseur:
        curseur.execute("SET LOCAL enable_seqscan = off")
        attente = recours_de_la_structure(structure=structure, recherche=Recherche()).values("pk").order_by("recu_le")
        assert "recours_structure" in attente.explain()


def test_le_tableur_n_a_pas_ce_que_dit_la_personne(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    recevoir(directrice, agent, dossier, 5)
    fichier = client_de(agent).get(adresse("recours-export")).content.decode()
    assert "Diallo" in fichier
    assert ";5;En attente" in fichier
    assert "Une phrase de la personne" not in fichier
    with perimetre(dossier.structure_id):
        assert Fait.objects.filter(genre="recours.exportes").count() == 1


def test_le_dossier_le_dit_jusqu_a_la_reponse(directrice: Agent, agent: Agent, dossier: Dossier, le: date) -> None:
    recours = recevoir(directrice, agent, dossier, 5)

    def dit(jour: date) -> list[tuple[str, Urgence]]:
        with perimetre(dossier.structure_id):
            toutes = alertes.alertes(dossier, le=jour, permis=lambda code: code == "recours")
        return [(a.message, a.urgence) for a in toutes]

    ((message, urgence),) = dit(le)
    assert "sans réponse (depuis 5 jours)" in message
    assert urgence == Urgence.INFO
    assert [u for _, u in dit(le + timedelta(days=reglages().recours_en_vue_jours))] == [Urgence.BIENTOT]
    assert "sans réponse (depuis 5 jours)" in lire(client_de(agent), "dossier", dossier)
    repondre(directrice, recours, le)
    assert dit(le) == []
    with perimetre(dossier.structure_id):
        titres = [e.titre for e in chronologie.entrees(dossier, genre="recours")]
    assert titres == ["Réponse au recours", "Recours reçu"]


def test_la_journee_de_qui_repond(directrice: Agent, agent: Agent, dossier: Dossier, structure: Structure) -> None:
    attendu = "1 recours attend une réponse"
    assert attendu not in lire(client_de(directrice), "journee")
    recevoir(directrice, agent, dossier, 31)
    page = lire(client_de(directrice), "journee")
    assert attendu in page
    assert "depuis 31 jours" in page
    assert "1 depuis longtemps" in page
    assert attendu not in lire(client_de(agent), "journee")  # who can't answer sees it on the dossier
    pouvoir = {"structure": structure, "delegant": directrice, "agent": agent}
    Delegation.objects.create(**pouvoir, portee=Portee.CONTRATS, du=aujourd_hui(structure))
    assert attendu in lire(client_de(agent), "journee")


def test_une_autre_structure_n_en_voit_rien(
    directrice: Agent, agent: Agent, dossier: Dossier, autre_structure: Structure
) -> None:
    recevoir(directrice, agent, dossier, 5)
    ailleurs: Client = client_de(fabriques.agent(autre_structure, Profil.DIRECTION, representant_legal=True))
    for route in ("recours", "recours-export"):
        assert "Diallo" not in ailleurs.get(adresse(route), {"etat": "tous"}).content.decode()
    assert "recours attend" not in lire(ailleurs, "journee")
    sans = client_de(fabriques.agent(dossier.structure, Profil.GESTIONNAIRE))
    assert sans.get(adresse("recours")).status_code == 403
