"""POST /sue/dossiers/{idDossier}/situation, held to the operator contract field by field."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from imilo.acteurs.cles_api import creer_cle
from imilo.acteurs.models import Agent, FamilleApi, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Consultation, Fait
from imilo.parcours.activites import selectors
from imilo.parcours.activites.models import Mesure, SituationNonProfessionnelle
from imilo.parcours.activites.reglages import reglages
from imilo.parcours.activites.semaines import lundi_de
from imilo.parcours.dossiers.models import Completude, Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = pytest.mark.django_db
HIER = timezone.now().date() - timedelta(days=1)
JUSTIFIE: dict[str, Any] = {
    "completude": Completude.JUSTIFIE,
    "piece_type": "cni",
    "piece_numero": "12AB34567",
    "piece_vue_le": date(2025, 1, 6),
}


@pytest.fixture
def cle(db: None) -> str:
    return creer_cle(None, famille=FamilleApi.QUALIFICATION_ACTION, nom="Application CEJ", structure=None)[1]


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(structure, agent, **JUSTIFIE)


@pytest.fixture
def ecrites(structure: Structure) -> Any:
    """What was written in the structure, read in its perimeter."""

    def lire() -> list[SituationNonProfessionnelle]:
        with perimetre(structure.pk):
            return list(SituationNonProfessionnelle.objects.order_by("pk"))

    return lire


def corps(agent: Agent, **champs: Any) -> dict[str, Any]:
    commun = {
        "dateDebut": f"{HIER - timedelta(days=3):%Y-%m-%d}",
        "dateFinReelle": f"{HIER:%Y-%m-%d}",
        "commentaire": "Atelier CV",
        "mesure": "EMPLOI",
        "loginConseiller": agent.courriel,
    }
    return {**commun, **champs}


def envoyer(numero: object, cle: str, contenu: Any) -> Any:
    texte = contenu if isinstance(contenu, str) else json.dumps(contenu)
    return Client().post(
        f"/api/sue/dossiers/{numero}/situation",
        data=texte,
        content_type="application/json",
        headers={"X-Gravitee-Api-Key": cle},
    )


def refus(reponse: Any) -> tuple[int, str]:
    assert set(reponse.json()) == {"code", "message"}
    assert reponse.json()["message"].endswith(".")
    return reponse.status_code, reponse.json()["code"]


def test_a_situation_is_written_once_with_the_hours_of_its_mesure(
    dossier: Dossier, agent: Agent, cle: str, structure: Structure, ecrites: Any
) -> None:
    reponse = envoyer(dossier.numero, cle, corps(agent))
    assert (reponse.status_code, reponse.content) == (201, b"")
    (ecrite,) = ecrites()
    assert (ecrite.dossier_id, ecrite.agent_id, ecrite.mesure) == (dossier.pk, agent.pk, "EMPLOI")
    assert (ecrite.debut, ecrite.fin, ecrite.commentaire) == (HIER - timedelta(days=3), HIER, "Atelier CV")
    with perimetre(structure.pk):
        semaine = selectors.semaines(dossiers=[dossier.pk], du=HIER, au=HIER)[dossier.pk][0]
        assert semaine.fait == 3 * 60
        assert semaine.lundi == lundi_de(HIER)
        fait = Fait.objects.get(genre="snp.recue")
        assert (fait.dossier_id, fait.agent_id, fait.identifiants["mesure"]) == (dossier.pk, None, "emploi")
        assert fait.acteur.startswith("cle_api:")
        assert Consultation.objects.filter(genre="snp", dossier_id=dossier.pk).count() == 1


def test_sent_twice_it_is_written_once(dossier: Dossier, agent: Agent, cle: str, ecrites: Any) -> None:
    for _ in range(2):
        assert envoyer(dossier.numero, cle, corps(agent)).status_code == 201
    assert len(ecrites()) == 1
    assert envoyer(dossier.numero, cle, corps(agent, commentaire="Autre atelier")).status_code == 201
    assert len(ecrites()) == 2


@pytest.mark.parametrize("mesure", list(Mesure))
def test_each_mesure_has_its_hours(dossier: Dossier, agent: Agent, cle: str, ecrites: Any, mesure: str) -> None:
    """Three hours for employment and training, two for the others: the contract's table."""
    assert envoyer(dossier.numero, cle, corps(agent, mesure=mesure)).status_code == 201
    attendu = 3 if mesure in ("EMPLOI", "FORMATION") else 2
    assert ecrites()[0].minutes == attendu * 60


def test_the_settings_know_every_mesure_of_the_contract() -> None:
    assert set(reglages().snp_heures) == set(Mesure.values)


