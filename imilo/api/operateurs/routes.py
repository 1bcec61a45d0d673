"""Paths of the operator contract."""

from __future__ import annotations

import json
from datetime import date

from django.http import HttpRequest, HttpResponse
from ninja import Router

from imilo.acteurs.models import CleApi, FamilleApi
from imilo.api.operateurs import erreurs
from imilo.api.operateurs.schemas import DossierOperateur, Erreur, SituationEnvoyee
from imilo.api.porte import Passage, PorteDuDossier
from imilo.parcours.activites.services import SituationRecue, recevoir_situation
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import perimetre

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


OU_ECRIRE = "json_build_object('dossier', porte.dossier, 'structure', current_setting('imilo.structure', true))"


@routeur.post(
    "/sue/dossiers/{idDossier}/situation",
    auth=PorteDuDossier(FamilleApi.QUALIFICATION_ACTION, genre="snp", lecture=OU_ECRIRE),
    response={201: None, 400: Erreur, 401: Erreur, 403: Erreur, 404: Erreur},
    summary="Envoyer une situation non professionnelle",
)
def recevoir(request: HttpRequest, idDossier: str, corps: SituationEnvoyee) -> HttpResponse:
    """Les heures de sa mesure entrent dans la semaine du jeune. Envoyée deux fois, elle n'est écrite qu'une fois."""
    passage: Passage = request.auth  # type: ignore[attr-defined]  # set by PorteDuDossier
    if passage.verdict != "ouvert" or passage.contenu is None:
        return erreurs.PAR_VERDICT.get(passage.verdict, erreurs.dossier_inconnu)()
    try:
        recue = _lire(corps)
    except ValueError:
        return erreurs.erreur(400, "DATES_INCORRECTES", "dateDebut et dateFinReelle sont des jours : 2026-03-01.")
    ou = json.loads(passage.contenu)
    cle = CleApi.objects.values_list("pk", flat=True).get(prefixe=request.headers[PorteDuDossier.param_name][:8])
    try:
        with perimetre(ou["structure"]):
            dossier = Dossier.objects.select_related("jeune", "structure").get(pk=ou["dossier"])
            recevoir_situation(f"cle_api:{cle}", dossier, recue=recue)
    except RegleViolee as refus:
        return erreurs.situation_refusee(refus)
    return HttpResponse(status=201)


def _lire(corps: SituationEnvoyee) -> SituationRecue:
    """Raises `ValueError` for a day that no calendar has."""
    return SituationRecue(
        debut=date.fromisoformat(corps.dateDebut),
        fin=date.fromisoformat(corps.dateFinReelle),
        mesure=corps.mesure,
        login=corps.loginConseiller.strip(),
        commentaire=(corps.commentaire or "").strip(),
    )
