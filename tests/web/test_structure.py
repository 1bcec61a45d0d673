"""The structure's room: who has access, who gives it, who signs."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from imilo.acteurs.models import Affectation, Agent, Delegation, Portee, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import pouvoir_de_signer
from imilo.socle.mots import la_mission_locale
from tests import fabriques

pytestmark = pytest.mark.django_db
DEMAIN = date.today() + timedelta(days=2)


@pytest.fixture
def chez() -> Structure:
    return fabriques.structure(siret="13002526500013")


def connecte(qui: Agent) -> Client:
    client = Client()
    client.force_login(qui)
    return client


def texte(reponse: Any) -> str:
    return re.sub(r"\s+", " ", reponse.content.decode().replace("&#x27;", "'"))


def acces(**champs: str) -> dict[str, str]:
    return {
        "courriel": "Nouvelle.Venue@ml.example",
        "prenom": "Zoé",
        "nom": "O'Neill",
        "profil": "conseiller",
        "du": date.today().isoformat(),
        **champs,
    }


def test_the_rgc_opens_an_access_and_ends_it(chez: Structure) -> None:
    client = connecte(fabriques.agent(chez, Profil.RGC))
    reponse = client.post("/structure/acces/nouveau", acces(), follow=True)
    assert "L'accès de Zoé O'Neill est ouvert." in texte(reponse)
    nouvelle = Agent.objects.get(courriel="nouvelle.venue@ml.example")
    assert nouvelle.siret == chez.siret
    affectation = nouvelle.affectations.get()
    assert (affectation.profil, affectation.principale) == ("conseiller", True)
    client.post(f"/structure/acces/{affectation.pk}/fin", {"au": date.today().isoformat()})
    affectation.refresh_from_db()
    assert affectation.au == date.today()


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"courriel": "pas un courriel"}, "Écrivez un courriel complet"),
        ({"nom": ""}, "Remplissez ce champ."),
        ({"nom": "x" * 5000}, "100"),
        ({"profil": "sorcier"}, "Choisissez une valeur de la liste."),
        ({"du": "31/02/2026"}, "Cette date n'existe pas"),
        ({"au": "2000-01-01"}, "précède son début"),
        ({"representant_legal": "on"}, "profil Direction"),
    ],
)
def test_a_wrong_entry_is_said_at_its_field_and_kept(chez: Structure, champs: dict[str, str], message: str) -> None:
    client = connecte(fabriques.agent(chez, Profil.RGC))
    reponse = client.post("/structure/acces/nouveau", acces(**champs))
    assert reponse.status_code == 422
    assert message in texte(reponse)
    assert 'value="Zoé"' in texte(reponse)
    assert not Agent.objects.filter(nom="O'Neill").exists()


def test_the_same_form_sent_twice_makes_one_access(chez: Structure) -> None:
    client = connecte(fabriques.agent(chez, Profil.RGC))
    page = client.get("/structure/acces/nouveau")
    jeton = re.search(r'name="jeton_unique" value="([^"]+)"', page.content.decode())
    assert jeton
    premiere = client.post("/structure/acces/nouveau", acces(jeton_unique=jeton[1]))
    seconde = client.post("/structure/acces/nouveau", acces(jeton_unique=jeton[1]))
    assert premiere["Location"] == seconde["Location"] == "/structure"
    assert Affectation.objects.filter(agent__nom="O'Neill").count() == 1
    assert "qu'une fois" in texte(client.get("/structure"))


def test_a_token_of_a_refused_form_serves_again(chez: Structure) -> None:
    client = connecte(fabriques.agent(chez, Profil.RGC))
    jeton = "7b0f7d5e-0d5a-4e2f-9d4e-0b6c1f0f8a11"
    assert client.post("/structure/acces/nouveau", acces(nom="", jeton_unique=jeton)).status_code == 422
    assert client.post("/structure/acces/nouveau", acces(jeton_unique=jeton)).status_code == 302


def test_nobody_changes_their_own_access(chez: Structure) -> None:
    rgc = fabriques.agent(chez, Profil.RGC)
    client = connecte(rgc)
    mien = rgc.affectations.get()
    reponse = client.post(f"/structure/acces/{mien.pk}/fin", {"au": date.today().isoformat()})
    assert reponse.status_code == 422
    assert "ses propres habilitations" in texte(reponse)
    reponse = client.post("/structure/acces/nouveau", acces(courriel=rgc.courriel, nom=rgc.nom, profil="direction"))
    assert "ses propres habilitations" in texte(reponse)


def test_another_structure_is_out_of_reach(chez: Structure) -> None:
    ailleurs = fabriques.agent(fabriques.structure(), Profil.CONSEILLER)
    client = connecte(fabriques.agent(chez, Profil.RGC))
    autre = ailleurs.affectations.get().pk
    assert client.get(f"/structure/acces/{autre}/fin").status_code == 404
    assert client.post(f"/structure/acces/{autre}/second-facteur").status_code == 404
    assert ailleurs.nom not in texte(client.get("/structure"))


@pytest.mark.parametrize("profil", [p for p in Profil if p is not Profil.RGC])
def test_only_the_rgc_gives_access(chez: Structure, profil: Profil) -> None:
    client = connecte(fabriques.agent(chez, profil))
    assert client.get("/structure/acces/nouveau").status_code == 403
    assert client.post("/structure/acces/nouveau", acces()).status_code == 403
    assert not Agent.objects.filter(nom="O'Neill").exists()


def deleguer(client: Client, **champs: str) -> HttpResponse:
    corps = {"portee": "contrats", "a_profil": "conseiller", "du": date.today().isoformat(), **champs}
    reponse = client.post("/structure/delegations/nouvelle", corps)
    assert isinstance(reponse, HttpResponse)
    return reponse


def test_the_legal_representative_delegates_and_takes_back(chez: Structure) -> None:
    directrice = fabriques.agent(chez, Profil.DIRECTION, representant_legal=True)
    conseiller = fabriques.agent(chez)
    client = connecte(directrice)
    assert deleguer(client).status_code == 302
    aujourd_hui = date.today()
    pouvoir = pouvoir_de_signer(agent=conseiller, structure=chez, portee=Portee.CONTRATS, le=aujourd_hui)
    assert pouvoir
    assert "par délégation de signature" in pouvoir.mention
    assert str(directrice) in pouvoir.mention
    assert not pouvoir_de_signer(agent=conseiller, structure=chez, portee=Portee.ALLOCATIONS, le=aujourd_hui)
    delegation = Delegation.objects.get()
    assert client.post(f"/structure/delegations/{delegation.pk}/fin").status_code == 302
    demain = aujourd_hui + timedelta(days=1)
    assert not pouvoir_de_signer(agent=conseiller, structure=chez, portee=Portee.CONTRATS, le=demain)


@pytest.mark.parametrize(
    "champs",
    [{"du": "2020-01-01"}, {"a_profil": ""}, {"portee": "tout"}, {"a_profil": "accueil"}, {"au": "2020-01-01"}],
)
def test_a_wrong_delegation_is_refused(chez: Structure, champs: dict[str, str]) -> None:
    client = connecte(fabriques.agent(chez, Profil.DIRECTION, representant_legal=True))
    assert deleguer(client, **champs).status_code == 422
    assert not Delegation.objects.exists()


def test_a_direction_that_is_not_the_legal_representative_delegates_nothing(chez: Structure) -> None:
    client = connecte(fabriques.agent(chez, Profil.DIRECTION))
    assert deleguer(client).status_code == 403
    assert "Déléguer ma signature" not in texte(client.get("/structure"))


def test_one_works_where_one_is_assigned(chez: Structure) -> None:
    agent = fabriques.agent(chez)
    seconde = fabriques.affectation(agent, fabriques.structure(), Profil.ACCUEIL, principale=False)
    autrui = fabriques.agent(fabriques.structure()).affectations.get()
    client = connecte(agent)
    assert chez.nom in texte(client.get("/compte"))
    assert client.post("/compte/structure", {"affectation": autrui.pk}).status_code == 404
    assert client.post("/compte/structure", {"affectation": "x"}).status_code == 404
    reponse = client.post("/compte/structure", {"affectation": seconde.pk}, follow=True)
    assert f"Vous travaillez maintenant à {la_mission_locale(seconde.structure.nom)}." in texte(reponse)


def test_un_rgc_ne_touche_pas_au_second_facteur_d_une_autre_structure(
    structure: Structure, autre_structure: Structure
) -> None:
    """An agent of elsewhere, given an access here, keeps the second factor that their main structure answers for."""
    rgc = fabriques.agent(structure, Profil.RGC)
    vise = fabriques.agent(autre_structure, Profil.DIRECTION, totp_secret="JBSWY3DPEHPK3PXP")
    ici = fabriques.affectation(vise, structure, Profil.SUPPORT, principale=False)
    connecte(rgc).post(f"/structure/acces/{ici.pk}/second-facteur")
    vise.refresh_from_db()
    assert vise.totp_secret


def test_un_rgc_ne_nomme_pas_seul_un_second_representant_ni_dans_le_passe(
    structure: Structure, directrice: Agent
) -> None:
    rgc, vise = fabriques.agent(structure, Profil.RGC), fabriques.agent()
    saisie = {
        "courriel": vise.courriel,
        "nom": vise.nom,
        "prenom": vise.prenom,
        "profil": "direction",
        "representant_legal": "on",
    }
    for du in ("2020-01-01", date.today().isoformat()):
        reponse = connecte(rgc).post("/structure/acces/nouveau", {**saisie, "du": du})
        assert reponse.status_code == 422
    assert not vise.affectations.exists()
