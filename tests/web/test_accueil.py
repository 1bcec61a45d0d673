"""The counter in the browser: known, known elsewhere, unknown; a dossier opened; what is refused stays typed."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.acces.restrictions import restreindre
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.jeunes.test_nir import FEMME_A_TOURS, nir

MINIMUM = {
    "nom_naissance": "Dupont",
    "prenom": "Élise",
    "sexe": "F",
    "naissance": "14/05/2003",
    "premier_accueil": "2026-01-05",
}


@pytest.fixture
def navigateur(client: Client, agent: Agent) -> Client:
    client.force_login(agent)
    return client


@pytest.fixture
def chez(structure: Structure) -> Structure:
    """What is read after a request is read in the structure's perimeter."""
    return structure


def dossiers(chez: Structure) -> list[Dossier]:
    with perimetre(chez.pk):
        return list(Dossier.objects.select_related("jeune").order_by("numero"))


def ouvrir(navigateur: Client, **champs: Any) -> Any:
    return navigateur.post("/dossiers/nouveau", {**MINIMUM, **champs})


def corps(reponse: Any) -> str:
    return html.unescape(" ".join(reponse.content.decode().split()))


def test_une_boite_vide(navigateur: Client) -> None:
    page = corps(navigateur.get("/accueil"))
    assert "Cette personne est-elle connue ?" in page
    assert "Tapez au moins deux lettres." in page


def test_connue_ici(navigateur: Client, chez: Structure) -> None:
    with perimetre(chez.pk):
        dossier = fabriques.dossier(chez, jeune_nom_naissance="Lefèvre", jeune_prenom="Élise")
    page = corps(navigateur.get("/accueil", {"q": "lefevre eli"}))
    assert "Connu ici" in page
    assert f"/dossiers/{dossier}/" in page


def test_connue_ailleurs_sans_contenu(navigateur: Client, structure: Structure, autre_structure: Structure) -> None:
    with perimetre(autre_structure.pk):
        dossier = fabriques.dossier(
            autre_structure, jeune_nom_naissance="Lefèvre", jeune_prenom="Élise", telephone="+33612345678"
        )
    page = corps(navigateur.get("/accueil", {"q": "lefevre"}))
    assert "Connu ailleurs" in page
    assert autre_structure.nom in page
    assert "02 47 00 00 00" in page.replace("\u00a0", " ")
    assert str(dossier) not in page
    assert "12345678" not in page
    with perimetre(structure.pk), connection.cursor() as curseur:
        curseur.execute("SELECT genre, identifiants FROM journal_fait")
        assert curseur.fetchall() == [("annuaire.cherche", '{"ici": 0, "ailleurs": 1}')]


def test_inconnue_mene_a_un_dossier_prerempli(navigateur: Client) -> None:
    page = corps(navigateur.get("/accueil", {"q": "Ndiaye Awa 1/5/2003 0612345678"}))
    assert "Inconnu" in page
    formulaire = corps(navigateur.get("/dossiers/nouveau", {"q": "Ndiaye Awa 1/5/2003 0612345678"}))
    for valeur in ("Ndiaye", "Awa", "01/05/2003", "06 12 34 56 78"):
        assert f'value="{valeur}"' in formulaire


def test_en_tapant_les_reponses_seules(navigateur: Client) -> None:
    page = corps(navigateur.get("/accueil", {"q": "zzz"}, headers={"HX-Request": "true"}))
    assert "Inconnu" in page
    assert "<html" not in page


@pytest.mark.parametrize(
    "q", ["<script>alert(1)</script>", "'; --", "🙂" * 300, "\u202e\u0000abc", "%", "a" * 5000, "²²²²²²²"]
)
def test_toute_recherche_a_une_reponse(navigateur: Client, q: str) -> None:
    reponse = navigateur.get("/accueil", {"q": q})
    assert reponse.status_code == 200
    assert "<script>alert" not in reponse.content.decode()


