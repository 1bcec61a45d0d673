"""The sandbox provider: as strict as the real one, and impossible in production."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet

from imilo.acteurs.models import Agent
from imilo.acteurs.profils import Profil
from imilo.config.bac_a_sable import coffre
from imilo.web.models import SessionOuverte
from tests import fabriques

PRODUCTION = {
    "IMILO_ENV": "production",
    "IMILO_SECRET_KEY": "x" * 60,
    "IMILO_CLES_CHIFFREMENT": "1:" + "A" * 43 + "=",
    "IMILO_CLE_EMPREINTE": "A" * 43 + "=",
    "IMILO_CLE_SCEAU": "A" * 43 + "=",
    "IMILO_HOTES": "imilo.example",
    "PROCONNECT_DOMAIN": "auth.example.gouv.fr",
    "PROCONNECT_CLIENT_SECRET": "y" * 40,
    "DJANGO_SETTINGS_MODULE": "imilo.config.settings",
}
BASE = "/bac-a-sable/api/v2"
RETOUR = "http://testserver/connexion/retour"


def _demarrer(tmp_path: Path, code: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run `code` in a process of its own, with the settings of production."""
    propre = {k: v for k, v in os.environ.items() if not k.startswith(("IMILO_", "DATABASE_", "PROCONNECT_"))}
    propre |= {**PRODUCTION, "IMILO_HOME": str(tmp_path), **env}
    return subprocess.run([sys.executable, "-c", code], env=propre, capture_output=True, text=True, check=False)


def test_production_refuses_to_start_with_the_sandbox(tmp_path: Path) -> None:
    resultat = _demarrer(tmp_path, "import django; django.setup()", IMILO_BAC_A_SABLE="1")
    assert resultat.returncode != 0
    assert "ne peut pas être allumé en production" in resultat.stderr


def test_production_has_no_route_of_the_sandbox_and_speaks_to_proconnect_only(tmp_path: Path) -> None:
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        "from django.urls import resolve, Resolver404\n"
        "from imilo.web.connexion.proconnect import fournisseur\n"
        "for chemin in ('authorize', 'token', 'userinfo', 'session/end', 'jwks', '.well-known/openid-configuration'):\n"
        "    try:\n"
        "        resolve('/bac-a-sable/api/v2/' + chemin); raise SystemExit('open: ' + chemin)\n"
        "    except Resolver404: pass\n"
        "import sys\n"
        "assert not [m for m in sys.modules if m.startswith('imilo.config.bac_a_sable')]\n"
        "print(settings.BAC_A_SABLE, fournisseur('https://imilo.example').emetteur)\n"
    )
    resultat = _demarrer(tmp_path, code)
    assert resultat.returncode == 0, resultat.stderr
    assert resultat.stdout.split() == ["False", "https://auth.example.gouv.fr/api/v2"]


@pytest.mark.parametrize(
    "manque", ["PROCONNECT_DOMAIN", "PROCONNECT_CLIENT_SECRET", "IMILO_SECRET_KEY", "IMILO_CLE_SCEAU"]
)
def test_production_wants_its_own_secrets(tmp_path: Path, manque: str) -> None:
    resultat = _demarrer(tmp_path, "import django; django.setup()", **{manque: ""})
    assert resultat.returncode != 0
    assert "En production" in resultat.stderr


# -- The protocol --


def demande(**champs: str | None) -> dict[str, str]:
    valeurs = {
        "response_type": "code",
        "client_id": settings.PROCONNECT_CLIENT_ID,
        "redirect_uri": RETOUR,
        "scope": "openid given_name usual_name email uid siret",
        "state": "s" * 32,
        "nonce": "n" * 32,
        "claims": json.dumps({"id_token": {"amr": {"essential": True}}}),
        **champs,
    }
    return {nom: valeur for nom, valeur in valeurs.items() if valeur is not None}


@pytest.fixture
def persona(db: None) -> Agent:
    chez = fabriques.structure(siret="13002526500013")
    return fabriques.agent(chez, Profil.CONSEILLER, courriel="lea@demo.imilo.example", prenom="Léa", sub=None)


def _code(persona: Agent, facteur: str = "mfa", **champs: str | None) -> str:
    client = Client()
    adresse = f"{BASE}/authorize"
    requete = demande(**champs)
    reponse = client.post(
        adresse,
        {"persona": str(persona.pk), "facteur": facteur},
        query_params=requete,
    )
    retour = urlsplit(reponse["Location"])
    valeurs = {nom: v[0] for nom, v in parse_qs(retour.query).items()}
    assert valeurs["state"] == "s" * 32
    return valeurs["code"]


def _jetons(code: str, /, **champs: str) -> Any:
    corps = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": RETOUR,
        "client_id": settings.PROCONNECT_CLIENT_ID,
        "client_secret": settings.PROCONNECT_CLIENT_SECRET,
        **champs,
    }
    return Client().post(f"{BASE}/token", corps)


