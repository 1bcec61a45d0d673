"""ProConnect's protocol, our side: OpenID Connect, authorization code, signed userinfo.

No request here carries a parameter that the provider doesn't know: it refuses them (Y000400).
"""

from __future__ import annotations

import hmac
import json
import secrets
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

import httpx
from django.conf import settings
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

PORTEES = "openid given_name usual_name email uid siret idp_id"
# amr is essential: it says whether the provider asked for a second factor; acr is only wished for.
CLAIMS = {"id_token": {"amr": {"essential": True}, "acr": {"values": ["eidas2", "eidas3"]}}}
ALGORITHMES = ("RS256", "ES256")
TOLERANCE = 30  # seconds between two clocks
DELAI = httpx.Timeout(8.0, connect=4.0)
DUREE_DECOUVERTE = 3600
ENTRE_DEUX_RELECTURES = 60
EVENEMENT_DECONNEXION = "http://schemas.openid.net/event/backchannel-logout"


class ErreurProConnect(Exception):
    """The provider answered something that can't be trusted or understood. The message is for our log."""


class ProConnectInjoignable(ErreurProConnect):
    """The provider didn't answer, or not in time: trying again may do."""


@dataclass(frozen=True)
class Demande:
    """A sign-in under way, kept in the session until its answer: used once."""

    state: str
    nonce: str
    suite: str
    demandee_le: int


@dataclass(frozen=True)
class Reponse:
    """A verified answer. `claims` are the userinfo's; `mfa` whether a second factor was asked for."""

    claims: Mapping[str, Any]
    id_token: str
    sid: str
    mfa: bool


def nouvelle_demande(suite: str) -> Demande:
    return Demande(secrets.token_urlsafe(32), secrets.token_urlsafe(32), suite, int(time.time()))


