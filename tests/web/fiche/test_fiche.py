"""The page of the full file: read at a glance, corrected in place or page by page, closed where it must be."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Consultation
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.models import CompteBancaire, Experience, Logement
from imilo.parcours.fiche.rubriques import PAR_CODE, RUBRIQUES, Rubrique
from imilo.parcours.fiche.services import donnees
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours.fiche.exemples import EXEMPLES, IBAN

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(
            structure, agent, jeune_naissance=date(2004, 5, 1), jeune_nir="2040537001001", telephone="+33612345678"
        )


def client_de(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


@pytest.fixture
def connecte(agent: Agent) -> Client:
    return client_de(agent)


def adresse(nom: str, *args: object) -> str:
    return reverse(f"web:{nom}", args=args)


def ecrire(agent: Agent, dossier: Dossier, code: str, **valeurs: Any) -> Any:
    with perimetre(dossier.structure_id):
        return donnees.ajouter(agent, dossier, PAR_CODE[code], valeurs=EXEMPLES[code] | valeurs)


def en_formulaire(code: str, **autres: Any) -> dict[str, Any]:
    """An example as a browser sends it."""

    def texte(valeur: Any) -> Any:
        if isinstance(valeur, list):
            return valeur
        if isinstance(valeur, Decimal):
            return str(valeur).replace(".", ",")
        return "" if valeur is None else str(valeur)

    envoye = {c: texte(v) for c, v in (EXEMPLES[code] | autres).items()}
    return envoye | {"jeton_unique": str(uuid4())}


def texte(reponse: Any) -> str:
    return str(reponse.content.decode())


def test_an_empty_file_says_what_to_do(connecte: Client, dossier: Dossier) -> None:
    page = connecte.get(adresse("fiche", dossier))
    assert page.status_code == 200
    lu = texte(page)
    for rubrique in RUBRIQUES:
        assert f'id="rubrique-{rubrique.code}"' in lu
    assert lu.count("imilo-rubrique--vide") >= len(RUBRIQUES)
    assert "06 12 34 56 78" in lu  # what is known already is there
    with perimetre(dossier.structure_id):
        assert Consultation.objects.get(dossier_id=dossier.pk).genre == "fiche"


@pytest.mark.parametrize("rubrique", RUBRIQUES, ids=lambda r: r.code)
def test_each_section_is_filled_then_corrected_by_its_form(
    connecte: Client, dossier: Dossier, rubrique: Rubrique
) -> None:
    code = rubrique.code
    formulaire = connecte.get(adresse("rubrique-ajouter", dossier, code))
    assert formulaire.status_code == 200
    envoi = connecte.post(adresse("rubrique-ajouter", dossier, code), en_formulaire(code))
    assert envoi.status_code == 302, texte(envoi)
    assert envoi.headers["Location"] == f"{adresse('fiche', dossier)}#rubrique-{code}"
    with perimetre(dossier.structure_id):
        ligne: Any = rubrique.modele._default_manager.get()
        for champ, attendu in EXEMPLES[code].items():
            assert getattr(ligne, champ) == ("+33612345678" if champ == "telephone" else attendu), champ
    page = connecte.get(adresse("rubrique-corriger", dossier, code, ligne.pk))
    assert page.status_code == 200
    for secret in rubrique.secrets:
        assert EXEMPLES[code][secret] not in texte(page)
    corrige = connecte.post(
        adresse("rubrique-corriger", dossier, code, ligne.pk), en_formulaire(code) | {"version": "1"}
    )
    assert corrige.status_code == 302, texte(corrige)
    for nom in ("rubrique-historique", "rubrique-retirer"):
        assert connecte.get(adresse(nom, dossier, code, ligne.pk)).status_code == 200
    retire = connecte.post(
        adresse("rubrique-retirer", dossier, code, ligne.pk), {"version": "2", "jeton_unique": str(uuid4())}
    )
    assert retire.status_code == 302
    with perimetre(dossier.structure_id):
        assert not rubrique.modele._default_manager.exists()


def test_in_place_the_answer_is_the_section_alone(connecte: Client, dossier: Dossier) -> None:
    formulaire = connecte.get(adresse("rubrique-ajouter", dossier, "logement"), headers=HTMX)
    assert "<html" not in texte(formulaire)
    envoi = connecte.post(adresse("rubrique-ajouter", dossier, "logement"), en_formulaire("logement"), headers=HTMX)
    assert envoi.status_code == 201
    lu = texte(envoi)
    assert 'id="rubrique-logement"' in lu
    assert "Hébergé(e) par des amis" in lu
    assert "<html" not in lu
    assert "Confirmé le" in lu


@pytest.mark.parametrize("entetes", [HTMX, {}])
def test_the_same_form_sent_twice_is_one_row(connecte: Client, dossier: Dossier, entetes: dict[str, str]) -> None:
    champs = en_formulaire("experiences")
    for _ in range(2):
        reponse = connecte.post(adresse("rubrique-ajouter", dossier, "experiences"), champs, headers=entetes)
        assert reponse.status_code in (200, 201, 302)
    with perimetre(dossier.structure_id):
        assert Experience.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "champs", "dit"),
    [
        ("logement", {"type": ""}, "Remplissez ce champ"),
        ("logement", {"depuis": "31/02/2026"}, "existe pas"),
        ("logement", {"hebergeur": "x" * 201}, "200"),
        ("logement", {"hebergeur": "</textarea><script>"}, ""),
        ("compte", {"iban": "FR7630006000011234567890188"}, "mal recopié"),
        ("metiers", {"rome": "spationaute lunaire"}, "Aucun métier"),
        ("metiers", {"rome": "cuisine"}, "G1602"),
        ("ressources", {"montant": "beaucoup"}, ""),
        ("representants", {"telephone": "12"}, "existe pas"),
        ("mobilite", {"moyens": []}, "Remplissez ce champ"),
        ("contact", {"creneaux": ["minuit"]}, "liste"),
        ("enfants", {"naissance": "2098-01-01"}, "lointaine"),
    ],
)
def test_a_refusal_is_told_at_its_field_and_keeps_what_was_typed(
    connecte: Client, dossier: Dossier, code: str, champs: dict[str, Any], dit: str
) -> None:
    envoi = en_formulaire(code) | champs
    if code == "logement" and "<script" in envoi["hebergeur"]:
        envoi["type"] = ""
    for entetes in ({}, HTMX):
        reponse = connecte.post(adresse("rubrique-ajouter", dossier, code), envoi, headers=entetes)
        assert reponse.status_code == 422
        lu = texte(reponse)
        assert dit in lu
        assert "<script>" not in lu.replace("<script src", "")
        for valeur in champs.values():
            if isinstance(valeur, str) and valeur.isalnum() and valeur != "cuisine":
                assert f'value="{valeur}"' in lu
    with perimetre(dossier.structure_id):
        assert not PAR_CODE[code].modele._default_manager.exists()


def test_a_name_that_says_one_job_is_enough(connecte: Client, dossier: Dossier) -> None:
    for nom in ("commis de cuisine", "g1602", "Commis / Commise de cuisine"):
        envoi = connecte.post(adresse("rubrique-ajouter", dossier, "metiers"), en_formulaire("metiers", rome=nom))
        assert envoi.status_code == 302, nom
    with perimetre(dossier.structure_id):
        assert {m.rome for m in PAR_CODE["metiers"].modele._default_manager.all()} == {"G1602"}  # type: ignore[attr-defined]  # a MetierVise
    liste = texte(connecte.get(adresse("metiers"), {"rome": "cuisin"}, headers=HTMX))
    assert "G1602 Commis" in liste


def test_who_saved_it_meanwhile_is_told_without_the_numbers(
    connecte: Client, dossier: Dossier, agent: Agent, structure: Structure
) -> None:
    compte = ecrire(agent, dossier, "compte")
    autre_iban = "DE89370400440532013000"
    with perimetre(structure.pk):
        donnees.corriger(
            fabriques.agent(structure), compte, version=1,
            valeurs=EXEMPLES["compte"] | {"iban": autre_iban, "titulaire_nom": "Un autre nom"},
        )  # fmt: skip
    champs = en_formulaire("compte", titulaire_nom="Mon nom", iban="") | {"version": "1"}
    reponse = connecte.post(adresse("rubrique-corriger", dossier, "compte", compte.pk), champs)
    assert reponse.status_code == 409
    lu = texte(reponse)
    assert "Un autre nom" in lu
    assert 'value="Mon nom"' in lu
    assert autre_iban not in lu
    assert IBAN not in lu
    version = re.search(r'name="version" value="(\d+)"', lu)
    assert version is not None
    encore = champs | {"version": version[1], "jeton_unique": str(uuid4())}
    assert connecte.post(adresse("rubrique-corriger", dossier, "compte", compte.pk), encore).status_code == 302


@pytest.mark.parametrize(
    ("profil", "droits"),
    [
        (Profil.CONSEILLER, (True, False)),
        (Profil.GESTIONNAIRE, (True, True)),
        (Profil.DIRECTION, (True, True)),
        (Profil.ACCUEIL, (False, False)),
    ],
)
def test_an_iban_is_read_in_full_by_those_who_pay_only(
    dossier: Dossier, agent: Agent, structure: Structure, profil: Profil, droits: tuple[bool, bool]
) -> None:
    lit, voit = droits
    compte = ecrire(agent, dossier, "compte")
    client = client_de(fabriques.agent(structure, profil))
    page = texte(client.get(adresse("fiche", dossier)))
    assert IBAN not in page.replace(" ", "")
    assert ("FR76 •••• 189" in page) is lit
    entier = client.get(adresse("rubrique-numero", dossier, "compte", compte.pk))
    assert entier.status_code == (200 if voit else 403)
    assert (IBAN in texte(entier).replace(" ", "")) is voit
    historique = client.get(adresse("rubrique-historique", dossier, "compte", compte.pk))
    assert IBAN not in texte(historique).replace(" ", "")
    with perimetre(structure.pk):
        lus = Consultation.objects.filter(genre="compte_bancaire", dossier_id=dossier.pk).count()
    assert lus == (1 if voit else 0)


def test_confirming_a_section_and_the_whole_file(connecte: Client, dossier: Dossier, agent: Agent) -> None:
    ecrire(agent, dossier, "logement")
    with perimetre(dossier.structure_id):
        Logement.objects.update(confirme_le=date(2025, 1, 1))
    page = texte(connecte.get(adresse("fiche", dossier)))
    assert "À confirmer" in page
    reponse = connecte.post(adresse("rubrique-confirmer", dossier, "logement"), headers=HTMX)
    assert "C&#x27;est confirmé" in texte(reponse)
    reponse = connecte.post(adresse("rubrique-confirmer", dossier, "identite"), headers=HTMX)
    assert 'id="rubrique-identite"' in texte(reponse)
    assert connecte.post(adresse("fiche-confirmer", dossier)).status_code == 302
    assert "rubriques à confirmer" not in texte(connecte.get(adresse("fiche", dossier)))


def test_profiles_write_what_is_theirs(dossier: Dossier, structure: Structure) -> None:
    accueil = client_de(fabriques.agent(structure, Profil.ACCUEIL))
    assert accueil.get(adresse("rubrique-ajouter", dossier, "contact")).status_code == 200
    for code in ("compte", "protection", "diplomes"):
        assert accueil.get(adresse("rubrique-ajouter", dossier, code)).status_code == 403
        assert accueil.post(adresse("rubrique-confirmer", dossier, code)).status_code == 403
    gestionnaire = client_de(fabriques.agent(structure, Profil.GESTIONNAIRE))
    assert gestionnaire.get(adresse("rubrique-ajouter", dossier, "compte")).status_code == 200
    assert gestionnaire.get(adresse("rubrique-ajouter", dossier, "contact")).status_code == 403
    assert 'id="rubrique-diplomes"' not in texte(gestionnaire.get(adresse("fiche", dossier)))


def test_another_structure_and_another_dossier_are_not_found(
    dossier: Dossier, agent: Agent, structure: Structure, autre_structure: Structure
) -> None:
    ligne = ecrire(agent, dossier, "logement")
    etranger = client_de(fabriques.agent(autre_structure))
    sien = client_de(agent)
    with perimetre(structure.pk):
        voisin = fabriques.dossier(structure, agent)
    noms = ("rubrique-corriger", "rubrique-retirer", "rubrique-historique", "rubrique-numero")
    for nom in noms:
        assert etranger.get(adresse(nom, dossier, "logement", ligne.pk)).status_code == 404, nom
        # The same profile, another young person of the same structure: the row isn't theirs.
        assert sien.get(adresse(nom, voisin, "logement", ligne.pk)).status_code == 404, nom
    for nom in ("fiche", "demandes", "documents"):
        assert etranger.get(adresse(nom, dossier)).status_code == 404, nom
    assert etranger.post(adresse("fiche-confirmer", dossier)).status_code == 404
    assert sien.get(adresse("rubrique-ajouter", dossier, "inconnue")).status_code == 404


def test_the_page_asks_the_database_a_bounded_number_of_times(
    connecte: Client, dossier: Dossier, agent: Agent, django_assert_max_num_queries: Any
) -> None:
    for code in ("experiences", "diplomes", "langues", "enfants", "ressources"):
        for _ in range(4):
            ecrire(agent, dossier, code)
    connecte.get(adresse("fiche", dossier))
    with django_assert_max_num_queries(50):
        connecte.get(adresse("fiche", dossier))


def test_the_database_keeps_the_keyed_hash_of_an_iban(connecte: Client, dossier: Dossier) -> None:
    connecte.post(
        adresse("rubrique-ajouter", dossier, "compte"),
        en_formulaire("compte", iban="FR76 3000 6000 0112 3456 7890 189"),
    )
    with perimetre(dossier.structure_id):
        assert CompteBancaire.objects.get().iban == IBAN


def test_the_history_of_a_section_tells_what_was_taken_out_and_what_the_dossier_was(
    connecte: Client, agent: Agent, dossier: Dossier
) -> None:
    with perimetre(dossier.structure_id):
        ligne = donnees.ajouter(agent, dossier, PAR_CODE["permis"], valeurs=EXEMPLES["permis"])
        donnees.retirer(agent, ligne, version=1)
        Dossier.objects.filter(pk=dossier.pk).update(telephone="+33698765432")
    retire = texte(connecte.get(adresse("rubrique-changements", dossier, "permis")))
    assert ">Retiré</span>" in retire
    assert "Permis B" in retire
    coordonnees = texte(connecte.get(adresse("rubrique-changements", dossier, "coordonnees")))
    assert "06 12 34 56 78" in coordonnees
    assert "06 98 76 54 32" in coordonnees
    fiche = texte(connecte.get(adresse("fiche", dossier)))
    assert "Saisi le" in fiche
    assert connecte.get(adresse("rubrique-changements", dossier, "rien")).status_code == 404


def test_the_history_of_a_section_is_for_who_reads_it(structure: Structure, dossier: Dossier) -> None:
    accueil = client_de(fabriques.agent(structure, Profil.ACCUEIL))
    assert accueil.get(adresse("rubrique-changements", dossier, "coordonnees")).status_code == 200
    assert accueil.get(adresse("rubrique-changements", dossier, "ressources")).status_code == 403


def test_the_orientation_form_begins_with_what_the_file_says(connecte: Client, agent: Agent, dossier: Dossier) -> None:
    ecrire(agent, dossier, "ressources")
    page = texte(connecte.get(adresse("orientation", dossier)))
    assert "RSA (confirmé le" in page
    assert re.search(r'name="beneficiaire_rsa"[^>]*value="oui"[^>]*checked', page)
