"""The sandbox's tokens: signed (ES256) by a key that every process derives from the installation's secret."""

from __future__ import annotations

import hashlib
import secrets
import time
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

DUREE_CODE = 30
DUREE_JETON = 60
ORDRE = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the curve P-256
EVENEMENT_DECONNEXION = "http://schemas.openid.net/event/backchannel-logout"


@lru_cache(maxsize=2)
def _cle(graine: str) -> ECKey:
    empreinte = hashlib.sha512(b"imilo bac a sable" + graine.encode()).digest()
    privee = ec.derive_private_key(int.from_bytes(empreinte) % (ORDRE - 1) + 1, ec.SECP256R1())
    pem = privee.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return ECKey.import_key(pem, {"kid": hashlib.sha256(empreinte).hexdigest()[:16], "use": "sig", "alg": "ES256"})


def cle() -> ECKey:
    return _cle(settings.SECRET_KEY)


def cles_publiques() -> dict[str, Any]:
    """The JWKS document."""
    return {"keys": [cle().as_dict(private=False)]}


def signer(claims: dict[str, Any], **entete: str) -> str:
    return jwt.encode({"alg": "ES256", "kid": str(cle().kid), **entete}, claims, cle())


def verifier(jeton: str) -> dict[str, Any] | None:
    """Claims of a token of ours, even out of date (as an id_token_hint may be); `None` for any other."""
    try:
        return dict(jwt.decode(jeton, cle(), algorithms=["ES256"]).claims)
    except (JoseError, ValueError):
        return None


def id_token(emetteur: str, client_id: str, acces: dict[str, Any]) -> str:
    """The id_token of a granted access (what `coffre` kept of the authorization)."""
    maintenant = int(time.time())
    claims: dict[str, Any] = {
        "iss": emetteur,
        "aud": client_id,
        "sub": acces["sub"],
        "sid": acces["sid"],
        "nonce": acces["nonce"],
        "iat": maintenant,
        "exp": maintenant + DUREE_JETON,
        "auth_time": maintenant,
        "acr": "eidas1",
    }
    if acces["amr_demande"]:
        claims["amr"] = acces["amr"]
    return signer(claims)


def jeton_de_deconnexion(emetteur: str, client_id: str, **claims: Any) -> str:
    """A back-channel logout token for `sub=` or `sid=`; any claim can be replaced."""
    maintenant = int(time.time())
    defauts = {
        "iss": emetteur,
        "aud": client_id,
        "iat": maintenant,
        "exp": maintenant + 120,
        "jti": secrets.token_urlsafe(16),
        "events": {EVENEMENT_DECONNEXION: {}},
    }
    return signer({**defauts, **claims}, typ="logout+jwt")
