"""Nothing is typed twice: what the full file says is the first answer of the orientation and of the contract."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.contrats.connu import connu_pour_l_orientation, connu_pour_le_contrat
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.rubriques import PAR_CODE
from imilo.parcours.fiche.services import donnees
from tests import fabriques
from tests.parcours.fiche.exemples import EXEMPLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent, jeune_naissance=date(2004, 5, 1))


@pytest.fixture
def le(structure: Structure) -> date:
    return aujourd_hui(structure)


def noter(agent: Agent, dossier: Dossier, code: str, **valeurs: Any) -> None:
    vides = {c: v if c == next(iter(EXEMPLES[code])) else _vide(v) for c, v in EXEMPLES[code].items()}
    donnees.ajouter(agent, dossier, PAR_CODE[code], valeurs=vides | valeurs)


def _vide(valeur: Any) -> Any:
    return "" if isinstance(valeur, str) else [] if isinstance(valeur, list) else None


def orientation(dossier: Dossier, le: date, profil: str = Profil.CONSEILLER) -> dict[str, object]:
    return connu_pour_l_orientation(dossier, profil=profil, le=le).reponses


def contrat(dossier: Dossier, le: date) -> dict[str, object]:
    return connu_pour_le_contrat(dossier, profil=Profil.CONSEILLER, le=le).reponses


@pytest.mark.parametrize(
    "cas",
    [
        ("rsa", "celibataire", True),
        ("rsa_majore", "celibataire", True),
        # L. 5411-5-1 II speaks of who receives it and of their partner: not of a child whom a parent's RSA counts.
        ("rsa_ayant_droit", "pacs", True),
        ("rsa_ayant_droit", "celibataire", None),
        ("aucune", "celibataire", False),
        ("salaire", "celibataire", None),  # a wage doesn't say that there is no RSA
    ],
)
def test_the_rsa_of_the_file_is_that_of_the_orientation(
    agent: Agent, dossier: Dossier, le: date, cas: tuple[str, str, bool | None]
) -> None:
    nature, situation, attendu = cas
    noter(agent, dossier, "foyer", situation=situation)
    noter(agent, dossier, "ressources", nature=nature)
    assert orientation(dossier, le).get("beneficiaire_rsa") is attendu


def test_a_resource_that_has_ended_answers_nothing(agent: Agent, dossier: Dossier, le: date) -> None:
    noter(agent, dossier, "ressources", nature="rsa", fin=le - timedelta(days=1))
    assert orientation(dossier, le) == {}


def test_what_a_profile_doesn_t_read_isn_t_told_by_a_form(agent: Agent, dossier: Dossier, le: date) -> None:
    noter(agent, dossier, "ressources", nature="rsa")
    assert orientation(dossier, le) == {"beneficiaire_rsa": True}
    assert orientation(dossier, le, Profil.ACCUEIL) == {}


def test_difficulties_that_a_section_names(agent: Agent, dossier: Dossier, le: date) -> None:
    assert orientation(dossier, le) == {}
    noter(agent, dossier, "logement", type="hotel")
    noter(agent, dossier, "enfants", naissance=date(2025, 3, 1), residence="toujours", garde="recherche")
    lu = connu_pour_l_orientation(dossier, profil=Profil.CONSEILLER, le=le)
    assert lu.reponses == {"difficultes": ["logement", "garde_enfants"]}
    assert lu.dits == (
        f"Hôtel (confirmé le {le:%d/%m/%Y})",
        f"Cherche une solution de garde (confirmé le {le:%d/%m/%Y})",
    )


@pytest.mark.parametrize(
    "cas",
    [
        ("parents", "", "foyer_parental"),
        ("", "un_parent", "foyer_parental"),
        ("propre", "seul", "hors_foyer_parental"),
        ("rue", "", "hors_foyer_parental"),
        ("itinerant", "parents", "foyer_parental"),
        ("itinerant", "", None),
        ("propre", "parents", None),  # they don't agree: somebody asks
        ("", "", None),
    ],
)
def test_where_the_person_lives_is_asked_once(
    agent: Agent, dossier: Dossier, le: date, cas: tuple[str, str, str | None]
) -> None:
    logement, vit_avec, attendu = cas
    if logement:
        noter(agent, dossier, "logement", type=logement)
    noter(agent, dossier, "foyer", vit_avec=vit_avec)
    assert contrat(dossier, le).get("logement") == attendu
