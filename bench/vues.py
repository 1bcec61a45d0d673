"""What `GET /sue/dossiers/{id}` is compared to: the same door that answers a constant, and an empty answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI

from imilo.acteurs.models import FamilleApi
from imilo.api.porte import PorteDuDossier
from imilo.web.permissions import publique

REPONSE: dict[str, Any] = {
    "idDossier": 1,
    "idJeune": "1",
    "numeroDE": "DEMO0000001",
    "nomNaissance": "Exemple",
    "nomUsage": "Exemple",
    "prenom": "Dominique",
    "dateNaissance": "2004-05-01",
    "mail": None,
    "structureRattachement": {"nomUsuel": "Exemple", "nomOfficiel": "Exemple", "codeStructure": "37990S00"},
    "accompagnementCEJ": {
        "accompagnementCEJ": False,
        "dateDebut": None,
        "dateFinPrevue": None,
        "dateFinReelle": None,
        "premierAccompagnement": None,
    },
    "situations": [],
}
constante = NinjaAPI(title="Référence", urls_namespace="api-bench", docs_url=None, openapi_url=None)


@constante.get("/dossiers/{idDossier}", auth=PorteDuDossier(FamilleApi.DOSSIER, genre="sue", lecture="NULL"))
def lire(request: HttpRequest, idDossier: str) -> HttpResponse:  # noqa: N803  # the contract's name
    """The same door (key, perimeter, line in the journal), in one statement too; no reading, a constant answer."""
    passage = request.auth  # type: ignore[attr-defined]  # set by PorteDuDossier
    return JsonResponse(REPONSE, status=200 if passage.verdict == "ouvert" else 404)


@publique
def vide(request: HttpRequest) -> JsonResponse:
    """Through the same middlewares, nothing done."""
    return JsonResponse({})