def _claims(jeton: str) -> dict[str, Any]:
    cles = KeySet.import_key_set(Client().get(f"{BASE}/jwks").json())
    return dict(jwt.decode(jeton, cles, algorithms=["ES256"]).claims)


def test_the_keys_are_published_without_their_secret(persona: Agent) -> None:
    cle = Client().get(f"{BASE}/jwks").json()["keys"][0]
    assert "d" not in cle
    assert cle["kty"] == "EC"


def test_from_a_code_to_a_signed_userinfo(persona: Agent) -> None:
    jetons = _jetons(_code(persona)).json()
    claims = _claims(jetons["id_token"])
    assert claims["nonce"] == "n" * 32
    assert claims["amr"] == ["pwd", "totp", "mfa"]
    assert claims["exp"] - claims["iat"] == 60
    reponse = Client().get(f"{BASE}/userinfo", headers={"Authorization": f"Bearer {jetons['access_token']}"})
    assert reponse["Content-Type"] == "application/jwt"
    dits = _claims(reponse.content.decode())
    assert dits["sub"] == claims["sub"]
    assert (dits["given_name"], dits["email"], dits["siret"]) == ("Léa", persona.courriel, "13002526500013")


def test_amr_is_said_when_it_is_asked_for(persona: Agent) -> None:
    assert "amr" not in _claims(_jetons(_code(persona, claims=None)).json()["id_token"])
    assert _claims(_jetons(_code(persona, "pwd")).json()["id_token"])["amr"] == ["pwd"]


def test_a_persona_is_an_agent_of_the_demonstration_only(persona: Agent) -> None:
    vrai = fabriques.agent(fabriques.structure(), courriel="directrice@mission-locale.fr")
    page = Client().get(f"{BASE}/authorize", demande()).content.decode()
    assert str(persona) in page
    assert str(vrai) not in page
    reponse = Client().post(
        f"{BASE}/authorize",
        {"persona": str(vrai.pk), "facteur": "mfa"},
        query_params=demande(),
    )
    assert "error=access_denied" in reponse["Location"]


@pytest.mark.parametrize(
    ("champs", "code"),
    [
        ({"code_challenge": "x"}, "Y000400"),
        ({"state": "court"}, "Y000400"),
        ({"nonce": None}, "Y000400"),
        ({"claims": "{"}, "Y000400"),
        ({"claims": "[]"}, "Y000400"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"client_id": "autre"}, "invalid_client"),
        ({"redirect_uri": "https://ailleurs.example/connexion/retour"}, "invalid_redirect_uri"),
        ({"scope": "email"}, "invalid_scope"),
    ],
)
def test_a_wrong_request_is_refused(db: None, champs: dict[str, str | None], code: str) -> None:
    reponse = Client().get(f"{BASE}/authorize", demande(**champs))
    assert reponse.status_code == 400
    assert code in reponse.content.decode()


@pytest.mark.parametrize(
    ("champs", "erreur"),
    [
        ({"code": "inconnu"}, "invalid_grant"),
        ({"redirect_uri": "http://testserver/autre"}, "invalid_grant"),
        ({"client_secret": "faux"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"code_verifier": "x"}, "Y000400"),
    ],
)
def test_a_wrong_exchange_is_refused(persona: Agent, champs: dict[str, str], erreur: str) -> None:
    assert _jetons(_code(persona), **champs).json()["error"] == erreur


def test_codes_and_tokens_end(persona: Agent) -> None:
    code = _code(persona)
    SessionOuverte.objects.filter(session_key=code).update(expire_date="2020-01-01T00:00Z")
    assert _jetons(code).json()["error"] == "invalid_grant"
    acces = _jetons(_code(persona)).json()["access_token"]
    SessionOuverte.objects.filter(session_key=acces).update(expire_date="2020-01-01T00:00Z")
    assert Client().get(f"{BASE}/userinfo", headers={"Authorization": f"Bearer {acces}"}).status_code == 401


def test_a_code_is_no_token_and_a_token_is_no_session(persona: Agent) -> None:
    code = _code(persona)
    assert Client().get(f"{BASE}/userinfo", headers={"Authorization": f"Bearer {code}"}).status_code == 401
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = coffre.deposer("acces", {"agent": persona.pk}, duree=60)
    assert client.get("/compte").status_code == 302


@pytest.mark.parametrize(
    ("champs", "statut"),
    [
        ({}, 302),
        ({"state": "court"}, 400),
        ({"id_token_hint": "faux"}, 400),
        ({"post_logout_redirect_uri": "https://ailleurs.example"}, 400),
        ({"logout_hint": "x"}, 400),
    ],
)
def test_the_end_of_the_session(persona: Agent, champs: dict[str, str], statut: int) -> None:
    jeton = _jetons(_code(persona)).json()["id_token"]
    requete = {
        "id_token_hint": jeton,
        "state": "s" * 32,
        "post_logout_redirect_uri": "http://testserver/deconnexion/retour",
        **champs,
    }
    assert Client().get(f"{BASE}/session/end", requete).status_code == statut
