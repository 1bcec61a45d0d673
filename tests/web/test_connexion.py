"""Sign-in end to end, over real HTTP, through the sandbox provider."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pyotp
import pytest
from django.conf import settings
from django.db import connection

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.config.bac_a_sable import jetons, personas
from imilo.config.bac_a_sable import views as vues_du_bac_a_sable
from imilo.socle.perimetre import perimetre
from imilo.web.models import SessionOuverte
from tests import fabriques
from tests.web.navigateur import Navigateur, demander

pytestmark = pytest.mark.django_db(transaction=True)
SIRET = "13002526500013"


@pytest.fixture
def agent() -> Agent:
    return fabriques.agent(
        fabriques.structure(siret=SIRET), Profil.CONSEILLER, courriel="lea@demo.imilo.example", sub=None
    )


@pytest.fixture
def site(live_server: Any) -> str:
    return str(live_server.url).replace("localhost", "127.0.0.1")


def faits(genre: str) -> list[tuple[Any, ...]]:
    with perimetre(Structure.objects.get().pk), connection.cursor() as curseur:
        curseur.execute("SELECT agent_id, identifiants FROM journal_fait WHERE genre = %s ORDER BY 1", [genre])
        return list(curseur.fetchall())


def test_a_persona_signs_in_and_is_attached_at_the_first_time(site: str, agent: Agent) -> None:
    with Navigateur(site) as navigateur:
        page = navigateur.choisir_persona(agent, suite="/compte")
        assert page.url.path == "/compte"
        assert "Léa" in page.text or agent.nom in page.text
    agent.refresh_from_db()
    assert agent.sub
    assert agent.sub.startswith("bac-a-sable-")
    with Navigateur(site) as navigateur:
        assert navigateur.choisir_persona(agent, suite="/compte").url.path == "/compte"


def test_the_session_key_changes_at_sign_in(site: str, agent: Agent) -> None:
    with Navigateur(site) as navigateur:
        page = navigateur.aller("/connexion/proconnect")
        avant = navigateur.http.cookies["sessionid"]
        navigateur.envoyer(page, persona=str(agent.pk), facteur="mfa")
        assert navigateur.http.cookies["sessionid"] != avant
    assert not SessionOuverte.objects.filter(session_key=avant).exists()


def test_what_leaves_for_the_provider_is_what_the_contract_says(site: str, agent: Agent) -> None:
    depart = httpx.get(f"{site}/connexion/proconnect")
    assert depart.status_code == 302
    parametres = {nom: valeurs[0] for nom, valeurs in parse_qs(urlsplit(depart.headers["Location"]).query).items()}
    assert set(parametres) == {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "claims"}
    assert len(parametres["state"]) >= 32
    assert len(parametres["nonce"]) >= 32
    claims = json.loads(parametres["claims"])["id_token"]
    assert claims == {"amr": {"essential": True}, "acr": {"values": ["eidas2", "eidas3"]}}


def test_without_mfa_at_the_provider_ours_is_enrolled_then_asked(site: str, agent: Agent) -> None:
    with Navigateur(site) as navigateur:
        page = navigateur.choisir_persona(agent, facteur="pwd", suite="/compte")
        assert page.url.path == "/connexion/second-facteur/inscription"
        assert navigateur.aller("/compte").url.path == "/connexion"
        page = navigateur.aller("/connexion/second-facteur/inscription")
        secret = re.search(r'imilo-cle">([A-Z2-7 ]+)<', page.text)
        assert secret
        assert "data:image/svg+xml" in page.text
        totp = pyotp.TOTP(secret[1].replace(" ", ""))
        faux = navigateur.envoyer(page, code="000000")
        assert faux.status_code == 422
        code = totp.now()
        assert navigateur.envoyer(faux, code=code).url.path == "/compte"
    agent.refresh_from_db()
    assert agent.totp_secret == totp.secret
    with Navigateur(site) as navigateur:
        page = navigateur.choisir_persona(agent, facteur="pwd", suite="/compte")
        assert page.url.path == "/connexion/second-facteur"
        rejoue = navigateur.envoyer(page, code=code)
        assert rejoue.status_code == 422
        assert "déjà servi" in demander(rejoue)
        Agent.objects.filter(pk=agent.pk).update(totp_dernier_pas=0)
        assert navigateur.envoyer(rejoue, code=totp.now()).url.path == "/compte"
    assert [json.loads(f[1])["facteur"] for f in faits("session.ouverte")] == ["totp", "totp"]


def test_the_state_serves_once_and_only_in_its_browser(site: str, agent: Agent) -> None:
    with Navigateur(site) as navigateur, Navigateur(site) as autre:
        page = navigateur.aller("/connexion/proconnect")
        navigateur.http.follow_redirects = False
        retour = navigateur.envoyer(page, persona=str(agent.pk), facteur="mfa").headers["Location"]
        assert "n'a pas abouti" in demander(autre.aller(retour))
        assert navigateur.aller(retour).status_code == 302
        assert navigateur.aller(retour).status_code == 400


def test_a_code_serves_once(site: str, agent: Agent) -> None:
    with Navigateur(site) as navigateur:
        page = navigateur.aller("/connexion/proconnect")
        navigateur.http.follow_redirects = False
        retour = navigateur.envoyer(page, persona=str(agent.pk), facteur="mfa").headers["Location"]
    champs = {
        "grant_type": "authorization_code",
        "code": parse_qs(urlsplit(retour).query)["code"][0],
        "redirect_uri": f"{site}/connexion/retour",
    }
    qui = (settings.PROCONNECT_CLIENT_ID, settings.PROCONNECT_CLIENT_SECRET)
    premier = httpx.post(f"{site}/bac-a-sable/api/v2/token", data=champs, auth=qui)
    assert premier.status_code == 200
    assert premier.json()["expires_in"] == 60
    assert httpx.post(f"{site}/bac-a-sable/api/v2/token", data=champs, auth=qui).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("claims", "mots"),
    [
        ({"sub": "neuf", "siret": "99999999900000"}, "sous un autre employeur"),
        ({"sub": "neuf", "siret": ""}, "sous un autre employeur"),
        ({"sub": "neuf", "email": "inconnue@ailleurs.example"}, "Aucun compte n'a été ouvert"),
    ],
)
def test_who_is_not_recognised_is_told_whom_to_ask(
    site: str, agent: Agent, monkeypatch: pytest.MonkeyPatch, claims: dict[str, str], mots: str
) -> None:
    monkeypatch.setattr(personas, "sub_de", lambda _: claims["sub"])
    monkeypatch.setattr(vues_du_bac_a_sable, "sub_de", lambda _: claims["sub"])
    monkeypatch.setattr(vues_du_bac_a_sable, "claims_de", lambda a, p: {**personas.claims_de(a, p), **claims})
    with Navigateur(site) as navigateur:
        page = navigateur.choisir_persona(agent)
        assert page.status_code == 403
        assert mots in demander(page)
        assert "responsable de gestion de comptes" in demander(page)
        assert navigateur.aller("/compte").url.path == "/connexion"
    agent.refresh_from_db()
    assert agent.sub is None


@pytest.mark.parametrize(("changement", "raison"), [({"is_active": False}, "inactif")])
def test_an_agent_made_inactive_is_refused(site: str, agent: Agent, changement: dict[str, Any], raison: str) -> None:
    with Navigateur(site) as navigateur:
        page = navigateur.aller("/connexion/proconnect")
        Agent.objects.filter(pk=agent.pk).update(**changement)
        reponse = navigateur.envoyer(page, persona=str(agent.pk), facteur="mfa")
        assert reponse.status_code == 400  # the sandbox no longer proposes them
        assert "n'a pas abouti" in demander(reponse)


def test_sign_out_closes_here_and_at_the_provider(site: str, agent: Agent) -> None:
    with Navigateur(site) as navigateur:
        page = navigateur.choisir_persona(agent, suite="/compte")
        cle = navigateur.http.cookies["sessionid"]
        sortie = navigateur.envoyer(page, "/deconnexion")
        assert not SessionOuverte.objects.filter(session_key=cle).exists()
        adresse = re.search(r'url=([^"]+)"', sortie.text)
        assert adresse
        finale = navigateur.aller(adresse[1].replace("&amp;", "&"))
        assert finale.url.path == "/connexion"
        assert "Vous êtes déconnecté" in demander(finale)
        assert navigateur.aller("/compte").url.path == "/connexion"
    assert len(faits("session.fermee")) == 1


def test_a_sign_out_told_by_the_provider_ends_the_sessions(site: str, agent: Agent) -> None:
    emetteur = f"{site}/bac-a-sable/api/v2"
    with Navigateur(site) as navigateur, Navigateur(site) as second:
        navigateur.choisir_persona(agent, suite="/compte")
        second.choisir_persona(agent, suite="/compte")
        agent.refresh_from_db()
        sid = SessionOuverte.objects.get(session_key=navigateur.http.cookies["sessionid"]).sid
        jeton = jetons.jeton_de_deconnexion(emetteur, settings.PROCONNECT_CLIENT_ID, sid=sid)
        adresse = f"{site}/deconnexion/proconnect"
        assert httpx.post(adresse, data={"logout_token": jeton}).status_code == 200
        assert navigateur.aller("/compte").url.path == "/connexion"
        assert second.aller("/compte").url.path == "/compte"
        assert httpx.post(adresse, data={"logout_token": jeton}).status_code == 400
        jeton = jetons.jeton_de_deconnexion(emetteur, settings.PROCONNECT_CLIENT_ID, sub=agent.sub)
        assert httpx.post(adresse, data={"logout_token": jeton}).status_code == 200
        assert second.aller("/compte").url.path == "/connexion"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://ailleurs.example"},
        {"aud": "un-autre-client"},
        {"events": {}},
        {"nonce": "x" * 32},
        {"iat": 1, "exp": 2},
        {"sub": ""},
    ],
)
def test_a_logout_that_is_not_one_ends_nothing(site: str, agent: Agent, claims: dict[str, Any]) -> None:
    with Navigateur(site) as navigateur:
        navigateur.choisir_persona(agent, suite="/compte")
        agent.refresh_from_db()
        jeton = jetons.jeton_de_deconnexion(
            f"{site}/bac-a-sable/api/v2", settings.PROCONNECT_CLIENT_ID, **{"sub": agent.sub, **claims}
        )
        assert httpx.post(f"{site}/deconnexion/proconnect", data={"logout_token": jeton}).status_code == 400
        assert navigateur.aller("/compte").url.path == "/compte"


@pytest.mark.parametrize("suite", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)"])
def test_the_page_to_come_back_to_is_ours(site: str, agent: Agent, suite: str) -> None:
    with Navigateur(site) as navigateur:
        page = navigateur.choisir_persona(agent, suite=urlencode({"": suite})[1:])
        assert str(page.url).startswith(site)
