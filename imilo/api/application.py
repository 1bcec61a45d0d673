"""The API: the operator contract under its own error form, and the OpenAPI page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError

from imilo.api.operateurs import erreurs
from imilo.api.operateurs.routes import routeur

operateurs = NinjaAPI(
    title="I-MILO, contrat des opérateurs",
    version="1",
    description=(
        "Les appels que fait l'Application CEJ. Chaque famille d'appels a sa clé, dans l'en-tête "
        "`X-Gravitee-Api-Key`. Les erreurs sont `{code, message}`."
    ),
    urls_namespace="api-operateurs",
    docs_url="/docs",
)
operateurs.add_router("", routeur)


@operateurs.exception_handler(AuthenticationError)
def cle_refusee(request: HttpRequest, exc: AuthenticationError) -> HttpResponse:
    return erreurs.cle_refusee()


@operateurs.exception_handler(ValidationError)
def demande_incorrecte(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    return erreurs.erreur(400, "DEMANDE_INCORRECTE", "La demande n'a pas la forme attendue par le contrat.")


def probleme(statut: int, titre: str, detail: str = "") -> JsonResponse:
    """An error of every API but the operators': problem details (RFC 9457)."""
    corps = {"type": "about:blank", "title": titre, "status": statut, **({"detail": detail} if detail else {})}
    return JsonResponse(
        corps, status=statut, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )
