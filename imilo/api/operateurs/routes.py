"""Paths of the operator contract."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from imilo.acteurs.models import FamilleApi
from imilo.api.operateurs import erreurs
from imilo.api.operateurs.schemas import DossierOperateur, Erreur
from imilo.api.porte import Passage, PorteDuDossier

routeur = Router(tags=["Opérateurs"])


@routeur.get(
    "/sue/dossiers/{idDossier}",
    auth=PorteDuDossier(FamilleApi.DOSSIER, genre="sue", lecture="api_dossier_operateur(porte.dossier)"),
    response={200: DossierOperateur, 400: Erreur, 401: Erreur, 403: Erreur, 404: Erreur},
    summary="Lire un dossier justifié",
)
def lire_dossier(request: HttpRequest, idDossier: str) -> HttpResponse:
    """400: numéro mal formé. 403: dossier non justifié. 404: inconnu, ou hors du périmètre de la clé."""
    passage: Passage = request.auth  # type: ignore[attr-defined]  # set by PorteDuDossier
    if passage.contenu is not None:
        # Already in the contract's shape (tests hold it to the schema): no second validation on the hot path.
        return HttpResponse(passage.contenu, content_type="application/json")
    return erreurs.PAR_VERDICT.get(passage.verdict, erreurs.dossier_inconnu)()
