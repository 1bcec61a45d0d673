"""The contracts of the structure: the charge of each counsellor, the deadlines that come after the signature."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement, PhasePacea
from imilo.parcours.contrats.services import regler_contrats, terminer_contrat
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej as cej
from tests.parcours.contrats.test_cadres import preparer as preparer_cadre
from tests.web.contrat.test_parcours import client_de

pytestmark = pytest.mark.django_db
ALERTE = "Plus de 1 CEJ en cours"


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


# The mark of CEJ by counsellor


def test_la_direction_est_prevenue_d_une_charge(
    directrice: Agent, agent: Agent, signe: ContratEngagement, structure: Structure
) -> None:
    """Two CEJ for a mark of one: told to the direction, in the room and in *Ma journée*, to no counsellor."""
    for nom in ("contrats", "journee"):
        assert "CEJ en cours :" not in ouvrir(directrice, nom)
    with perimetre(structure.pk):
        regler_contrats(directrice, structure_id=structure.pk, cej_par_conseiller=1)
        assert ALERTE not in ouvrir(directrice)
        assert ALERTE not in ouvrir(directrice, "journee")
        cej.signer(directrice, cej.preparer(agent, fabriques.dossier(structure, agent)))
    salle, journee = ouvrir(directrice), ouvrir(directrice, "journee")
    assert f"{ALERTE} : {agent} (2)" in salle
    assert "rien n'est bloqué" in salle
    assert ALERTE in journee
    assert re.search(rf"{agent} <span[^>]*>2 CEJ<", journee)
    for nom in ("contrats", "journee"):
        assert ALERTE not in ouvrir(agent, nom)
    assert "Au-delà du repère" in ouvrir(agent)


def test_une_autre_structure_ne_voit_pas_cette_charge(
    directrice: Agent, agent: Agent, signe: ContratEngagement, structure: Structure, autre_structure: Structure
) -> None:
    with perimetre(structure.pk):
        regler_contrats(directrice, structure_id=structure.pk, cej_par_conseiller=1)
        cej.signer(directrice, cej.preparer(agent, fabriques.dossier(structure, agent)))
    ailleurs = fabriques.agent(autre_structure, Profil.DIRECTION, representant_legal=True)
    assert str(agent) not in ouvrir(ailleurs, "journee")
    assert str(agent) not in ouvrir(ailleurs)


# Deadlines that come after the signature


def test_la_premiere_phase_a_commencer(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    """R. 5131-12: in the référent's day and in the structure's list, until a phase begins."""
    le = aujourd_hui(dossier.structure)
    with perimetre(dossier.structure_id):
        pacea = cej.signer(agent, preparer_cadre(agent, dossier, Cadre.PACEA))
        PhasePacea.objects.filter(contrat=pacea).update(debut=le + timedelta(days=9))
        ContratEngagement.objects.filter(pk=pacea.pk).update(premiere_phase_limite=le + timedelta(days=10))
    quoi = "Première phase du PACEA à commencer"
    assert quoi in ouvrir(agent, "journee")
    liste = ouvrir(directrice, genre="premiere_phase")
    tableau = liste.partition("<tbody>")[2]
    assert quoi in tableau
    assert "R. 5131-12" in tableau
    assert "Diallo" in tableau
    with perimetre(dossier.structure_id):
        PhasePacea.objects.filter(contrat=pacea).update(debut=le)
    assert quoi not in ouvrir(agent, "journee")
    assert "Diallo" not in ouvrir(directrice, genre="premiere_phase")


def test_la_fin_de_l_attente(directrice: Agent, agent: Agent, dossier: Dossier, signe: ContratEngagement) -> None:
    """R. 5131-16: from the day on which another CEJ may follow, which is never late."""
    le = aujourd_hui(dossier.structure)
    with perimetre(dossier.structure_id):
        terminer_contrat(agent, signe, version=signe.version, fin_le=le, motif="EMPLOI")
        passe = {"debut": le - timedelta(days=300), "signe_le": le - timedelta(days=300)}
        ContratEngagement.objects.filter(pk=signe.pk).update(**passe, fin_le=le - timedelta(days=180))
    assert "Nouveau CEJ possible" in ouvrir(agent, "journee")
    tableau = ouvrir(directrice, genre="attente").partition("<tbody>")[2]
    assert "Diallo" in tableau
    assert "En retard" not in tableau.partition("</tbody>")[0]
    assert "Nouveau CEJ possible" not in ouvrir(fabriques.agent(dossier.structure), "journee")
