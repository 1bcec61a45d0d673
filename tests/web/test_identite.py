"""Correcting who a person is in the browser; two counsellors at once; the identity document."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.jeunes.test_nir import FEMME_A_TOURS, nir

IDENTITE = {"nom_naissance": "Dupont", "prenom": "Élise", "sexe": "F", "naissance": "14/05/2003", "version": "1"}
PIECE = {"piece_type": "CNI", "piece_numero": "x4rtbpfw4", "piece_vue_le": "2026-03-02", "version": "1"}


@pytest.fixture
def dossier(structure: Structure) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(
            structure, jeune_nom_naissance="Dupont", jeune_prenom="Élise", jeune_naissance=date(2003, 5, 14)
        )


@pytest.fixture
def navigateur(client: Client, agent: Agent) -> Client:
    client.force_login(agent)
    return client


def lu(dossier: Dossier) -> Dossier:
    with perimetre(dossier.structure_id):
        return Dossier.objects.select_related("jeune").get(pk=dossier.pk)


def corps(reponse: Any) -> str:
    return html.unescape(" ".join(reponse.content.decode().split()))


def champ(page: str, nom: str) -> str:
    """What the field of that name shows."""
    balise = re.search(rf'<input[^>]*name="{nom}"[^>]*>', page)
    assert balise, nom
    valeur = re.search(r'value="([^"]*)"', balise[0])
    return valeur[1] if valeur else ""


def modifier(navigateur: Client, dossier: Dossier, **champs: Any) -> Any:
    return navigateur.post(f"/dossiers/{dossier}/identite", {**IDENTITE, **champs})


def test_corriger(navigateur: Client, dossier: Dossier) -> None:
    reponse = modifier(navigateur, dossier, nom_naissance="Durand", naissance="05/2003")
    assert reponse["Location"] == f"/dossiers/{dossier}/"
    jeune = lu(dossier).jeune
    assert (jeune.nom_naissance, jeune.naissance, jeune.naissance_precision) == ("Durand", date(2003, 5, 1), "mois")


def test_la_page_montre_ce_qui_est_enregistre_sauf_le_nir(navigateur: Client, dossier: Dossier) -> None:
    with perimetre(dossier.structure_id):
        jeune = lu(dossier).jeune
        jeune.nir, jeune.naissance_commune_id, jeune.naissance_pays_id = FEMME_A_TOURS, "37261", "99100"
        jeune.save()
    page = corps(navigateur.get(f"/dossiers/{dossier}/identite"))
    assert champ(page, "nom_naissance") == "Dupont"
    assert champ(page, "naissance") == "14/05/2003"
    assert champ(page, "naissance_commune_texte") == "Tours (37)"
    assert FEMME_A_TOURS not in page.replace(" ", "")
    modifier(navigateur, dossier, naissance_commune="37261", naissance_pays="99100", prenom="Elise")
    assert lu(dossier).jeune.nir == FEMME_A_TOURS


def test_retirer_le_nir(navigateur: Client, dossier: Dossier) -> None:
    modifier(navigateur, dossier, nir=FEMME_A_TOURS)
    assert lu(dossier).jeune.nir == FEMME_A_TOURS
    modifier(navigateur, dossier, nir_retirer="on", version="2")
    assert lu(dossier).jeune.nir == ""


def test_nir_discordant_demande_confirmation(navigateur: Client, dossier: Dossier) -> None:
    homme = nir("1030537261001")
    page = corps(modifier(navigateur, dossier, nir=homme))
    assert "celui d'un homme" in page
    assert "J'ai lu ce numéro sur un document" in page
    modifier(navigateur, dossier, nir=homme, nir_confirme="on")
    assert lu(dossier).jeune.nir == homme


def test_page_perimee_dit_ce_qui_a_change_et_ne_perd_rien(
    navigateur: Client, dossier: Dossier, structure: Structure
) -> None:
    autre = Client()
    autre.force_login(fabriques.agent(structure, prenom="Nadia", nom="Benali"))
    modifier(autre, dossier, nom_naissance="Durand", autres_prenoms="Marie")
    reponse = modifier(navigateur, dossier, nom_naissance="Dupond", nom_usage="Petit")
    page = corps(reponse)
    assert reponse.status_code == 409
    assert "Nadia Benali" in page
    assert champ(page, "nom_naissance") == "Dupond"  # typed, in dispute: kept
    assert champ(page, "nom_usage") == "Petit"  # typed, not in dispute: kept
    assert champ(page, "autres_prenoms") == "Marie"  # left alone here: the stored value is taken
    assert champ(page, "version") == "2"
    assert lu(dossier).jeune.nom_naissance == "Durand"

    suite = {"version": "2", "nom_naissance": "Dupond", "nom_usage": "Petit", "autres_prenoms": "Marie"}
    modifier(navigateur, dossier, **suite, **{"fusion-nom_naissance": "stocke"})
    jeune = lu(dossier).jeune
    assert (jeune.nom_naissance, jeune.nom_usage, jeune.autres_prenoms) == ("Durand", "Petit", "Marie")


def test_coordonnees_et_page_perimee(navigateur: Client, dossier: Dossier, structure: Structure) -> None:
    adresse = f"/dossiers/{dossier}/coordonnees"
    autre = Client()
    autre.force_login(fabriques.agent(structure))
    autre.post(
        adresse, {"version": "1", "telephone": "06 12 34 56 78", "adresse_commune": "37003", "venue": "ENTOURAGE"}
    )
    reponse = navigateur.post(adresse, {"version": "1", "courriel": "elise@exemple.fr"})
    page = corps(reponse)
    assert reponse.status_code == 409
    assert champ(page, "telephone") == "06 12 34 56 78"
    assert champ(page, "courriel") == "elise@exemple.fr"
    assert 'value="ENTOURAGE" selected' in page
    assert 'value="37003"' in page
    suite = {"version": "2", "telephone": "06 12 34 56 78", "courriel": "elise@exemple.fr", "adresse_commune": "37003"}
    assert navigateur.post(adresse, {**suite, "adresse_code_postal": "37400"}).status_code == 302
    assert (lu(dossier).telephone, lu(dossier).courriel) == ("+33612345678", "elise@exemple.fr")


def test_justifier(navigateur: Client, dossier: Dossier, agent: Agent) -> None:
    reponse = navigateur.post(f"/dossiers/{dossier}/piece", PIECE)
    assert reponse.status_code == 302
    fait = lu(dossier)
    assert (fait.completude, fait.piece_numero, fait.piece_vue_par_id) == ("justifie", "X4RTBPFW4", agent.pk)
    page = corps(navigateur.get(f"/dossiers/{dossier}/piece"))
    assert "X4RTBPFW4" not in page
    assert "Identité justifiée par" in page


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"piece_type": "VITALE"}, "Choisissez une valeur de la liste"),
        ({"piece_numero": ""}, "Remplissez ce champ"),
        ({"piece_numero": "🙂"}, "des lettres et des chiffres"),
        ({"piece_vue_le": "2090-01-01"}, "ne se voit pas d'avance"),
        ({"piece_expire_le": "2020-01-01"}, "n'était plus valable"),
        ({"version": "99999999999999999999"}, "Écrivez un nombre de 2147483647 ou moins."),
    ],
)
def test_piece_refusee(navigateur: Client, dossier: Dossier, champs: dict[str, str], message: str) -> None:
    reponse = navigateur.post(f"/dossiers/{dossier}/piece", {**PIECE, **champs})
    assert reponse.status_code == 422
    assert message in corps(reponse)
    assert lu(dossier).completude == "partiel"


def test_devenir_un_double_demande_un_motif(navigateur: Client, dossier: Dossier, structure: Structure) -> None:
    with perimetre(structure.pk):
        autre = fabriques.dossier(
            structure, jeune_nom_naissance="Martin", jeune_prenom="Élise", jeune_naissance=date(2003, 5, 14)
        )
    reponse = modifier(navigateur, dossier, nom_naissance="Martin")
    assert reponse.status_code == 409
    assert f"/dossiers/{autre}/" in corps(reponse)
    motif = {"doublon_ecarte": "Deux personnes, pièces vues.", "doublons_vus": str(autre.jeune_id)}
    assert modifier(navigateur, dossier, nom_naissance="Martin", **motif).status_code == 302


PAGES = ("identite", "coordonnees", "piece")


@pytest.mark.parametrize("page", PAGES)
def test_le_meme_profil_d_une_autre_structure_n_a_rien(
    client: Client, dossier: Dossier, autre_structure: Structure, page: str
) -> None:
    client.force_login(fabriques.agent(autre_structure))
    assert client.get(f"/dossiers/{dossier}/{page}").status_code == 404
    assert client.post(f"/dossiers/{dossier}/{page}", {**IDENTITE, **PIECE}).status_code == 404
    assert lu(dossier).version == 1


@pytest.mark.parametrize("page", PAGES)
def test_profil_sans_ce_droit(client: Client, dossier: Dossier, structure: Structure, page: str) -> None:
    client.force_login(fabriques.agent(structure, Profil.GESTIONNAIRE))
    assert client.get(f"/dossiers/{dossier}/{page}").status_code == 403


def test_regarder_l_identite_laisse_une_trace(navigateur: Client, dossier: Dossier) -> None:
    navigateur.get(f"/dossiers/{dossier}/identite")
    with perimetre(dossier.structure_id), connection.cursor() as curseur:
        curseur.execute("SELECT genre FROM journal_consultation WHERE dossier_id = %s", [dossier.pk])
        assert curseur.fetchall() == [("identite",)]
