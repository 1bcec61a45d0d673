"""What a contract must state (L. 5411-6, R. 5411-14, R. 5411-15), as ours is read."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import depuis_json, rejouer
from imilo.parcours.contrats.contenu import avant_de_signer, examiner
from imilo.parcours.contrats.models import Amenagement, CategorieAction, ContratEngagement, Logement, Soutien
from imilo.parcours.contrats.services import ActionSaisie, modifier_contrat
from imilo.parcours.contrats.textes import textes
from imilo.parcours.diagnostics.selectors import orientation_notifiee
from imilo.parcours.dossiers.models import Dossier
from tests import fabriques
from tests.parcours import parcours_cej as cej

pytestmark = pytest.mark.django_db
TOUJOURS = {"situation", "modele"}  # no field of our contract shows them


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent)


def _manques(contrat: ContratEngagement) -> set[str]:
    orientation = orientation_notifiee(dossier=contrat.dossier)
    le = aujourd_hui(contrat.dossier.structure)
    manques, _ = avant_de_signer(examiner(contrat, orientation=orientation, le=le, signe=False))
    return {motif.code for motif in manques}


def test_les_engagements_proposes_disent_la_sincerite(agent: Agent, dossier: Dossier) -> None:
    """R. 5411-14: with the words proposed it is there; a shorter text of the counsellor may leave it out."""
    proposes = "\n".join(textes(aujourd_hui(dossier.structure)).engagements_jeune)
    contrat = cej.preparer(agent, dossier, engagements_jeune=proposes)
    assert _manques(contrat) == TOUJOURS
    contrat.engagements_jeune = "Venir aux rendez-vous"
    assert _manques(contrat) == {*TOUJOURS, "sincerite"}


@pytest.mark.parametrize(
    ("champ", "mention"),
    [
        ("objectifs", "objectifs"),
        ("engagements_jeune", "engagements_personne"),
        ("engagements_structure", "engagements_organisme"),
    ],
)
def test_un_texte_vide_manque(agent: Agent, dossier: Dossier, champ: str, mention: str) -> None:
    contrat = cej.preparer(agent, dossier)
    assert mention not in _manques(contrat)
    setattr(contrat, champ, "  ")
    assert mention in _manques(contrat)


@pytest.mark.parametrize(
    ("champs", "exigees"),
    [
        ({}, {"allocation": True, "duree_hebdomadaire": True, "calendrier": False}),
        (
            {"logement": Logement.FOYER, "soutien_parental": Soutien.SUFFISANT},
            {"allocation": False, "duree_hebdomadaire": True},
        ),
        (
            {"heures_hebdo": Decimal(0), "amenagement": Amenagement.SANTE},
            {"allocation": True, "duree_hebdomadaire": False},
        ),
    ],
    ids=["ordinaire", "sans_allocation", "sans_duree"],
)
def test_ce_qui_est_demande_selon_le_contrat(
    agent: Agent, dossier: Dossier, champs: dict[str, Any], exigees: dict[str, bool]
) -> None:
    contrat = cej.preparer(agent, dossier, **champs)
    decision = examiner(contrat, orientation=None, le=aujourd_hui(dossier.structure), signe=False)
    assert {mention: mention in decision.resultat["exigees"] for mention in exigees} == exigees


def test_des_actions_datees_ont_leur_calendrier(agent: Agent, dossier: Dossier) -> None:
    contrat = cej.preparer(agent, dossier)
    le = aujourd_hui(dossier.structure)
    datee = ActionSaisie(CategorieAction.FORMATION, "CAP cuisine", echeance=le + timedelta(days=30))
    modifie = modifier_contrat(agent, contrat, version=1, saisi=cej.saisi(agent, debut=le), actions=[datee])
    assert "calendrier" in examiner(modifie, orientation=None, le=le, signe=False).resultat["exigees"]
    assert "calendrier" not in _manques(modifie)


def test_la_decision_est_gardee_a_la_signature(agent: Agent, directrice: Agent, dossier: Dossier) -> None:
    contrat = cej.preparer(agent, dossier)
    assert contrat.contenu is None
    signe = cej.signer(directrice, contrat)
    assert signe.contenu is not None
    gardee = depuis_json(signe.contenu)
    assert (gardee.regle, gardee.le) == ("contrat_engagement.contenu", signe.signe_le)
    assert gardee.resultat["obligatoire"] is True
    assert set(gardee.resultat["manquantes"]) == {*TOUJOURS, "sincerite"}
    assert rejouer(gardee).identique
