"""Whether somebody is known: kept for the counsellor, never told to the CFA. Each refusal goes back in its word."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.echanges.connecteurs.apprentissage.models import Organisme, Situation
from imilo.echanges.connecteurs.apprentissage.transmission import SITUATIONS
from imilo.parcours.arrivees.models import Arrivee, Connu, Etat, Issue, Moyen
from imilo.parcours.arrivees.services import Essai, tenter
from imilo.parcours.fiche.models import Scolarite
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.api.apprentissage.envois import apprenti, cle, envoyer, lire_les_suites
from tests.api.apprentissage.test_dossiers_apprenants import JOUR, ROMPU, cfa, jour

pytestmark = pytest.mark.django_db
__all__ = ["cfa", "jour"]  # fixtures of the calls


@pytest.mark.parametrize("ici", [True, False])
def test_the_verdict_stays_inside(
    structure: Structure, autre_structure: Structure, agent: Agent, cfa: Organisme, *, ici: bool
) -> None:
    chez = structure if ici else autre_structure
    with perimetre(chez.pk):
        dossier = fabriques.dossier(
            chez, jeune_nom_naissance="MARTIN", jeune_prenom="Lina", jeune_naissance=date(2008, 3, 12)
        )
    inconnu = apprenti(nom_apprenant="Ouedraogo", prenom_apprenant="Salif", **ROMPU)
    secret = cle(cfa)
    connue, autre = envoyer([apprenti(**ROMPU)], secret), envoyer([inconnu | {"id_erp_apprenant": "A-1"}], secret)
    assert connue.content == autre.content  # the CFA reads the same of both
    assert lire_les_suites(secret).json()["data"] == []
    with perimetre(structure.pk):
        elle = Arrivee.objects.get(nom="Martin")
        lui = Arrivee.objects.get(nom="Ouedraogo")
    assert (elle.connu, elle.reconnue) == (Connu.PROBABLE, dossier.jeune_id)
    assert elle.preuves == ["même date de naissance", "même nom de naissance", "même prénom"]
    assert (lui.connu, lui.reconnue, lui.preuves) == (Connu.NON, None, [])
    client = Client()
    client.force_login(agent)
    for adresse in (reverse("web:arrivees"), reverse("web:arrivee", args=[elle.pk])):
        texte = client.get(adresse).content.decode()
        assert "À vérifier" in texte
        assert "même date de naissance, même nom de naissance, même prénom" in texte
        assert (str(dossier) in texte) == ici


def test_the_ine_that_the_cfa_gives_leaves_no_doubt(structure: Structure, cfa: Organisme) -> None:
    with perimetre(structure.pk):
        dossier = fabriques.dossier(
            structure, jeune_nom_naissance="Nguyen", jeune_prenom="Lina", jeune_naissance=date(2008, 3, 12)
        )
        Scolarite.objects.create(
            dossier=dossier, structure=structure, ine="0123456789A", origine="liste", confirme_le=JOUR
        )
    envoyer([apprenti(ine_apprenant="0123456789A", **ROMPU)], cle(cfa))
    with perimetre(structure.pk):
        a = Arrivee.objects.get()
    assert (a.connu, a.reconnue, a.doute) == (Connu.SUR, dossier.jeune_id, "Diffère : nom")
    assert "même INE" in a.preuves


@pytest.mark.parametrize(
    ("issue", "situation"),
    [
        (Issue.NE_SOUHAITE_PAS, "NE_VEUT_PAS_ACCOMPAGNEMENT"),
        (Issue.PLUS_CONTACTER, "NE_SOUHAITE_PAS_ETRE_RECONTACTE"),
    ],
)
def test_each_refusal_has_its_word(
    structure: Structure, agent: Agent, cfa: Organisme, issue: Issue, situation: str
) -> None:
    secret = cle(cfa)
    envoyer([apprenti(**ROMPU)], secret)
    with perimetre(structure.pk):
        tenter(agent, Arrivee.objects.get(), version=1, essai=Essai(moyen=Moyen.TELEPHONE, issue=issue))
        assert Arrivee.objects.get().etat == Etat.CLOSE
    lues: list[dict[str, Any]] = lire_les_suites(secret).json()["data"]
    assert [s["situation"] for s in lues] == [situation]


def test_every_outcome_has_a_situation_and_every_situation_an_outcome() -> None:
    assert set(SITUATIONS) == set(Issue)
    assert set(SITUATIONS.values()) == set(Situation)