def test_ouvrir_au_plus_court(navigateur: Client, chez: Structure, agent: Agent) -> None:
    reponse = ouvrir(navigateur, referent="on")
    (dossier,) = dossiers(chez)
    assert (reponse.status_code, reponse["Location"]) == (302, f"/dossiers/{dossier}/")
    assert dossier.referent_id == agent.pk
    assert dossier.jeune.nom_complet == "Élise Dupont"


def test_tout_ce_qui_se_note(navigateur: Client, chez: Structure) -> None:
    ouvrir(
        navigateur,
        nom_usage="Martin",
        autres_prenoms="Rose, Anna",
        naissance_pays="99100",
        naissance_commune="37261",
        nationalite="99100",
        nationalite_2="99352",
        nir=FEMME_A_TOURS,
        telephone="06 12 34 56 78",
        courriel="elise@exemple.fr",
        adresse_numero="3 bis",
        adresse_voie="rue de l'Église",
        adresse_commune="37261",
        adresse_code_postal="37000",
        venue="ENTOURAGE",
        notice_remise_le="2026-01-05",
        niveau_diplome="NV4",
        numero_ft="1234567 a",
    )
    (dossier,) = dossiers(chez)
    assert dossier.completude == "complet"
    assert dossier.numero_ft == "1234567A"
    assert dossier.jeune.nir == FEMME_A_TOURS


def test_un_seul_nom_et_une_annee(navigateur: Client, chez: Structure) -> None:
    ouvrir(navigateur, prenom="", nom_unique="on", nom_naissance="Soraya", naissance="2005", sans_adresse="on")
    (dossier,) = dossiers(chez)
    assert dossier.jeune.naissance == date(2005, 1, 1)
    assert dossier.jeune.naissance_precision == "annee"


MAUVAISES = [
    ({"naissance": "31/02/2003"}, "Cette date n'existe pas"),
    ({"naissance": "14/05/2090"}, "dans l'avenir"),
    ({"naissance": "14/05/1850"}, "antérieure à 1900"),
    ({"nom_naissance": ""}, "Remplissez ce champ"),
    ({"nom_naissance": "a" * 5000}, "100 caractères au plus"),
    ({"nom_naissance": "Zoé 🙂"}, "retirez « 🙂 »"),
    ({"nom_naissance": "<script>alert(1)</script>"}, "Un nom s'écrit avec des lettres"),
    ({"prenom": ""}, "N'a qu'un seul nom"),
    ({"sexe": "Z"}, "Choisissez une valeur de la liste"),
    ({"nir": "12"}, "15 chiffres"),
    ({"nir": nir("1800537261001")}, "ne correspond pas à l'identité saisie"),
    ({"naissance_commune": "01003"}, "n'est plus une commune"),
    ({"adresse_commune": "01003"}, "n'est plus une commune"),
    ({"adresse_commune": "ZZZZZ"}, "Cette commune n'existe pas"),
    ({"adresse_commune_texte": "Saint"}, "Plusieurs communes répondent"),
    ({"adresse_commune_texte": "Trifouilly"}, "Aucune commune"),
    ({"adresse_commune": "37261"}, "plusieurs codes postaux"),
    ({"telephone": "06 12"}, "Ce numéro de téléphone n'existe pas"),
    ({"courriel": "elise@"}, "adresse électronique"),
    ({"premier_accueil": "2090-01-01"}, "ne se note pas d'avance"),
    ({"notice_remise_le": "2026-02-30"}, "Cette date n'existe pas"),
    ({"nom_unique": "on"}, "Décochez cette case, ou videz les prénoms"),
    ({"naissance_commune": "37261", "naissance_pays": "99352"}, "Cette commune est en France"),
    ({"naissance_lieu": "Oran"}, "Choisissez le pays de cette ville"),
    ({"naissance_lieu": "Oran", "naissance_commune": "37261"}, "pas les deux"),
    ({"sans_adresse": "on", "adresse_voie": "rue du Port"}, "videz le numéro et la voie"),
]


