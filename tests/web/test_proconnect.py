"""Our side of the protocol against providers that lie, fail, or sign otherwise than the sandbox."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import respx
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from imilo.web.connexion.proconnect import (
    ErreurProConnect,
    Fournisseur,
    ProConnectInjoignable,
    nouvelle_demande,
)

EMETTEUR = "https://auth.example.gouv.fr/api/v2"
CLIENT, SECRET = "imilo", "un-secret-de-plus-de-trente-deux-octets"
CLES: dict[str, Any] = {
    "RS256": RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig", "alg": "RS256"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "ec", "use": "sig", "alg": "ES256"}),
    "HS256": OctKey.import_key(SECRET),
}
DEMANDE = nouvelle_demande("")
RETOUR = "https://imilo.example/connexion/retour"


def signer(claims: dict[str, Any], alg: str = "RS256", cle: Any = None, **entete: Any) -> str:
    cle = cle or CLES[alg]
    return jwt.encode({"alg": alg, **({"kid": cle.kid} if cle.kid else {}), **entete}, claims, cle)


def identite(**claims: Any) -> dict[str, Any]:
    maintenant = int(time.time())
    valeurs = {
        "iss": EMETTEUR,
        "aud": CLIENT,
        "sub": "abc",
        "nonce": DEMANDE.nonce,
        "iat": maintenant,
        "exp": maintenant + 60,
        "amr": ["pwd", "mfa"],
        **claims,
    }
    return {nom: valeur for nom, valeur in valeurs.items() if valeur is not None}


def personne(**claims: Any) -> dict[str, Any]:
    return {
        "iss": EMETTEUR,
        "aud": CLIENT,
        "sub": "abc",
        "email": "lea@ml.example",
        "siret": "13002526500013",
        **claims,
    }


@pytest.fixture
def reseau() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=EMETTEUR, assert_all_called=False) as routeur:
        document = {
            "issuer": EMETTEUR,
            "authorization_endpoint": f"{EMETTEUR}/authorize",
            "token_endpoint": f"{EMETTEUR}/token",
            "userinfo_endpoint": f"{EMETTEUR}/userinfo",
            "end_session_endpoint": f"{EMETTEUR}/session/end",
            "jwks_uri": f"{EMETTEUR}/jwks",
        }
        routeur.get("/.well-known/openid-configuration", name="decouverte").respond(json=document)
        publiques = [CLES["RS256"].as_dict(private=False), CLES["ES256"].as_dict(private=False)]
        routeur.get("/jwks", name="jwks").respond(json={"keys": publiques})
        repond(routeur)
        yield routeur


def repond(routeur: respx.MockRouter, id_token: str = "", userinfo: str = "") -> None:
    routeur.post("/token", name="token").respond(
        json={"id_token": id_token or signer(identite()), "access_token": "jeton", "token_type": "Bearer"}
    )
    routeur.get("/userinfo", name="userinfo").respond(
        text=userinfo or signer(personne()), headers={"content-type": "application/jwt; charset=utf-8"}
    )


def fournisseur() -> Fournisseur:
    return Fournisseur(EMETTEUR, CLIENT, SECRET)


def echanger() -> Any:
    return fournisseur().repondre(DEMANDE, "le-code", RETOUR)


@pytest.mark.parametrize("alg", ["RS256", "ES256", "HS256"])
def test_the_three_signatures_of_the_contract_are_understood(reseau: respx.MockRouter, alg: str) -> None:
    repond(reseau, signer(identite(), alg), signer(personne(), alg))
    reponse = echanger()
    assert reponse.mfa
    assert reponse.claims["email"] == "lea@ml.example"


@pytest.mark.parametrize(("amr", "mfa"), [(["pwd"], False), (["pwd", "mail"], False), (["mfa"], True), (None, False)])
def test_a_second_factor_is_believed_when_it_is_said(reseau: respx.MockRouter, amr: Any, mfa: bool) -> None:
    repond(reseau, signer(identite(amr=amr)))
    assert echanger().mfa is mfa


def par_la_cle_publique(claims: dict[str, Any]) -> str:
    """A token signed (HS256) with what everybody knows: the text of the provider's public key."""

    def partie(octets: bytes) -> str:
        return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()

    debut = ".".join(partie(json.dumps(p).encode()) for p in ({"alg": "HS256", "kid": "rsa"}, claims))
    cle = CLES["RS256"].as_pem(private=False)
    return f"{debut}.{partie(hmac.digest(cle, debut.encode(), hashlib.sha256))}"


