"""What `GET /sue/dossiers/{id}` is compared to: the same door that answers a constant, and an empty answer."""

from __future__ import annotations

import os
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI

from imilo.acteurs.models import FamilleApi
from imilo.api.cles import CleDeFamille
from imilo.journal.services import consulter
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from imilo.web.permissions import publique

# A dossier of the database, told by who starts the server: "identifier,structure".
DOSSIER, STRUCTURE = (int(n) for n in os.environ.get("IMILO_BENCH_CONSTANTE", "0,0").split(","))
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


@constante.get("/dossiers/{idDossier}", auth=CleDeFamille(FamilleApi.DOSSIER))
def lire(request: HttpRequest, idDossier: str) -> HttpResponse:  # noqa: N803  # the contract's name
    """The same key check, the same perimeter, the same line in the journal; no reading, a constant answer."""
    cle = request.auth  # type: ignore[attr-defined]  # set by CleDeFamille
    with perimetre(STRUCTURE):
        consulter(None, Dossier(pk=DOSSIER, structure_id=STRUCTURE), "sue", acteur=f"cle_api:{cle.pk}")
    return JsonResponse(REPONSE)


@publique
def vide(request: HttpRequest) -> JsonResponse:
    """Through the same middlewares, nothing done."""
    return JsonResponse({})