@pytest.mark.parametrize(("champs", "message"), MAUVAISES, ids=[m for _, m in MAUVAISES])
def test_refus_au_champ_et_saisie_gardee(
    navigateur: Client, chez: Structure, champs: dict[str, str], message: str
) -> None:
    reponse = ouvrir(navigateur, autres_prenoms="Rose-Anna", **champs)
    page = corps(reponse)
    assert reponse.status_code == 422
    assert message in page
    assert 'value="Rose-Anna"' in page
    for valeur in champs.values():
        assert f'value="{valeur}"' in page or valeur in ("", "Z", "ZZZZZ", "01003", "37261", "on")
    assert "<script>alert" not in reponse.content.decode()
    assert dossiers(chez) == []


def test_les_erreurs_sont_dites_dans_l_ordre_de_la_page(navigateur: Client) -> None:
    page = corps(ouvrir(navigateur, nom_naissance="", sexe="", adresse_commune_texte="Trifouilly", telephone="06"))
    places = [page.index(f'<a href="#id_{c}') for c in ("nom_naissance", "sexe", "telephone", "adresse_commune")]
    assert places == sorted(places)


def test_tout_ce_qui_ne_va_pas_est_dit_la_premiere_fois(navigateur: Client) -> None:
    """A missing name, date or telephone doesn't put off what is wrong elsewhere."""
    faux = {
        "nom_naissance": "",
        "naissance": "31/02/2003",
        "nir": "12",
        "telephone": "06",
        "courriel": "elise@",
        "telephone_2": "07",
        "premier_accueil": "2090-01-01",
        "notice_remise_le": "2090-01-01",
        "numero_ft": "12-34",
    }
    page = corps(ouvrir(navigateur, **faux))
    places = [page.index(f'<a href="#id_{champ}"') for champ in faux]
    assert places == sorted(places)
    assert "9 points sont à corriger" in page


@pytest.mark.parametrize("nom", ["N'Diaye", "محمد", "O’Connor-Lefèvre"])
def test_noms_de_toutes_ecritures(navigateur: Client, chez: Structure, nom: str) -> None:
    ouvrir(navigateur, nom_naissance=nom)
    assert dossiers(chez)[0].jeune.nom_naissance == nom


@pytest.mark.parametrize(
    ("naissance", "avertissement"),
    [("14/05/1980", "même avec une RQTH"), ("14/05/2015", "l'accompagnement commence à 16 ans")],
)
def test_un_age_inhabituel_se_confirme_avant_d_ouvrir(
    navigateur: Client, chez: Structure, naissance: str, avertissement: str
) -> None:
    reponse = ouvrir(navigateur, naissance=naissance, autres_prenoms="Rose-Anna")
    page = corps(reponse)
    assert reponse.status_code == 422
    assert dossiers(chez) == []
    assert avertissement in page
    assert "La date de naissance est exacte, ouvrir quand même" in page
    assert 'href="#id_age_confirme"' in page
    assert 'value="Rose-Anna"' in page
    reponse = ouvrir(navigateur, naissance=naissance, age_confirme="on")
    assert len(dossiers(chez)) == 1
    for _ in range(2):  # not a message that goes away: an alert of the dossier
        assert avertissement in corps(navigateur.get(reponse["Location"]))


@pytest.mark.parametrize(
    ("champs", "statut"),
    [
        ({}, 422),
        ({"rqth_du": "2020-01-01"}, 302),
        ({"rqth_du": "2020-01-01", "rqth_au": "2099-01-01"}, 302),
        ({"rqth_du": "2020-01-01", "rqth_au": "2020-12-31"}, 422),
    ],
)
def test_avec_une_rqth_en_cours_l_age_va_plus_loin(navigateur: Client, champs: dict[str, str], statut: int) -> None:
    naissance = f"01/01/{date.today().year - 28}"
    assert ouvrir(navigateur, naissance=naissance, **champs).status_code == statut


