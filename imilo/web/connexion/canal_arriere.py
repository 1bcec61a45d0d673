"""ProConnect tells us, server to server, that a person signed out: their sessions here end."""

from __future__ import annotations

import logging

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from imilo.web.connexion import session
from imilo.web.connexion.proconnect import ErreurProConnect, ProConnectInjoignable, fournisseur
from imilo.web.models import JetonDeDeconnexion
from imilo.web.permissions import publique

journal = logging.getLogger(__name__)


def _reponse(statut: int, erreur: str = "") -> HttpResponseBase:
    reponse = JsonResponse({"error": erreur}, status=statut) if erreur else HttpResponse(status=statut)
    reponse["Cache-Control"] = "no-store"
    return reponse


@publique
@csrf_exempt
@require_POST
def deconnexion_par_proconnect(requete: HttpRequest) -> HttpResponseBase:
    """Obey a signed logout token once. Its signature is what authenticates the call."""
    try:
        emetteur = fournisseur(f"{requete.scheme}://{requete.get_host()}")
        claims = emetteur.verifier_logout_token(requete.POST.get("logout_token", ""))
    except ProConnectInjoignable:
        return _reponse(503, "temporarily_unavailable")
    except ErreurProConnect as erreur:
        journal.warning("ProConnect, back-channel logout: %s", erreur)
        return _reponse(400, "invalid_request")
    try:
        with transaction.atomic():
            JetonDeDeconnexion.objects.create(jti=str(claims["jti"])[:255])
            session.fermer_ailleurs(sub=str(claims.get("sub") or ""), sid=str(claims.get("sid") or ""))
    except IntegrityError:
        return _reponse(400, "invalid_request")
    return _reponse(200)