AUTRE_RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
MENSONGES: dict[str, str] = {
    "another issuer": signer(identite(iss="https://ailleurs.example")),
    "another client": signer(identite(aud="autre")),
    "several clients": signer(identite(aud=[CLIENT, "autre"])),
    "another nonce": signer(identite(nonce="x" * 43)),
    "no nonce": signer(identite(nonce=None)),
    "out of date": signer(identite(iat=1, exp=2)),
    "without an end": signer(identite(exp=None)),
    "without a subject": signer(identite(sub=None)),
    "another key": signer(identite(), cle=AUTRE_RSA),
    "signed with the public key": par_la_cle_publique(identite()),
    "unsigned": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhYmMifQ.",
    "not a token": "bonjour",
    "altered": signer(identite())[:-4] + "AAAA",
}


@pytest.mark.parametrize("mensonge", MENSONGES)
def test_an_id_token_that_lies_lets_nobody_in(reseau: respx.MockRouter, mensonge: str) -> None:
    repond(reseau, MENSONGES[mensonge])
    with pytest.raises(ErreurProConnect):
        echanger()


@pytest.mark.parametrize(
    "userinfo",
    [
        signer(personne(sub="autre")),
        signer(personne(aud="autre")),
        signer(personne(iss="https://ailleurs.example")),
        signer(personne(), cle=AUTRE_RSA),
        '{"sub": "abc"}',
    ],
)
def test_a_userinfo_that_lies_lets_nobody_in(reseau: respx.MockRouter, userinfo: str) -> None:
    repond(reseau, userinfo=userinfo)
    with pytest.raises(ErreurProConnect):
        echanger()


def test_a_userinfo_in_plain_json_is_refused(reseau: respx.MockRouter) -> None:
    reseau.get("/userinfo", name="userinfo").respond(json=personne())
    with pytest.raises(ErreurProConnect):
        echanger()


@pytest.mark.parametrize("route", ["decouverte", "jwks", "token", "userinfo"])
@pytest.mark.parametrize("panne", ["timeout", "500", "html", "list"])
def test_a_provider_that_fails_is_told_apart_from_one_that_lies(
    reseau: respx.MockRouter, route: str, panne: str
) -> None:
    if panne == "timeout":
        reseau[route].mock(side_effect=httpx.ConnectTimeout("late"))
    elif panne == "500":
        reseau[route].respond(503)
    elif panne == "html":
        reseau[route].respond(text="<html>maintenance</html>")
    else:
        reseau[route].respond(json=[])
    attendu = ProConnectInjoignable if panne in ("timeout", "500") else ErreurProConnect
    with pytest.raises(attendu):
        echanger()


def test_keys_are_kept_and_read_again_for_a_new_one(reseau: respx.MockRouter, monkeypatch: pytest.MonkeyPatch) -> None:
    ici = fournisseur()
    for _ in range(3):
        ici.repondre(DEMANDE, "code", RETOUR)
    assert reseau["jwks"].call_count == 1
    assert reseau["decouverte"].call_count == 1
    neuve = RSAKey.generate_key(2048, {"kid": "neuve", "use": "sig"})
    repond(reseau, signer(identite(), cle=neuve))
    with pytest.raises(ErreurProConnect):
        ici.repondre(DEMANDE, "code", RETOUR)
    assert reseau["jwks"].call_count == 1  # not more than once a minute, whatever is sent to us
    reseau["jwks"].respond(json={"keys": [neuve.as_dict(private=False), CLES["RS256"].as_dict(private=False)]})
    monkeypatch.setattr(ici, "_lues_le", time.monotonic() - 61)
    assert ici.repondre(DEMANDE, "code", RETOUR).mfa
    assert reseau["jwks"].call_count == 2


def test_the_client_is_authenticated_in_the_body(reseau: respx.MockRouter) -> None:
    echanger()
    corps = reseau["token"].calls.last.request.content.decode()
    assert f"client_secret={SECRET}" in corps
    assert "code_verifier" not in corps