def test_un_age_habituel_ne_demande_rien(navigateur: Client) -> None:
    assert "ouvrir quand même" not in corps(navigateur.get("/dossiers/nouveau"))
    assert "ouvrir quand même" not in corps(ouvrir(navigateur, prenom=""))


def test_le_nir_d_un_autre(navigateur: Client, chez: Structure, autre_structure: Structure) -> None:
    with perimetre(autre_structure.pk):
        fabriques.dossier(
            autre_structure, jeune_nom_naissance="Secret", jeune_naissance=date(1980, 5, 1), jeune_nir=FEMME_A_TOURS
        )
    page = corps(ouvrir(navigateur, nir=FEMME_A_TOURS))
    assert "déjà celui d'un dossier d'une autre structure" in page
    assert autre_structure.nom in page
    assert "Secret" not in page
    assert dossiers(chez) == []


def test_un_dossier_restreint_ne_dit_que_son_existence(navigateur: Client, chez: Structure, directrice: Agent) -> None:
    """Of a dossier closed to who types, the comparison says names and birth, as the search does, and whom to ask."""
    ouvrir(navigateur, telephone="0612345678", nir=FEMME_A_TOURS)
    (ferme,) = dossiers(chez)
    with perimetre(chez.pk):
        au = aujourd_hui(chez) + timedelta(days=30)
        restreindre(directrice, ferme, agents=[directrice.pk], motif="proche", au=au)
    reponse = ouvrir(navigateur, telephone="0612345678", nir=FEMME_A_TOURS)
    page = corps(reponse)
    assert reponse.status_code == 409
    preuves = page[page.index("Ce qui concorde :") : page.index("Qui est en face de vous ?")]
    assert "même date de naissance, même nom de naissance, même prénom." in preuves
    assert f"adressez-vous à <strong>{directrice}</strong>" in preuves
    for dit in ("même téléphone", "sécurité sociale", str(ferme), "C'est la même personne :"):
        assert dit not in preuves, dit


def test_doublon_compare_avant_d_enregistrer(navigateur: Client, chez: Structure) -> None:
    ouvrir(navigateur)
    reponse = ouvrir(navigateur, nom_naissance="Dupond", courriel="elise@exemple.fr")
    page = corps(reponse)
    assert reponse.status_code == 409
    assert "même date de naissance, nom proche, même prénom" in page
    assert 'value="elise@exemple.fr"' in page
    assert len(dossiers(chez)) == 1

    vus = str(dossiers(chez)[0].jeune_id)
    sans_choix = corps(ouvrir(navigateur, nom_naissance="Dupond", doublons_vus=vus))
    assert "Dites qui est en face de vous" not in page
    assert '<a href="#id_doublon">' in sans_choix
    assert sans_choix.count("Dites qui est en face de vous : cette personne, ou quelqu'un d'autre") == 2
    assert "Continuer avec ce choix" in sans_choix
    sans_motif = {"nom_naissance": "Dupond", "doublon": "autre", "doublons_vus": vus}
    refus = ouvrir(navigateur, **sans_motif)
    assert refus.status_code == 409
    assert '<a href="#id_doublon_ecarte">' in corps(refus)
    assert len(dossiers(chez)) == 1
    ouvrir(navigateur, **sans_motif, doublon_ecarte="Cousines, pièces d'identité vues.")
    assert [d.doublon_ecarte for d in dossiers(chez)] == ["", "Cousines, pièces d'identité vues."]


