"""Paths of the operator contract."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from imilo.acteurs.models import CleApi, FamilleApi
from imilo.api.cles import CleDeFamille
from imilo.api.operateurs import dossiers, erreurs
from imilo.api.operateurs.schemas import DossierOperateur, Erreur

routeur = Router(tags=["Opérateurs"])


@routeur.get(
    "/sue/dossiers/{idDossier}",
    auth=CleDeFamille(FamilleApi.DOSSIER),
    response={200: DossierOperateur, 400: Erreur, 401: Erreur, 403: Erreur, 404: Erreur},
    summary="Lire un dossier justifié",
)
def lire_dossier(request: HttpRequest, idDossier: str) -> HttpResponse:
    """400: numéro mal formé. 403: dossier non justifié. 404: inconnu, ou hors du périmètre de la clé."""
    cle: CleApi = request.auth  # type: ignore[attr-defined]  # set by CleDeFamille
    if not dossiers.NUMERO.match(idDossier) or int(idDossier) == 0:
        return erreurs.numero_incorrect()
    lu = dossiers.lire_dossier(cle, numero=int(idDossier))
    if lu is None:
        return erreurs.dossier_inconnu()
    if not lu.justifie:
        return erreurs.dossier_non_justifie()
    # Already in the contract's shape (tests hold it to the schema): no second validation on the hot path.
    return JsonResponse(lu.contenu, json_dumps_params={"ensure_ascii": False})
