"""Many dossiers at once, named searches and replacements, through their pages."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.models import Fait
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.portefeuilles.models import Lot, Recherche, Remplacement
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = pytest.mark.django_db
APERCU, APPLIQUER = "web:portefeuille-apercu", "web:portefeuille-appliquer"


@pytest.fixture
def awa(structure: Structure) -> Agent:
    return fabriques.agent(structure, prenom="Awa", nom="Diallo")


@pytest.fixture
def dossiers(agent: Agent, structure: Structure) -> list[Dossier]:
    with perimetre(structure.pk):
        return [fabriques.dossier(structure, agent, jeune_nom_naissance=f"Nom{n}") for n in range(3)]


def cache(texte: str, nom: str) -> str:
    trouve = re.search(rf'name="{nom}" value="([^"]*)"', texte)
    assert trouve is not None, nom
    return html.unescape(trouve[1])


def envoyer(client: Client, vue: str, **champs: Any) -> Any:
    return client.post(reverse(vue), champs)


def confier(client: Client, a: Agent, dossiers: list[Dossier]) -> Any:
    """From the ticked rows to the page of the batch."""
    numeros = [str(d) for d in dossiers]
    apercu = envoyer(client, APERCU, faire=f"referent:{a.pk}", quoi="coches", dossier=numeros, retour="statut=tous")
    assert apercu.status_code == 200
    texte = apercu.content.decode()
    champs = {nom: cache(texte, nom) for nom in ("faire", "versions", "retour", "jeton_unique")}
    return envoyer(client, APPLIQUER, **champs)


def referents(dossiers: list[Dossier]) -> set[int | None]:
    with perimetre(dossiers[0].structure_id):
        return set(Dossier.objects.filter(pk__in=[d.pk for d in dossiers]).values_list("referent_id", flat=True))


def test_tick_look_confirm_undo(
    connecte: Client, agent: Agent, awa: Agent, structure: Structure, dossiers: list[Dossier]
) -> None:
    liste = connecte.get(reverse("web:portefeuille")).content.decode()
    assert f'name="dossier" value="{dossiers[0]}"' in liste
    assert f'<option value="referent:{awa.pk}" >Confier à Awa Diallo</option>' in liste
    apercu = envoyer(connecte, APERCU, faire=f"referent:{awa.pk}", quoi="coches", dossier=[str(dossiers[0])])
    texte = apercu.content.decode()
    assert "Rien n'est encore enregistré" in html.unescape(texte)
    assert referents(dossiers) == {agent.pk}
    reponse = confier(connecte, awa, dossiers[:2])
    with perimetre(structure.pk):
        lot = Lot.objects.get()
    assert reponse.headers["Location"].startswith(reverse("web:portefeuille-lot", args=[lot.pk]))
    assert referents(dossiers[:2]) == {awa.pk}
    page = connecte.get(reponse.headers["Location"]).content.decode()
    assert "Annuler cette action" in page
    assert 'href="/portefeuille/?statut=tous"' in page
    annuler = reverse("web:portefeuille-lot-annuler", args=[lot.pk])
    assert "2 dossiers</strong> reviendront" in connecte.get(annuler).content.decode()
    connecte.post(annuler)
    assert referents(dossiers) == {agent.pk}
    assert "Action annulée" in connecte.get(reverse("web:portefeuille-lot", args=[lot.pk])).content.decode()
    assert "Cette action est déjà annulée." in connecte.get(annuler).content.decode()
    assert "Annulée le" in connecte.get(reverse("web:portefeuille-lots")).content.decode()


def test_all_of_the_list_as_it_is_filtered(
    connecte: Client, agent: Agent, awa: Agent, structure: Structure, dossiers: list[Dossier]
) -> None:
    with perimetre(structure.pk):
        fabriques.dossier(structure, awa)
    retour = f"referent={agent.pk}&statut=actif&tri=nom&ordre=asc"
    apercu = envoyer(connecte, APERCU, faire="veille:", quoi="liste", retour=retour)
    assert cache(apercu.content.decode(), "versions").split() == [f"{d}.1" for d in dossiers]


def test_nothing_ticked_says_what_to_do(connecte: Client, dossiers: list[Dossier]) -> None:
    reponse = connecte.post(reverse(APERCU), {"faire": "veille:", "quoi": "coches", "retour": "q=x"}, follow=True)
    assert reponse.redirect_chain[0][0] == "/portefeuille/?q=x"
    assert "Cochez" in reponse.content.decode()
    assert connecte.get(reverse(APERCU)).status_code == connecte.get(reverse(APPLIQUER)).status_code == 302


def test_without_an_act_the_ticked_dossiers_are_kept(connecte: Client, dossiers: list[Dossier]) -> None:
    numeros = [str(d) for d in dossiers]
    reponse = envoyer(connecte, APERCU, faire="", quoi="coches", dossier=numeros)
    assert reponse.status_code == 422
    assert cache(reponse.content.decode(), "dossiers").split() == numeros
    suite = envoyer(connecte, APERCU, faire="veille:", dossiers=" ".join(numeros))
    assert "Mettre en veille : 3 dossiers" in suite.content.decode()


def test_what_changed_since_is_shown_again(connecte: Client, awa: Agent, dossiers: list[Dossier]) -> None:
    perime = " ".join(f"{d}.7" for d in dossiers)
    reponse = envoyer(connecte, APPLIQUER, faire=f"referent:{awa.pk}", versions=perime, retour="")
    assert reponse.status_code == 422
    assert "Aucun de ces dossiers" in reponse.content.decode()


def test_sent_twice_is_done_once(connecte: Client, awa: Agent, structure: Structure, dossiers: list[Dossier]) -> None:
    numeros = [str(d) for d in dossiers]
    texte = envoyer(connecte, APERCU, faire=f"referent:{awa.pk}", dossier=numeros).content.decode()
    champs = {nom: cache(texte, nom) for nom in ("faire", "versions", "jeton_unique")}
    assert envoyer(connecte, APPLIQUER, **champs).status_code == 302
    assert envoyer(connecte, APPLIQUER, **champs).status_code == 302
    with perimetre(structure.pk):
        assert Lot.objects.count() == Fait.objects.filter(genre="portefeuille.lot").count() == 1


@pytest.mark.parametrize("hostile", ["1'--", "²", "-1", "99999999", "\0", "1.2.3"])
def test_hostile_numbers_are_nobody(connecte: Client, awa: Agent, hostile: str) -> None:
    assert envoyer(connecte, APERCU, faire=f"referent:{awa.pk}", dossier=hostile).status_code == 302
    assert envoyer(connecte, APPLIQUER, faire=f"referent:{awa.pk}", versions=hostile).status_code == 302


def test_the_same_profile_elsewhere_finds_neither_batch_nor_dossiers(
    connecte: Client, awa: Agent, structure: Structure, autre_structure: Structure, dossiers: list[Dossier]
) -> None:
    confier(connecte, awa, dossiers)
    with perimetre(structure.pk):
        lot = Lot.objects.get()
    voisin, client = fabriques.agent(autre_structure), Client()
    client.force_login(voisin)
    for nom in ("web:portefeuille-lot", "web:portefeuille-lot-annuler"):
        for methode in (client.get, client.post):
            assert methode(reverse(nom, args=[lot.pk])).status_code in (404, 405)
    assert "Aucune action groupée" in client.get(reverse("web:portefeuille-lots")).content.decode()
    vu = envoyer(client, APERCU, faire=f"referent:{voisin.pk}", dossier=[str(d) for d in dossiers])
    assert "3 n'ont pas été trouvés" in html.unescape(vu.content.decode())
    assert not any(reverse("web:dossier", args=[str(d)]) in vu.content.decode() for d in dossiers)
    assert referents(dossiers) == {awa.pk}


def test_who_doesn_t_accompany_ticks_nothing(structure: Structure, dossiers: list[Dossier]) -> None:
    client = Client()
    client.force_login(fabriques.agent(structure, Profil.GESTIONNAIRE))
    texte = client.get(reverse("web:portefeuille")).content.decode()
    assert "Nom1" in texte
    assert 'type="checkbox"' not in texte
    assert client.post(reverse(APERCU), {"dossier": str(dossiers[0])}).status_code == 403


# --- Named searches ------------------------------------------------------------------------------------------------


def test_a_search_is_named_found_again_renamed_and_deleted(
    connecte: Client, agent: Agent, structure: Structure, dossiers: list[Dossier]
) -> None:
    adresse = reverse("web:portefeuille-recherche-nouvelle") + "?statut=tous&age_max=17&q=Durand"
    page = connecte.get(adresse).content.decode()
    assert "n'est pas gardé" in html.unescape(page)
    suite = connecte.post(adresse, {"nom": "Mineurs"})
    with perimetre(structure.pk):
        gardee = Recherche.objects.get()
    assert gardee.parametres == {
        "referent": str(agent.pk), "statut": "tous", "age_max": "17", "tri": "nom", "ordre": "asc"
    }  # fmt: skip
    liste = connecte.get(suite.headers["Location"]).content.decode()
    assert re.search(r'aria-current="true"\s+href="[^"]+"><bdi>Mineurs</bdi>', liste)
    assert connecte.post(adresse, {"nom": "mineurs"}).status_code == 422
    renommer = reverse("web:portefeuille-recherche", args=[gardee.pk])
    assert connecte.post(renommer, {"nom": ""}).status_code == 422
    connecte.post(renommer, {"nom": "Moins de 18 ans"})
    assert "Moins de 18 ans" in connecte.get(reverse("web:portefeuille-recherches")).content.decode()
    retirer = reverse("web:portefeuille-recherche-retirer", args=[gardee.pk])
    assert "Supprimer" in connecte.get(retirer).content.decode()
    connecte.post(retirer)
    assert "Aucune recherche enregistrée" in connecte.get(reverse("web:portefeuille-recherches")).content.decode()


def test_a_colleague_s_search_isn_t_there(connecte: Client, structure: Structure) -> None:
    with perimetre(structure.pk):
        autre = Recherche.objects.create(structure=structure, agent=fabriques.agent(structure), nom="À moi")
    for nom in ("web:portefeuille-recherche", "web:portefeuille-recherche-retirer"):
        for methode in (connecte.get, connecte.post):
            assert methode(reverse(nom, args=[autre.pk])).status_code == 404


# --- Replacements --------------------------------------------------------------------------------------------------


def test_an_absence_from_the_form_to_ma_journee_and_its_end(
    connecte: Client, agent: Agent, awa: Agent, structure: Structure
) -> None:
    le = aujourd_hui(structure)
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent, jeune_nom_naissance="Absence", referent_depuis=le)
    assert "Aucun remplacement" in connecte.get(reverse("web:remplacements")).content.decode()
    champs = {"remplace": agent.pk, "remplacant": awa.pk, "du": le.isoformat(), "au": le.isoformat()}
    refusee = envoyer(connecte, "web:remplacement-nouveau", **{**champs, "remplacant": agent.pk})
    assert refusee.status_code == 422
    assert "on ne se remplace pas" in refusee.content.decode()
    assert envoyer(connecte, "web:remplacement-nouveau", **champs).status_code == 302
    autre = Client()
    autre.force_login(awa)
    journee = html.unescape(autre.get(reverse("web:journee")).content.decode())
    assert f"Vous remplacez {agent}" in journee
    assert "Absence</bdi>" in journee
    assert "<bdi>Absence " in autre.get(reverse("web:portefeuille")).content.decode()
    assert "Awa Diallo vous remplace" in connecte.get(reverse("web:journee")).content.decode()
    assert f"Awa Diallo remplace {agent}" in connecte.get(reverse("web:dossier", args=[dossier])).content.decode()
    with perimetre(structure.pk):
        prevu = Remplacement.objects.get()
    tiers = Client()
    tiers.force_login(fabriques.agent(structure))
    arreter = reverse("web:remplacement-arreter", args=[prevu.pk])
    assert tiers.post(arreter).status_code == 403
    siens = {"referent": awa.pk}
    assert "<bdi>Absence " in autre.get(reverse("web:portefeuille"), siens).content.decode()
    connecte.post(arreter)
    assert "<bdi>Absence " not in autre.get(reverse("web:portefeuille"), siens).content.decode()


def test_another_structure_s_replacement_isn_t_there(
    agent: Agent, awa: Agent, structure: Structure, autre_structure: Structure
) -> None:
    le = aujourd_hui(structure)
    with perimetre(structure.pk):
        prevu = Remplacement.objects.create(
            structure=structure, remplace=agent, remplacant=awa, du=le, au=le + timedelta(days=3), par=agent
        )
    client = Client()
    client.force_login(fabriques.agent(autre_structure, Profil.DIRECTION))
    for methode in (client.get, client.post):
        assert methode(reverse("web:remplacement-arreter", args=[prevu.pk])).status_code == 404
    page = client.get(reverse("web:remplacement-nouveau")).content.decode()
    assert "Awa Diallo" not in page


def test_the_dossier_tells_its_referents(connecte: Client, awa: Agent, dossiers: list[Dossier]) -> None:
    confier(connecte, awa, dossiers[:1])
    page = connecte.get(reverse("web:dossier-referent", args=[dossiers[0]])).content.decode()
    assert "Référents successifs" in page
    assert "<strong>Awa Diallo</strong>" in page


def test_ma_journee_says_who_gives_no_news(connecte: Client, agent: Agent, structure: Structure) -> None:
    le = aujourd_hui(structure)
    with perimetre(structure.pk):
        for n in range(10):
            fabriques.dossier(structure, agent, premier_accueil=le - timedelta(days=31 + n))
    journee = connecte.get(reverse("web:journee")).content.decode()
    assert journee.count("jamais contacté") == 8
    suite = re.search(r'href="(/portefeuille/\?[^"]+)">Toutes les personnes', journee)
    assert suite is not None
    assert connecte.get(html.unescape(suite[1])).content.decode().count('<th scope="row">') == 10
