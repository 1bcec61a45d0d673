"""The dossier on one page, in the browser's place."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Consultation, Fait
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.dossiers.models import Acte, Dossier, Situation
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    with perimetre(structure.pk):
        ouvert = fabriques.dossier(
            structure, agent, telephone="+33612345678", courriel="d@essai.example", jeune_prenom="Lola"
        )
        Acte.objects.create(
            dossier=ouvert, structure=structure, agent=agent, le=date(2026, 3, 2), duree=45,
            type="ACCOMPAGNEMENT", modalite="INDIVIDUEL", theme="EMPLOI", compte_rendu="Parle de ses projets.",
        )  # fmt: skip
        Situation.objects.create(dossier=ouvert, structure=structure, categorie="Scolarité", debut=date(2023, 9, 1))
        RendezVous.objects.create(
            dossier=ouvert, structure=structure, agent=agent, modalite="INDIVIDUEL", objet="Point CV",
            debut=timezone.now() + timedelta(days=3),
        )  # fmt: skip
        return ouvert


def page(client: Client, nom: str, *args: object, **parametres: str) -> str:
    reponse = client.get(reverse(f"web:{nom}", args=args), parametres)
    assert reponse.status_code == 200, reponse.status_code
    return reponse.content.decode()


def test_the_page_says_who_how_to_reach_and_where_they_stand(connecte: Client, dossier: Dossier) -> None:
    texte = page(connecte, "dossier", dossier)
    for attendu in ("Lola", "tel:+33612345678", "mailto:d@essai.example", "Scolarité", "Partiel", "Actif", "Parle de"):
        assert attendu in texte
    assert "Point CV" in texte


def test_the_identity_document_is_told_by_its_last_signs(
    connecte: Client, dossier: Dossier, structure: Structure
) -> None:
    with perimetre(structure.pk):
        dossier.piece_type, dossier.piece_numero, dossier.piece_vue_le = "CNI", "X4RTBPFZ79", date(2026, 3, 1)
        dossier.save()
    texte = page(connecte, "dossier", dossier)
    assert "•••••••Z79" in texte
    assert "X4RTBPFZ79" not in texte
    assert "original vu le 1er mars 2026" in texte
    assert "non enregistré" in texte  # the social security number
    gestionnaire = Client()
    gestionnaire.force_login(fabriques.agent(structure, Profil.GESTIONNAIRE))
    assert "Z79" not in page(gestionnaire, "dossier", dossier)


def test_a_recorded_social_security_number_is_told_by_its_ends(
    connecte: Client, agent: Agent, structure: Structure
) -> None:
    with perimetre(structure.pk):
        ouvert = fabriques.dossier(structure, agent, jeune_nir="105067510812345")
    texte = page(connecte, "dossier", ouvert)
    assert "105067510812345" not in texte
    assert re.search(r"enregistré <span[^>]*>1 05 … 45<", texte)


def test_opening_the_page_is_a_consultation(connecte: Client, dossier: Dossier, agent: Agent) -> None:
    page(connecte, "dossier", dossier)
    with perimetre(dossier.structure_id):
        lue = Consultation.objects.get(dossier_id=dossier.pk)
    assert (lue.agent_id, lue.genre) == (agent.pk, "dossier")


def test_the_page_makes_a_bounded_number_of_queries(
    connecte: Client, dossier: Dossier, django_assert_max_num_queries: object
) -> None:
    page(connecte, "dossier", dossier)
    with django_assert_max_num_queries(38):  # type: ignore[operator]  # pytest-django types its fixtures privately
        page(connecte, "dossier", dossier)


def _sans_jeton(contenu: bytes, numero: str) -> str:
    """A page without the number asked for and the token that differs each time."""
    return re.sub(r"[A-Za-z0-9]{64}", "", contenu.decode()).replace(numero, "")


def test_another_structure_s_dossier_is_not_found_and_leaves_a_fact(
    dossier: Dossier, autre_structure: Structure
) -> None:
    """The same profile, elsewhere, with a caseload of their own."""
    voisin = fabriques.agent(autre_structure)
    with perimetre(autre_structure.pk):
        sien = fabriques.dossier(autre_structure, voisin)
    client = Client()
    client.force_login(voisin)
    assert client.get(reverse("web:dossier", args=[sien])).status_code == 200
    refusee = client.get(reverse("web:dossier", args=[dossier]))
    inconnue = client.get(reverse("web:dossier", args=["9999998"]))
    assert refusee.status_code == inconnue.status_code == 404
    assert _sans_jeton(refusee.content, str(dossier)) == _sans_jeton(inconnue.content, "9999998")
    with perimetre(autre_structure.pk):
        faits = Fait.objects.filter(genre="dossier.refuse", agent_id=voisin.pk)
        assert [f.identifiants["numero"] for f in faits.order_by("id")] == [str(dossier), "9999998"]


@pytest.mark.parametrize("profil", [Profil.ACCUEIL, Profil.GESTIONNAIRE])
def test_who_does_not_accompany_sees_that_an_interview_took_place_not_what_was_said(
    dossier: Dossier, structure: Structure, profil: Profil
) -> None:
    client = Client()
    client.force_login(fabriques.agent(structure, profil))
    texte = page(client, "dossier", dossier)
    assert "Entretien d" in texte
    assert "Parle de ses projets" not in texte
    assert "Point CV" not in texte
    assert reverse("web:acte-nouveau", args=[dossier]) not in texte
    assert client.get(reverse("web:acte-nouveau", args=[dossier])).status_code == 403


@pytest.mark.parametrize("profil", [Profil.RGC, Profil.DPD, Profil.SUPPORT])
def test_profiles_without_dossiers_are_refused(dossier: Dossier, structure: Structure, profil: Profil) -> None:
    client = Client()
    client.force_login(fabriques.agent(structure, profil))
    for nom in ("dossier", "dossier-chronologie", "situations", "acte-nouveau", "dossier-statut"):
        assert client.get(reverse(f"web:{nom}", args=[dossier])).status_code == 403


def test_the_timeline_is_filtered_by_kind(connecte: Client, dossier: Dossier) -> None:
    texte = page(connecte, "dossier", dossier, genre="situation")
    fil = texte.split('id="chronologie"')[1]
    assert "Scolarité : début" in fil
    assert "Parle de ses projets" not in fil
    assert "Parle de ses projets" in page(connecte, "dossier", dossier, genre="inconnu")


def test_the_timeline_alone_needs_htmx_and_leads_to_the_page_otherwise(connecte: Client, dossier: Dossier) -> None:
    adresse = reverse("web:dossier-chronologie", args=[dossier])
    reponse = connecte.get(adresse, {"genre": "acte"}, headers={"HX-Request": "true"})
    assert "Parle de ses projets" in reponse.content.decode()
    assert "<html" not in reponse.content.decode()
    assert connecte.get(adresse, {"genre": "acte"}).headers["Location"].endswith("?genre=acte#chronologie")


def test_the_timeline_has_pages(connecte: Client, dossier: Dossier, agent: Agent) -> None:
    with perimetre(dossier.structure_id):
        for n in range(45):
            Acte.objects.create(
                dossier=dossier, structure_id=dossier.structure_id, agent=agent,
                le=date(2026, 1, 1) + timedelta(days=n), duree=10, type="RELANCE", modalite="TELEPHONE",
                theme="EMPLOI", compte_rendu=f"Appel numéro {n}.",
            )  # fmt: skip
    premiere = page(connecte, "dossier", dossier, genre="acte")
    assert "Page 1 sur 3" in premiere
    assert "Appel numéro 44." in premiere
    derniere = page(connecte, "dossier", dossier, genre="acte", page="3")
    assert "Appel numéro 0." in derniere
    assert "Page 3 sur 3" in page(connecte, "dossier", dossier, genre="acte", page="999")


@pytest.mark.parametrize(
    ("prenom", "attendu"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("D'Angélo", "D&#x27;Angélo"),
        ("فاطمة", "<bdi>فاطمة"),
        ("Zoé 🦊", "Zoé 🦊"),
    ],
)
def test_any_name_is_shown_as_it_is(
    connecte: Client, structure: Structure, agent: Agent, prenom: str, attendu: str
) -> None:
    with perimetre(structure.pk):
        ouvert = fabriques.dossier(structure, agent, jeune_prenom=prenom)
    texte = page(connecte, "dossier", ouvert)
    assert attendu in texte
    assert "<script>alert" not in texte