def test_c_est_la_meme_personne(navigateur: Client, chez: Structure, autre_structure: Structure) -> None:
    with perimetre(autre_structure.pk):
        ailleurs = fabriques.dossier(
            autre_structure,
            jeune_nom_naissance="Dupont",
            jeune_prenom="Élise",
            jeune_naissance=date(2003, 5, 14),
            courriel="secret@exemple.fr",
        )
    page = corps(ouvrir(navigateur))
    assert autre_structure.nom in page
    assert "secret@exemple.fr" not in page
    assert str(ailleurs) not in page
    ouvrir(navigateur, doublon=f"meme-{ailleurs.jeune_id}", doublons_vus=str(ailleurs.jeune_id))
    (dossier,) = dossiers(chez)
    assert dossier.jeune_id == ailleurs.jeune_id


def test_double_envoi(navigateur: Client, chez: Structure) -> None:
    jeton = "6f1ed002-ab5c-4f5b-8f0e-0f2ec3bdf6a1"
    premier = ouvrir(navigateur, jeton_unique=jeton)
    second = ouvrir(navigateur, jeton_unique=jeton)
    assert len(dossiers(chez)) == 1
    assert second["Location"] == premier["Location"]


@pytest.mark.parametrize(("profil", "attendu"), [(Profil.RGC, 403), (Profil.DPD, 403), (Profil.SUPPORT, 403)])
def test_profils_sans_dossier(client: Client, structure: Structure, profil: Profil, attendu: int) -> None:
    client.force_login(fabriques.agent(structure, profil))
    assert client.get("/accueil").status_code == attendu
    assert client.get("/dossiers/nouveau").status_code == attendu


def test_l_accueil_ouvre_sans_etre_referent(client: Client, structure: Structure) -> None:
    client.force_login(fabriques.agent(structure, Profil.ACCUEIL))
    ouvrir(client, referent="on")
    assert dossiers(structure)[0].referent_id is None


def test_communes_en_tapant(navigateur: Client) -> None:
    page = corps(
        navigateur.get("/referentiels/communes", {"champ": "adresse_commune", "adresse_commune_texte": "37000"})
    )
    assert 'value="37261"' in page
    assert "Tours" in page
    assert navigateur.get("/referentiels/communes", {"champ": "x' onclick="}).status_code == 400


def test_les_communes_du_departement_viennent_d_abord(navigateur: Client, structure: Structure) -> None:
    parametres = {"champ": "adresse_commune", "adresse_commune_texte": "saint"}
    page = corps(navigateur.get("/referentiels/communes", parametres))
    proposes = re.findall(r'type="radio".*?value="(\w{5})"', page, re.DOTALL)
    assert len(proposes) == 8
    assert all(code.startswith(structure.code_departement) for code in proposes)


def test_ce_que_le_texte_ne_peut_que_dire_est_pris(navigateur: Client, chez: Structure) -> None:
    """Without JavaScript: the whole name, although Tours-en-Savoie exists; a postal code of one commune."""
    page = ouvrir(navigateur, naissance_commune_texte="tours", adresse_commune_texte="37250 sorigny")
    assert page.status_code == 302
    (dossier,) = dossiers(chez)
    assert dossier.jeune.naissance_commune_id == "37261"
    assert (dossier.adresse_commune_id, dossier.adresse_code_postal) == ("37250", "37250")


def test_un_choix_est_montre_puis_pris_sans_rien_perdre(navigateur: Client, chez: Structure) -> None:
    page = corps(ouvrir(navigateur, adresse_commune_texte="37210", telephone="06 12 34 56 78"))
    assert "Plusieurs communes répondent" in page
    assert 'name="adresse_commune_pour" value="37210"' in page
    assert "06 12 34 56 78" in page
    choix = {"adresse_commune_texte": "37210", "adresse_commune_pour": "37210", "adresse_commune": "37281"}
    assert ouvrir(navigateur, **choix, telephone="06 12 34 56 78").status_code == 302
    (dossier,) = dossiers(chez)
    assert (dossier.adresse_commune_id, dossier.adresse_code_postal) == ("37281", "37210")
