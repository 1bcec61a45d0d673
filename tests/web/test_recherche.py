"""The one box: posted, filtered, exported, bounded; and what other structures hold stays there."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import override_settings

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.abandons import Abandonnee
from imilo.socle.perimetre import perimetre
from imilo.web.tableur import cellule
from tests import fabriques
from tests.jeunes.test_nir import nir

NUMERO = nir("2030537261001")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def conseiller(structure: Structure) -> Agent:
    return fabriques.agent(structure, Profil.CONSEILLER)


@pytest.fixture
def navigateur(client: Client, conseiller: Agent) -> Client:
    client.force_login(conseiller)
    return client


def chez(structure: Structure, nom: str, prenom: str = "Élise", **champs: Any) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(
            structure,
            jeune_nom_naissance=nom,
            jeune_prenom=prenom,
            **{"jeune_naissance": date(2003, 5, 1), **champs},
        )


def corps(reponse: Any) -> str:
    return html.unescape(" ".join(reponse.content.decode().split()))


def faits(structure: Structure) -> list[tuple[str, str]]:
    with perimetre(structure.pk), connection.cursor() as curseur:
        curseur.execute("SELECT genre, identifiants::text FROM journal_fait ORDER BY id")
        return list(curseur.fetchall())


def test_sans_javascript_ce_qui_est_tape_devient_une_adresse(navigateur: Client) -> None:
    reponse = navigateur.post("/accueil", {"q": "lefevre élise"})
    assert (reponse.status_code, reponse["Location"]) == (303, "/accueil?q=lefevre+%C3%A9lise")


def test_la_case_est_sur_toutes_les_pages(navigateur: Client) -> None:
    page = corps(navigateur.get("/portefeuille/"))
    assert page.count("data-imilo-recherche") == 2  # wide and narrow
    assert 'hx-post="/recherche/propositions"' in page
    assert 'method="post" action="/accueil"' in page


def test_une_faute_de_frappe_se_dit(navigateur: Client, structure: Structure, autre_structure: Structure) -> None:
    dossier = chez(structure, "Lefèvre")
    chez(autre_structure, "Lefèvre")
    page = corps(navigateur.post("/recherche/propositions", {"q": "lefvre 2003"}, headers=HTMX))
    assert f"/dossiers/{dossier}/" in page
    assert page.count("orthographe proche") == 2
    assert autre_structure.nom in page
    assert "orthographe proche" not in corps(navigateur.get("/accueil", {"q": "lefevre"}))


def test_de_quoi_distinguer_deux_personnes(navigateur: Client, structure: Structure, conseiller: Agent) -> None:
    chez(structure, "Lefèvre", adresse_commune_id="37261", referent=conseiller)
    page = corps(navigateur.post("/recherche/propositions", {"q": "lefevre"}, headers=HTMX))
    for dit in ("01/05/2003", "Tours", "Actif", str(conseiller)):
        assert dit in page


def test_rien_a_dire_pour_une_case_vide(navigateur: Client) -> None:
    assert corps(navigateur.post("/recherche/propositions", {"q": " "}, headers=HTMX)) == ""
    assert "Inconnu" in corps(navigateur.post("/recherche/propositions", {"q": "zzzz"}, headers=HTMX))
    assert "Ce n'est pas assez" in corps(navigateur.post("/recherche/propositions", {"q": "2003"}, headers=HTMX))
    assert navigateur.get("/recherche/propositions").status_code == 405


# NIR: never in an address, never in the journal, by those who may


@pytest.mark.parametrize("adresse", ["/accueil", "/recherche", "/recherche/export"])
def test_un_nir_ne_reste_pas_dans_une_adresse(navigateur: Client, structure: Structure, adresse: str) -> None:
    chez(structure, "Lefèvre", jeune_nir=NUMERO)
    reponse = navigateur.get(adresse, {"q": f"x {NUMERO[:1]} {NUMERO[1:]}"})
    assert (reponse.status_code, reponse["Location"]) == (302, "/accueil")
    assert "ne s'écrit pas dans l'adresse" in corps(navigateur.get("/accueil"))
    assert faits(structure) == []


@pytest.mark.parametrize("tape", [f"NIR{NUMERO}", "2/03/05/37/261/001/24", f"n°_{NUMERO[:3]}__{NUMERO[3:]}"])
def test_un_nir_colle_ou_separe_autrement_n_y_reste_pas_non_plus(navigateur: Client, tape: str) -> None:
    assert navigateur.post("/accueil", {"q": tape}).status_code == 200
    assert navigateur.get("/accueil", {"q": tape})["Location"] == "/accueil"


@pytest.mark.parametrize("adresse", ["/portefeuille/", "/arrivees/"])
def test_un_nir_dans_le_filtre_d_une_liste_n_est_repris_nulle_part(navigateur: Client, adresse: str) -> None:
    page = corps(navigateur.get(adresse, {"q": f"{NUMERO[:13]} {NUMERO[13:]}"}))
    boites = re.findall(rf'<input[^>]*id="([^"]*)"[^>]*{NUMERO[:13]}', page)
    assert all(boite.startswith("recherche-") for boite in boites), boites  # the boxes of the page's top, which post
    assert page.count(NUMERO[:13]) == len(boites)
    assert "numéro de sécurité sociale ne se cherche pas ici" in page


def test_un_nir_poste_trouve_sans_laisser_de_trace(navigateur: Client, structure: Structure) -> None:
    dossier = chez(structure, "Lefèvre", jeune_nir=NUMERO)
    for adresse, entetes in (("/accueil", {}), ("/accueil", HTMX), ("/recherche/propositions", HTMX)):
        reponse = navigateur.post(adresse, {"q": NUMERO}, headers=entetes)
        assert reponse.status_code == 200
        page = corps(reponse)
        assert f"/dossiers/{dossier}/" in page
        assert not re.search(rf'(?:href|action)="[^"]*{NUMERO}', page)
    assert faits(structure) == [("annuaire.cherche", '{"ici": 1, "par": "nir", "ailleurs": 0}')] * 3


@pytest.mark.parametrize(
    ("profil", "permis"), [(Profil.CONSEILLER, True), (Profil.GESTIONNAIRE, True), (Profil.ACCUEIL, False)]
)
def test_qui_cherche_par_nir(client: Client, structure: Structure, profil: Profil, permis: bool) -> None:
    dossier = chez(structure, "Lefèvre", jeune_nir=NUMERO)
    client.force_login(fabriques.agent(structure, profil))
    page = corps(client.post("/accueil", {"q": NUMERO}))
    assert (f"/dossiers/{dossier}/" in page) == permis
    assert ("Votre profil ne permet pas" in page) != permis
    if not permis:
        assert faits(structure) == []


def test_un_nir_faux_dit_ce_qui_ne_va_pas(navigateur: Client) -> None:
    assert "La clé ne correspond pas" in corps(navigateur.post("/accueil", {"q": NUMERO[:13] + "99"}))


# The quota of the hour


def test_le_quota_cache_les_autres_structures_et_le_dit(
    navigateur: Client, structure: Structure, autre_structure: Structure
) -> None:
    for nom in ("Lefèvre", "Durand", "Moreau"):
        chez(autre_structure, nom)
    ici = chez(structure, "Moreau", "Zoé")
    with override_settings(ANNUAIRE_QUOTA=2):
        for debut in ("dur", "dura", "durand"):  # one search, typed letter by letter
            assert "Connu ailleurs" in corps(navigateur.post("/accueil", {"q": debut}, headers=HTMX))
        assert "Connu ailleurs" in corps(navigateur.get("/accueil", {"q": "lefevre"}))
        for adresse in ("/accueil", "/recherche"):
            page = corps(navigateur.get(adresse, {"q": "moreau"}))
            assert autre_structure.nom not in page
            assert "vous avez atteint le nombre de recherches" in page
            assert re.search(r"Elles reprennent à \d\d:\d\d", page)
            assert f"/dossiers/{ici}/" in page
    genres = [genre for genre, _ in faits(structure)]
    assert genres == ["annuaire.cherche", "annuaire.cherche", "annuaire.quota"]


@pytest.mark.parametrize(
    ("adresse", "textes"),
    [
        ("/accueil", ("2003 lefevre", "2003 durand", "2003 moreau")),  # the same beginning, that of no name
        ("/recherche", ("lefevre 2003", "lefevre élise", "lefevre")),  # whole lists, each its own
    ],
)
def test_changer_de_mots_ne_contourne_pas_le_quota(
    navigateur: Client, autre_structure: Structure, adresse: str, textes: tuple[str, ...]
) -> None:
    for nom in ("Lefèvre", "Durand", "Moreau"):
        chez(autre_structure, nom, jeune_naissance=date(2003, 5, 1))
    with override_settings(ANNUAIRE_QUOTA=2):
        pages = [corps(navigateur.get(adresse, {"q": texte})) for texte in textes]
    assert [autre_structure.nom in page for page in pages] == [True, True, False]


@pytest.mark.django_db(transaction=True)
def test_le_quota_reprend_une_heure_apres_et_n_est_qu_a_un_agent(
    structure: Structure, autre_structure: Structure, base_proprietaire: psycopg.Connection[Any]
) -> None:
    for nom in ("Lefèvre", "Durand"):
        chez(autre_structure, nom)
    premier, second = (fabriques.agent(structure) for _ in range(2))
    clients = {}
    for agent in (premier, second):
        clients[agent] = Client()
        clients[agent].force_login(agent)

    def connu(agent: Agent, nom: str) -> bool:
        return "Connu ailleurs" in corps(clients[agent].get("/accueil", {"q": nom}))

    with override_settings(ANNUAIRE_QUOTA=1):
        assert connu(premier, "lefevre")
        assert not connu(premier, "durand")
        assert connu(second, "durand")
        base_proprietaire.execute("UPDATE jeunes_quota SET depuis = depuis - interval '1 hour'")
        assert connu(premier, "durand")


# Voir tout


def lignes(reponse: Any) -> list[str]:
    return [re.sub(r"<[^>]+>", " ", r) for r in re.findall(r"<tr>(.*?)</tr>", corps(reponse))[1:]]


@pytest.fixture
def trois(structure: Structure, autre_structure: Structure, conseiller: Agent) -> dict[str, Dossier]:
    return {
        "ancien": chez(structure, "Martin", "Zoé", jeune_naissance=date(1999, 1, 1), referent=conseiller),
        "fini": chez(structure, "Martinez", "Alba", statut="fin_accompagnement", fin_le=date(2026, 1, 1)),
        "ailleurs": chez(autre_structure, "Martin", "Yves"),
    }


@pytest.mark.parametrize(
    ("filtre", "attendus"),
    [
        ({}, ["Zoé", "Alba", "Yves"]),
        ({"ou": "ici"}, ["Zoé", "Alba"]),
        ({"ou": "ailleurs"}, ["Yves"]),
        ({"statut": "fin_accompagnement"}, ["Alba"]),
        ({"referent": "aucun"}, ["Alba"]),
        ({"ne_de": "2000"}, ["Alba", "Yves"]),
        ({"ne_a": "2000"}, ["Zoé"]),
        ({"ne_de": "x", "statut": "rien", "tri": "?"}, ["Zoé", "Alba", "Yves"]),
        ({"tri": "nom"}, ["Yves", "Zoé", "Alba"]),
        ({"tri": "naissance"}, ["Zoé", "Alba", "Yves"]),
        ({"tri": "referent"}, ["Zoé", "Alba", "Yves"]),
        ({"tri": "statut"}, ["Zoé", "Alba", "Yves"]),
    ],
)
def test_filtrer_et_trier(
    navigateur: Client, trois: dict[str, Dossier], filtre: dict[str, str], attendus: list[str]
) -> None:
    trouves = lignes(navigateur.get("/recherche", {"q": "martin", **filtre}))
    assert [next(p for p in ("Zoé", "Alba", "Yves") if p in ligne) for ligne in trouves] == attendus


def test_filtrer_par_referent(navigateur: Client, trois: dict[str, Dossier], conseiller: Agent) -> None:
    (ligne,) = lignes(navigateur.get("/recherche", {"q": "martin", "referent": str(conseiller.pk)}))
    assert "Zoé" in ligne


def test_ailleurs_rien_que_l_existence(
    navigateur: Client, trois: dict[str, Dossier], autre_structure: Structure
) -> None:
    page = corps(navigateur.get("/recherche", {"q": "martin yves"}))
    assert autre_structure.nom in page
    assert str(trois["ailleurs"]) not in page
    assert f"/dossiers/{trois['ailleurs']}" not in page


def test_des_filtres_qui_ne_laissent_personne_le_disent(navigateur: Client, trois: dict[str, Dossier]) -> None:
    page = corps(navigateur.get("/recherche", {"q": "martin", "ne_de": "2010"}))
    assert "Personne ne répond avec ces filtres : ôtez-en un. Sans filtre, 3 personnes répondent." in page
    assert "Inconnu" in corps(navigateur.get("/recherche", {"q": "zzzzzz"}))
    assert "Tapez un nom" in corps(navigateur.get("/recherche"))


def test_les_pages(navigateur: Client, structure: Structure) -> None:
    for rang in range(51):
        chez(structure, "Martin", f"Zoé{'abcdefghij'[rang % 10] * (rang // 10 + 1)}")
    assert len(lignes(navigateur.get("/recherche", {"q": "martin"}))) == 50
    assert len(lignes(navigateur.get("/recherche", {"q": "martin", "page": "2"}))) == 1


def test_export_des_siens_sans_formule(
    navigateur: Client, structure: Structure, trois: dict[str, Dossier], conseiller: Agent
) -> None:
    dossier = chez(structure, "Martin-Robert", "Zoé")
    with perimetre(structure.pk):
        type(dossier.jeune).objects.filter(pk=dossier.jeune_id).update(nom_usage="=cmd|' /C calc'!A0")
    reponse = navigateur.get("/recherche/export", {"q": "martin", "tri": "nom"})
    assert reponse["Content-Type"].startswith("text/csv")
    tableau = list(csv.reader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    assert tableau[0][:4] == ["Dossier", "Nom", "Nom de naissance", "Prénom"]
    assert {ligne[0] for ligne in tableau[1:]} == {str(trois["ancien"]), str(trois["fini"]), str(dossier)}
    assert "'=cmd|' /C calc'!A0" in {ligne[1] for ligne in tableau}
    assert ("dossier.exporte", '{"nombre": 3}') in faits(structure)
    with perimetre(structure.pk), connection.cursor() as curseur:
        curseur.execute("SELECT count(*) FROM journal_consultation WHERE genre = 'export'")
        assert curseur.fetchone() == (3,)


@pytest.mark.parametrize("valeur", ["=1+1", "+33", "-1", "@x", "\tx", "\rx", " =1", "＝1"])
def test_une_cellule_ne_se_calcule_pas(valeur: str) -> None:
    assert cellule(valeur) == f"'{valeur}"
    assert cellule("Martin") == "Martin"
    assert cellule(None) == ""


@pytest.mark.parametrize("profil", [Profil.RGC, Profil.DPD, Profil.SUPPORT])
@pytest.mark.parametrize("adresse", ["/recherche", "/recherche/export", "/accueil"])
def test_profils_sans_recherche(client: Client, structure: Structure, profil: Profil, adresse: str) -> None:
    client.force_login(fabriques.agent(structure, profil))
    assert client.get(adresse).status_code == 403
    assert client.post("/recherche/propositions", {"q": "martin"}).status_code == 403


def test_courriel_et_numero_repris_dans_un_nouveau_dossier(navigateur: Client) -> None:
    formulaire = corps(navigateur.get("/dossiers/nouveau", {"q": "Ndiaye Awa awa@exemple.fr 1234567A"}))
    for valeur in ("Ndiaye", "Awa", "awa@exemple.fr", "1234567A"):
        assert f'value="{valeur}"' in formulaire


def test_une_recherche_depassee_par_la_suivante_ne_repond_rien(
    navigateur: Client, structure: Structure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser keeps what it shows (204); a whole page is never given up."""
    chez(structure, "Lefevre")

    def depassee(**_: Any) -> None:
        raise Abandonnee

    assert navigateur.post("/recherche/propositions", {"q": "lefe"}, headers=HTMX).status_code == 200
    monkeypatch.setattr("imilo.web.accueil.recherche.rechercher", depassee)
    for adresse in ("/recherche/propositions", "/accueil"):
        reponse = navigateur.post(adresse, {"q": "lefe"}, headers=HTMX)
        assert (reponse.status_code, reponse.content) == (204, b"")


def test_la_case_de_l_en_tete_ne_reprend_que_sa_propre_recherche(navigateur: Client) -> None:
    """A list filtered by a name isn't a search of the country."""
    case = re.compile(r'<input class="fr-input"\s+type="search"\s+id="recherche[^"]*-q"\s+name="q"\s+value="([^"]*)"')
    assert set(case.findall(navigateur.get("/recherche?q=lefevre").content.decode())) == {"lefevre"}
    assert set(case.findall(navigateur.get("/portefeuille/?q=lefevre").content.decode())) == {""}