class Fournisseur:
    """One provider, known by its issuer; what it publishes is kept for an hour."""

    def __init__(self, emetteur: str, client_id: str, client_secret: str) -> None:
        self.emetteur, self.client_id, self._secret = emetteur, client_id, client_secret
        self._verrou = threading.Lock()
        self._decouverte: dict[str, Any] = {}
        self._cles: KeySet | None = None
        self._lues_le = self._decouvert_le = 0.0

    # -- what it publishes --

    def decouverte(self) -> dict[str, Any]:
        with self._verrou:
            if not self._decouverte or time.monotonic() - self._decouvert_le > DUREE_DECOUVERTE:
                document = self._json(f"{self.emetteur}/.well-known/openid-configuration")
                if document.get("issuer") != self.emetteur:
                    raise ErreurProConnect("the issuer published isn't the one asked")
                self._decouverte, self._decouvert_le = document, time.monotonic()
                self._cles = None
            return self._decouverte

    def _trousseau(self, *, kid: str | None) -> KeySet:
        """The provider's public keys; read again, once a minute at most, when `kid` is new."""
        adresse = str(self.decouverte()["jwks_uri"])
        with self._verrou:
            connus = {cle.kid for cle in self._cles.keys} if self._cles else set()
            ancien = time.monotonic() - self._lues_le > ENTRE_DEUX_RELECTURES
            if self._cles is None or (kid is not None and kid not in connus and ancien):
                self._cles = KeySet.import_key_set(self._json(adresse))  # type: ignore[arg-type]  # checked by the import
                self._lues_le = time.monotonic()
            return self._cles

    def _json(self, adresse: str) -> dict[str, Any]:
        reponse = _appeler("GET", adresse)
        try:
            document = reponse.json()
        except ValueError as erreur:
            raise ErreurProConnect(f"not JSON: {adresse}") from erreur
        if not isinstance(document, dict):
            raise ErreurProConnect(f"not an object: {adresse}")
        return document

    # -- sign-in --

    def adresse_d_autorisation(self, demande: Demande, retour: str) -> str:
        parametres = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": retour,
            "scope": PORTEES,
            "state": demande.state,
            "nonce": demande.nonce,
            "claims": json.dumps(CLAIMS, separators=(",", ":")),
        }
        return f"{self.decouverte()['authorization_endpoint']}?{urlencode(parametres)}"

    def repondre(self, demande: Demande, code: str, retour: str) -> Reponse:
        """Exchange the code, verify the id_token and the userinfo. Raises `ErreurProConnect`."""
        jetons = self._jetons(code, retour)
        id_token, acces = jetons.get("id_token"), jetons.get("access_token")
        if not isinstance(id_token, str) or not isinstance(acces, str):
            raise ErreurProConnect("no id_token or no access_token")
        identite = self.verifier_id_token(id_token, nonce=demande.nonce)
        claims = self._userinfo(acces)
        if claims.get("sub") != identite["sub"]:
            raise ErreurProConnect("userinfo is about somebody else")
        amr = identite.get("amr")
        mfa = "mfa" in (amr if isinstance(amr, list) else [amr])
        return Reponse(claims, id_token, str(identite.get("sid") or ""), mfa)

    def _jetons(self, code: str, retour: str) -> dict[str, Any]:
        champs = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": retour,
            "client_id": self.client_id,
            "client_secret": self._secret,
        }
        adresse = str(self.decouverte()["token_endpoint"])
        reponse = _appeler("POST", adresse, data=champs)
        try:
            jetons = reponse.json()
        except ValueError as erreur:
            raise ErreurProConnect("the token endpoint answered no JSON") from erreur
        return jetons if isinstance(jetons, dict) else {}

    def verifier_id_token(self, id_token: str, *, nonce: str) -> dict[str, Any]:
        """Claims of an id_token whose signature, issuer, audience, dates and nonce are right."""
        claims = self._claims(id_token)
        self._exiger_ecrit_pour_nous(claims, essentiels=("sub", "exp", "iat"))
        if not hmac.compare_digest(str(claims.get("nonce", "")), nonce):
            raise ErreurProConnect("the nonce isn't ours")
        return claims

    def _userinfo(self, acces: str) -> dict[str, Any]:
        adresse = str(self.decouverte()["userinfo_endpoint"])
        entetes = {"Authorization": f"Bearer {acces}", "Accept": "application/jwt"}
        reponse = _appeler("GET", adresse, headers=entetes)
        if "application/jwt" not in reponse.headers.get("content-type", ""):
            raise ErreurProConnect("userinfo isn't signed")
        claims = self._claims(reponse.text.strip())
        self._exiger_ecrit_pour_nous(claims, essentiels=("sub",))
        return claims

    # -- sign-out --

    def adresse_de_sortie(self, id_token: str, state: str, retour: str) -> str:
        parametres = {"id_token_hint": id_token, "state": state, "post_logout_redirect_uri": retour}
        return f"{self.decouverte()['end_session_endpoint']}?{urlencode(parametres)}"

    def verifier_logout_token(self, jeton: str) -> dict[str, Any]:
        """Claims of a back-channel logout token (OpenID Connect Back-Channel Logout 1.0, 2.6)."""
        claims = self._claims(jeton)
        self._exiger_ecrit_pour_nous(claims, essentiels=("iat", "jti"))
        evenements = claims.get("events")
        if not isinstance(evenements, dict) or EVENEMENT_DECONNEXION not in evenements:
            raise ErreurProConnect("not a logout")
        if "nonce" in claims:
            raise ErreurProConnect("a logout token has no nonce")
        if not claims.get("sub") and not claims.get("sid"):
            raise ErreurProConnect("a logout of nobody")
        return claims

    # -- signatures --

    def _claims(self, jeton: str) -> dict[str, Any]:
        """Payload of a signed token: HS256 with our secret, RS256 and ES256 with the provider's keys."""
        try:
            entete = jws.extract_compact(jeton.encode()).headers()
            if entete.get("alg") == "HS256":
                resultat = jwt.decode(jeton, OctKey.import_key(self._secret), algorithms=["HS256"])
            else:
                cles = self._trousseau(kid=entete.get("kid"))
                resultat = jwt.decode(jeton, cles, algorithms=list(ALGORITHMES))
        except (JoseError, ValueError, KeyError, TypeError) as erreur:
            raise ErreurProConnect(f"signature refused: {type(erreur).__name__}") from erreur
        return dict(resultat.claims)

    def _exiger_ecrit_pour_nous(self, claims: dict[str, Any], *, essentiels: tuple[str, ...]) -> None:
        options: dict[str, Any] = {nom: {"essential": True} for nom in essentiels}
        options["iss"] = {"essential": True, "value": self.emetteur}
        options["aud"] = {"essential": True, "value": self.client_id}
        try:
            jwt.JWTClaimsRegistry(leeway=TOLERANCE, **options).validate(claims)
        except JoseError as erreur:
            raise ErreurProConnect(f"claims refused: {erreur}") from erreur
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != self.client_id:
            raise ErreurProConnect("written for several, and not to us")


@cache
def _confiance() -> ssl.SSLContext:
    """Whom we trust: read once, for it takes as long as a whole page."""
    return httpx.create_ssl_context()


def _appeler(methode: str, adresse: str, **options: Any) -> httpx.Response:
    try:
        reponse = httpx.request(methode, adresse, timeout=DELAI, verify=_confiance(), **options)
    except httpx.HTTPError as erreur:
        raise ProConnectInjoignable(type(erreur).__name__) from erreur
    if reponse.status_code >= 500:
        raise ProConnectInjoignable(f"HTTP {reponse.status_code}")
    if reponse.status_code != 200:
        raise ErreurProConnect(f"HTTP {reponse.status_code}")
    return reponse


_fournisseurs: dict[str, Fournisseur] = {}


def fournisseur(adresse_du_site: str) -> Fournisseur:
    """The provider of this installation; outside production, the sandbox of the site itself (`https://host`)."""
    if settings.PROCONNECT_DOMAINE:
        emetteur = f"https://{settings.PROCONNECT_DOMAINE}/api/v2"
    else:
        emetteur = f"{adresse_du_site}/bac-a-sable/api/v2"
    if emetteur not in _fournisseurs:
        _fournisseurs[emetteur] = Fournisseur(
            emetteur, settings.PROCONNECT_CLIENT_ID, settings.PROCONNECT_CLIENT_SECRET
        )
    return _fournisseurs[emetteur]
