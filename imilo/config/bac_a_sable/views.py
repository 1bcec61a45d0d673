"""Endpoints of the sandbox provider. Their refusals are as strict as the real one's."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
import secrets
import time
from typing import Any
from urllib.parse import unquote, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from imilo.acteurs.models import Agent
from imilo.config.bac_a_sable import coffre, jetons
from imilo.config.bac_a_sable.personas import DOMAINE, claims_de, personas, sub_de
from imilo.web.permissions import publique

PARAMETRES = {
    "authorize": {
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "claims",
        "acr_values", "prompt", "login_hint", "idp_hint",
    },
    "token": {"grant_type", "code", "redirect_uri", "client_id", "client_secret"},
    "session/end": {"id_token_hint", "state", "post_logout_redirect_uri"},
}  # fmt: skip
LONGUEUR_ALEA = 32


class Refus(Exception):
    """A refusal: `code` is ProConnect's (Y000400) or OAuth's, `detail` is for the developer."""

    def __init__(self, code: str, detail: str, statut: int = 400) -> None:
        super().__init__(detail)
        self.code, self.detail, self.statut = code, detail, statut


def _emetteur(requete: HttpRequest) -> str:
    return f"{requete.scheme}://{requete.get_host()}/bac-a-sable/api/v2"


def _refuser_l_inconnu(recus: QueryDict, point: str) -> None:
    inconnus = set(recus) - PARAMETRES[point]
    if inconnus:
        raise Refus("Y000400", f"unknown parameters: {', '.join(sorted(inconnus))}")
    doubles = [nom for nom in recus if len(recus.getlist(nom)) > 1]
    if doubles:
        raise Refus("Y000400", f"repeated parameters: {', '.join(doubles)}")


@publique
@require_GET
def decouverte(requete: HttpRequest) -> HttpResponseBase:
    """The discovery document; its addresses follow the host of the request."""
    emetteur = _emetteur(requete)
    return JsonResponse(
        {
            "issuer": emetteur,
            "authorization_endpoint": f"{emetteur}/authorize",
            "token_endpoint": f"{emetteur}/token",
            "userinfo_endpoint": f"{emetteur}/userinfo",
            "end_session_endpoint": f"{emetteur}/session/end",
            "jwks_uri": f"{emetteur}/jwks",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "scopes_supported": ["openid", "given_name", "usual_name", "email", "uid", "siret", "siren", "idp_id"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "userinfo_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "claims_parameter_supported": True,
            "backchannel_logout_supported": True,
            "backchannel_logout_session_supported": True,
        }
    )


@publique
@require_GET
def jwks(requete: HttpRequest) -> HttpResponseBase:
    return JsonResponse(jetons.cles_publiques())


@publique
@never_cache
@require_http_methods(["GET", "POST"])
def autoriser(requete: HttpRequest) -> HttpResponseBase:
    """Choose who to be; the answer goes back with a code that lives thirty seconds."""
    try:
        _verifier_la_demande(requete)
    except Refus as refus:
        return render(requete, "bac_a_sable/refus.html", {"refus": refus}, status=refus.statut)
    if requete.method == "GET":
        return render(requete, "bac_a_sable/personas.html", {"personas": personas()})
    if requete.POST.get("renoncer"):
        return _revenir(requete, error="access_denied")
    choisie = requete.POST.get("persona", "")
    cle = int(choisie) if re.fullmatch(r"[0-9]{1,18}", choisie) else 0
    agent = Agent.objects.filter(pk=cle, courriel__endswith=DOMAINE, is_active=True).first()
    if agent is None:
        return _revenir(requete, error="access_denied")
    return _revenir(requete, code=_accorder(requete, agent))


def _verifier_la_demande(requete: HttpRequest) -> None:
    demande = requete.GET
    _refuser_l_inconnu(demande, "authorize")
    if demande.get("client_id") != settings.PROCONNECT_CLIENT_ID:
        raise Refus("invalid_client", "client_id")
    if demande.get("redirect_uri") != requete.build_absolute_uri(reverse("web:connexion_retour")):
        raise Refus("invalid_redirect_uri", "redirect_uri isn't declared for this client")
    if demande.get("response_type") != "code":
        raise Refus("unsupported_response_type", "response_type must be code")
    if "openid" not in demande.get("scope", "").split():
        raise Refus("invalid_scope", "scope must contain openid")
    for nom in ("state", "nonce"):
        if len(demande.get(nom, "")) < LONGUEUR_ALEA:
            raise Refus("Y000400", f"{nom} must have {LONGUEUR_ALEA} characters at least")
    _claims_demandes(demande)


def _claims_demandes(demande: QueryDict) -> dict[str, Any]:
    try:
        claims = json.loads(demande.get("claims", "{}"))
        return dict(claims.get("id_token", {}))
    except (ValueError, AttributeError, TypeError) as erreur:
        raise Refus("Y000400", "claims isn't the JSON of a claims request") from erreur


def _accorder(requete: HttpRequest, agent: Agent) -> str:
    seul = requete.POST.get("facteur") == "pwd"
    return coffre.deposer(
        "code",
        {
            "agent": agent.pk,
            "sub": sub_de(agent),
            "sid": secrets.token_urlsafe(16),
            "nonce": requete.GET["nonce"],
            "redirect_uri": requete.GET["redirect_uri"],
            "portees": requete.GET["scope"].split(),
            "amr": ["pwd"] if seul else ["pwd", "totp", "mfa"],
            "amr_demande": "amr" in _claims_demandes(requete.GET),
        },
        duree=jetons.DUREE_CODE,
    )


def _revenir(requete: HttpRequest, **parametres: str) -> HttpResponseBase:
    reponse = {**parametres, "state": requete.GET["state"], "iss": _emetteur(requete)}
    return HttpResponseRedirect(f"{requete.GET['redirect_uri']}?{urlencode(reponse)}")


@publique
@csrf_exempt
@never_cache
@require_POST
def jeton(requete: HttpRequest) -> HttpResponseBase:
    """Exchange a code for tokens, once."""
    try:
        acces = _prendre_l_acces(requete)
    except Refus as refus:
        return JsonResponse({"error": refus.code, "error_description": refus.detail}, status=refus.statut)
    return JsonResponse(
        {
            "access_token": coffre.deposer("acces", acces, duree=jetons.DUREE_JETON),
            "token_type": "Bearer",
            "expires_in": jetons.DUREE_JETON,
            "scope": " ".join(acces["portees"]),
            "id_token": jetons.id_token(_emetteur(requete), settings.PROCONNECT_CLIENT_ID, acces),
        }
    )


def _prendre_l_acces(requete: HttpRequest) -> dict[str, Any]:
    _refuser_l_inconnu(requete.POST, "token")
    _authentifier_le_client(requete)
    if requete.POST.get("grant_type") != "authorization_code":
        raise Refus("unsupported_grant_type", "grant_type must be authorization_code")
    acces = coffre.prendre("code", requete.POST.get("code", ""))
    if acces is None or acces["redirect_uri"] != requete.POST.get("redirect_uri"):
        raise Refus("invalid_grant", "code unknown, used, older than 30 s, or of another redirect_uri")
    return acces


def _authentifier_le_client(requete: HttpRequest) -> None:
    """client_secret_post or client_secret_basic, not both."""
    client, secret = requete.POST.get("client_id", ""), requete.POST.get("client_secret", "")
    methode, _, valeur = requete.headers.get("Authorization", "").partition(" ")
    if methode.lower() == "basic":
        if secret:
            raise Refus("invalid_request", "two ways of authentication")
        try:
            client, _, secret = base64.b64decode(valeur).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as erreur:
            raise Refus("invalid_client", "Authorization can't be read", 401) from erreur
        client, secret = unquote(client), unquote(secret)
    attendu = settings.PROCONNECT_CLIENT_SECRET
    if client != settings.PROCONNECT_CLIENT_ID or not hmac.compare_digest(secret.encode(), attendu.encode()):
        raise Refus("invalid_client", "client_id or client_secret", 401)


@publique
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def userinfo(requete: HttpRequest) -> HttpResponseBase:
    """Who it is, as a signed JWT."""
    methode, _, cle = requete.headers.get("Authorization", "").partition(" ")
    acces = coffre.lire("acces", cle) if methode.lower() == "bearer" else None
    agent = Agent.objects.filter(pk=acces["agent"], is_active=True).first() if acces else None
    if acces is None or agent is None:
        reponse: HttpResponseBase = JsonResponse({"error": "invalid_token"}, status=401)
        reponse["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        return reponse
    maintenant = int(time.time())
    claims = {
        **claims_de(agent, acces["portees"]),
        "sub": acces["sub"],
        "iss": _emetteur(requete),
        "aud": settings.PROCONNECT_CLIENT_ID,
        "iat": maintenant,
        "exp": maintenant + jetons.DUREE_JETON,
    }
    return HttpResponse(jetons.signer(claims), content_type="application/jwt")


@publique
@require_GET
def fin_de_session(requete: HttpRequest) -> HttpResponseBase:
    """Sign out of the provider, and back to the site."""
    try:
        _verifier_la_sortie(requete)
    except Refus as refus:
        return render(requete, "bac_a_sable/refus.html", {"refus": refus}, status=refus.statut)
    suite = urlencode({"state": requete.GET["state"]})
    return HttpResponseRedirect(f"{requete.GET['post_logout_redirect_uri']}?{suite}")


def _verifier_la_sortie(requete: HttpRequest) -> None:
    _refuser_l_inconnu(requete.GET, "session/end")
    claims = jetons.verifier(requete.GET.get("id_token_hint", ""))
    if claims is None or claims.get("aud") != settings.PROCONNECT_CLIENT_ID:
        raise Refus("invalid_request", "id_token_hint isn't a token of ours")
    if requete.GET.get("post_logout_redirect_uri") != requete.build_absolute_uri(reverse("web:deconnexion_retour")):
        raise Refus("invalid_redirect_uri", "post_logout_redirect_uri isn't declared for this client")
    if len(requete.GET.get("state", "")) < LONGUEUR_ALEA:
        raise Refus("Y000400", f"state must have {LONGUEUR_ALEA} characters at least")