@pytest.mark.parametrize(
    ("champs", "code"),
    [
        ({"mesure": "LOISIRS"}, "MESURE_INCONNUE"),
        ({"mesure": "emploi"}, "MESURE_INCONNUE"),
        ({"loginConseiller": "inconnu@essai.example"}, "CONSEILLER_INCONNU"),
        ({"loginConseiller": ""}, "CONSEILLER_INCONNU"),
        ({"dateDebut": f"{HIER + timedelta(days=1):%Y-%m-%d}"}, "DATES_INCORRECTES"),
        ({"dateFinReelle": f"{HIER + timedelta(days=30):%Y-%m-%d}"}, "DATES_INCORRECTES"),
        ({"dateDebut": "2026-02-30"}, "DATES_INCORRECTES"),
        ({"dateDebut": "1990-01-01"}, "DATES_INCORRECTES"),
        ({"dateDebut": "01/02/2026"}, "DEMANDE_INCORRECTE"),
        ({"dateFinReelle": None}, "DEMANDE_INCORRECTE"),
        ({"commentaire": "é" * 256}, "COMMENTAIRE_INCORRECT"),
        ({"commentaire": "a\0b"}, "COMMENTAIRE_INCORRECT"),
        ({"commentaire": 12}, "DEMANDE_INCORRECTE"),
        ({"mesure": None}, "DEMANDE_INCORRECTE"),
    ],
)
def test_what_is_wrong_is_refused_in_the_contract_s_form(
    dossier: Dossier, cle: str, ecrites: Any, champs: dict[str, Any], code: str
) -> None:
    assert dossier.referent is not None
    assert refus(envoyer(dossier.numero, cle, corps(dossier.referent, **champs))) == (400, code)
    assert ecrites() == []


def test_a_missing_field_is_named(dossier: Dossier, agent: Agent, cle: str) -> None:
    sans = corps(agent)
    del sans["mesure"], sans["dateDebut"]
    reponse = envoyer(dossier.numero, cle, sans)
    assert refus(reponse) == (400, "DEMANDE_INCORRECTE")
    assert "dateDebut, mesure" in reponse.json()["message"]


@pytest.mark.parametrize("contenu", ["", "[]", "{", "null", '"texte"', "\x00"])
def test_a_body_that_is_no_object_is_refused(dossier: Dossier, cle: str, contenu: str) -> None:
    assert refus(envoyer(dossier.numero, cle, contenu)) == (400, "DEMANDE_INCORRECTE")


def test_the_longest_comment_and_no_comment(dossier: Dossier, agent: Agent, cle: str, ecrites: Any) -> None:
    for commentaire in ("é" * 255, None, ""):
        assert envoyer(dossier.numero, cle, corps(agent, commentaire=commentaire)).status_code == 201
    assert [len(s.commentaire) for s in ecrites()] == [255, 0]  # none and empty are the same one


def test_an_unknown_field_is_ignored(dossier: Dossier, agent: Agent, cle: str) -> None:
    assert envoyer(dossier.numero, cle, corps(agent, nouveau="champ")).status_code == 201


def test_the_login_is_an_e_mail_in_any_case_or_the_identifier_of_proconnect(
    dossier: Dossier, agent: Agent, cle: str, ecrites: Any
) -> None:
    for login in (agent.courriel.upper(), agent.sub, f" {agent.courriel} "):
        assert envoyer(dossier.numero, cle, corps(agent, loginConseiller=login)).status_code == 201
    assert [s.agent_id for s in ecrites()] == [agent.pk]


def test_a_counsellor_of_elsewhere_or_who_may_not_is_unknown(
    dossier: Dossier, structure: Structure, autre_structure: Structure, cle: str
) -> None:
    for inconnu in (fabriques.agent(autre_structure), fabriques.agent(structure, Profil.RGC), fabriques.agent()):
        assert refus(envoyer(dossier.numero, cle, corps(inconnu))) == (400, "CONSEILLER_INCONNU")


def test_the_dossier_is_justified_known_and_in_the_key_s_perimeter(
    structure: Structure, autre_structure: Structure, agent: Agent, cle: str, dossier: Dossier
) -> None:
    with perimetre(structure.pk):
        partiel = fabriques.dossier(structure)
    assert refus(envoyer(partiel.numero, cle, corps(agent))) == (403, "DOSSIER_NON_JUSTIFIE")
    assert refus(envoyer(9_999_999, cle, corps(agent))) == (404, "DOSSIER_INCONNU")
    assert refus(envoyer("abc", cle, corps(agent))) == (400, "NUMERO_INCORRECT")
    d_ailleurs = creer_cle(None, famille=FamilleApi.QUALIFICATION_ACTION, nom="Autre", structure=autre_structure)[1]
    assert refus(envoyer(dossier.numero, d_ailleurs, corps(agent))) == (404, "DOSSIER_INCONNU")


def test_the_key_is_of_its_family(dossier: Dossier, agent: Agent) -> None:
    lecture = creer_cle(None, famille=FamilleApi.DOSSIER, nom="Application CEJ", structure=None)[1]
    for presentee in (lecture, "", "fausse"):
        assert refus(envoyer(dossier.numero, presentee, corps(agent))) == (401, "CLE_REFUSEE")


def test_reading_the_address_is_not_allowed(dossier: Dossier, cle: str) -> None:
    adresse = f"/api/sue/dossiers/{dossier.numero}/situation"
    assert Client().get(adresse, headers={"X-Gravitee-Api-Key": cle}).status_code == 405
