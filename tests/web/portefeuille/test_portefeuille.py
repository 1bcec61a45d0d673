"""The caseload on screen and in a spreadsheet."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Consultation, Fait
from imilo.parcours.dossiers.models import Statut
from imilo.socle.perimetre import perimetre
from imilo.web.tableur import cellule
from tests import fabriques
from tests.web.portefeuille.requetes import au_plus

pytestmark = pytest.mark.django_db


def page(client: Client, **parametres: str) -> str:
    reponse = client.get(reverse("web:portefeuille"), parametres)
    assert reponse.status_code == 200
    return reponse.content.decode()


def test_my_active_dossiers_first_then_whoever_is_asked(connecte: Client, agent: Agent, structure: Structure) -> None:
    collegue = fabriques.agent(structure)
    with perimetre(structure.pk):
        fabriques.dossier(structure, agent, jeune_nom_naissance="Mien")
        fabriques.dossier(structure, agent, jeune_nom_naissance="Veille", statut=Statut.EN_VEILLE)
        fabriques.dossier(structure, collegue, jeune_nom_naissance="Autre")
        fabriques.dossier(structure, None, jeune_nom_naissance="Orphelin")
    vus = {
        "": ["Mien"],
        "statut=tous": ["Mien", "Veille"],
        "referent=tous": ["Mien", "Autre", "Orphelin"],
        f"referent={collegue.pk}": ["Autre"],
        "referent=personne": ["Orphelin"],
        "referent=999999999": ["Mien"],  # not one of the list: the default
        "completude=justifie": [],
        "q=mie&referent=tous": ["Mien"],
    }
    for parametres, attendus in vus.items():
        texte = connecte.get(reverse("web:portefeuille") + "?" + parametres).content.decode()
        for nom in ("Mien", "Veille", "Autre", "Orphelin"):
            assert (f"<bdi>{nom} " in texte) == (nom in attendus), (parametres, nom)


def test_who_accompanies_nobody_sees_the_whole_structure(structure: Structure, agent: Agent) -> None:
    with perimetre(structure.pk):
        fabriques.dossier(structure, agent, jeune_nom_naissance="Mien")
    for profil in (Profil.DIRECTION, Profil.GESTIONNAIRE):
        client = Client()
        client.force_login(fabriques.agent(structure, profil))
        assert "<bdi>Mien " in client.get(reverse("web:portefeuille")).content.decode()


def test_columns_sort_both_ways_and_keep_the_filters(connecte: Client, agent: Agent, structure: Structure) -> None:
    with perimetre(structure.pk):
        fabriques.dossier(structure, agent, jeune_nom_naissance="Zoé")
        fabriques.dossier(structure, agent, jeune_nom_naissance="Éric")
    croissant = page(connecte)
    assert croissant.index("Éric") < croissant.index("Zoé")
    assert 'aria-sort="ascending"' in croissant
    decroissant = page(connecte, tri="nom", ordre="desc", q="")
    assert decroissant.index("Zoé") < decroissant.index("Éric")
    assert "tri=age" in decroissant
    assert page(connecte, tri="n'importe", ordre="?", page="abc")


def test_forty_rows_in_twelve_queries(connecte: Client, agent: Agent, structure: Structure) -> None:
    with perimetre(structure.pk):
        for _ in range(40):
            fabriques.dossier(structure, agent)
    page(connecte)
    with au_plus(12):
        assert page(connecte).count('<th scope="row">') == 40


def test_names_are_shown_as_they_are(connecte: Client, agent: Agent, structure: Structure) -> None:
    with perimetre(structure.pk):
        fabriques.dossier(structure, agent, jeune_nom_naissance="<script>alert(1)</script>", jeune_prenom="D'Ô 🦊")
    texte = page(connecte)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; D&#x27;Ô 🦊" in texte
    assert "<script>alert" not in texte


def test_in_place_only_the_list_comes_back(connecte: Client) -> None:
    reponse = connecte.get(reverse("web:portefeuille"), headers={"HX-Request": "true"})
    assert "<html" not in reponse.content.decode()


def test_an_empty_list_says_what_to_do(connecte: Client) -> None:
    assert "Élargissez les filtres" in page(connecte)


def test_the_export_is_what_is_listed_and_each_dossier_s_journal_tells_it(
    connecte: Client, agent: Agent, structure: Structure
) -> None:
    with perimetre(structure.pk):
        mien = fabriques.dossier(
            structure, agent, jeune_nom_naissance="=cmd|' /C calc'!A0", jeune_prenom='Zoé; "la" grande'
        )
        fabriques.dossier(structure, None, jeune_nom_naissance="Autre")
    reponse = connecte.get(reverse("web:portefeuille-export"))
    assert reponse.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reponse.headers["Content-Disposition"].startswith("attachment;")
    lignes = list(csv.reader(StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    assert len(lignes) == 2
    assert lignes[0][:3] == ["Dossier", "Nom", "Prénom"]
    assert lignes[1][:4] == [str(mien), "'=cmd|' /C calc'!A0", 'Zoé; "la" grande', "01/05/2004"]
    assert len({len(ligne) for ligne in lignes}) == 1
    with perimetre(structure.pk):
        assert Consultation.objects.get(genre="export").dossier_id == mien.pk
        assert Fait.objects.get(genre="dossier.exporte").identifiants == {"nombre": 1}


@pytest.mark.parametrize("debut", ["=1+1", "+33", "-2", "@SUM", "\t=1", "\r=1", "\n=1", " =1", "＝1"])
def test_no_cell_is_a_formula(debut: str) -> None:
    assert cellule(debut).startswith("'")
    assert cellule("Durand-Martin") == "Durand-Martin"
    assert cellule(None) == ""
    assert cellule(date(2026, 1, 2)) == "02/01/2026"


@pytest.mark.parametrize("nom", ["portefeuille", "portefeuille-export"])
@pytest.mark.parametrize("profil", [Profil.ACCUEIL, Profil.RGC, Profil.DPD, Profil.SUPPORT])
def test_profiles_without_a_caseload_are_refused(structure: Structure, profil: Profil, nom: str) -> None:
    client = Client()
    client.force_login(fabriques.agent(structure, profil))
    assert client.get(reverse(f"web:{nom}")).status_code == 403


def test_another_structure_s_agent_lists_nothing_of_ours(
    agent: Agent, structure: Structure, autre_structure: Structure
) -> None:
    with perimetre(structure.pk):
        fabriques.dossier(structure, agent, jeune_nom_naissance="Ici")
    voisin = fabriques.agent(autre_structure)
    with perimetre(autre_structure.pk):
        fabriques.dossier(autre_structure, voisin, jeune_nom_naissance="Ailleurs")
    client = Client()
    client.force_login(voisin)
    for referent in ("tous", str(agent.pk), "personne"):
        assert "<bdi>Ici " not in page(client, referent=referent, statut="tous")
    export = client.get(reverse("web:portefeuille-export"), {"referent": "tous"}).content.decode()
    assert "Ailleurs" in export
    assert "Ici" not in export
