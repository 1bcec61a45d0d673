"""Paths of the CFA's contract: apprentices in, outcomes out."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router
from ninja.security import HttpBearer

from imilo.api.apprentissage.schemas import Essai, Probleme, Reponse, Suites
from imilo.api.problemes import probleme
from imilo.echanges.connecteurs.apprentissage.models import Suite
from imilo.echanges.connecteurs.apprentissage.organismes import Appelant, appelant, compter_l_appel
from imilo.echanges.connecteurs.apprentissage.reception import ITEMS_MAX, recevoir
from imilo.echanges.connecteurs.apprentissage.transmission import suites_de

OCTETS_MAX = 10 * 1024 * 1024
PAGE = 200
CURSEUR_MAX = 1 << 62


class CleDuCfa(HttpBearer):
    """`Authorization: Bearer <clé>`; `requete.auth` is then the `Appelant`, whose call is counted."""

    def authenticate(self, request: HttpRequest, token: str) -> Appelant | None:
        qui = appelant(token)
        if qui is not None:
            compter_l_appel(qui.organisme)
        return qui


routeur = Router(tags=["CFA"])
GARDE = CleDuCfa()
REFUS: dict[int, Any] = {403: Probleme, 429: Probleme}


def _tableau(requete: HttpRequest) -> list[object] | JsonResponse:
    """The array of the body, or the answer that refuses it."""
    longueur = requete.META.get("CONTENT_LENGTH") or "0"
    if int(longueur if longueur.isdigit() else 0) > OCTETS_MAX or len(corps := requete.body) > OCTETS_MAX:
        return probleme(413, "Envoi trop lourd", "Un envoi fait 10 Mo au plus : partagez-le en plusieurs.")
    try:
        lu = json.loads(corps, parse_constant=_hors_de_json)
    except (ValueError, RecursionError):
        return probleme(400, "Envoi illisible", "Le corps de la requête n'est pas du JSON.")
    if not isinstance(lu, list):
        return probleme(400, "Tableau attendu", "Le corps de la requête est un tableau JSON d'apprenants.")
    if len(lu) > ITEMS_MAX:
        return probleme(400, "Envoi trop long", f"Un envoi a {ITEMS_MAX} apprenants au plus : partagez-le.")
    return lu


def _hors_de_json(valeur: str) -> object:
    raise ValueError(valeur)  # NaN and infinities, which JSON doesn't have


@routeur.post(
    "/dossiers-apprenants",
    auth=GARDE,
    response={200: Reponse, 400: Probleme, 413: Probleme, **REFUS},
    summary="Envoyer des dossiers d'apprenants",
)
def envoyer(request: HttpRequest) -> HttpResponse:
    """Un tableau JSON de 2 000 apprenants au plus ; chaque élément a sa réponse, à sa place."""
    bruts = _tableau(request)
    if isinstance(bruts, JsonResponse):
        return bruts
    resultats = recevoir(request.auth, bruts)  # type: ignore[attr-defined]  # set by CleDuCfa
    fautes = sum(bool(r.erreurs) for r in resultats)
    gardes = len(resultats) - fautes
    corps = {
        "status": "WARNING" if fautes else "OK",
        "message": f"{gardes} gardés, {fautes} refusés." if fautes else f"{gardes} gardés.",
        "data": [r.donnees() for r in resultats],
    }
    return JsonResponse(corps, json_dumps_params={"ensure_ascii": False})


@routeur.post("/dossiers-apprenants/test", auth=GARDE, response={200: Essai, **REFUS}, summary="Essayer sa clé")
def essayer(request: HttpRequest) -> Any:
    """Ne lit et n'écrit rien."""
    return {"msg": "ok"}


@routeur.get(
    "/dossiers-apprenants/suites",
    auth=GARDE,
    response={200: Suites, 400: Probleme, **REFUS},
    summary="Lire les suites données par les missions locales",
)
def suites(request: HttpRequest, curseur: str = "0") -> Any:
    """Les suites après `curseur` (celui de la page précédente), de la plus ancienne à la plus récente."""
    if not (curseur.isascii() and curseur.isdigit() and len(curseur) < 20 and int(curseur) < CURSEUR_MAX):
        return probleme(400, "Curseur inconnu", "Donnez le « suivant » de la page précédente, ou rien.")
    qui: Appelant = request.auth  # type: ignore[attr-defined]  # set by CleDuCfa
    lignes = suites_de(qui.organisme.pk, apres=int(curseur), limite=PAGE + 1)
    page = lignes[:PAGE]
    return {
        "data": [_suite(ligne) for ligne in page],
        "suivant": str(page[-1].pk) if page else curseur,
        "complet": len(lignes) <= PAGE,
    }


def _suite(ligne: Suite) -> dict[str, Any]:
    dossier = ligne.transmission.dossier_apprenant
    return {
        "id": ligne.pk,
        "id_erp_apprenant": dossier.id_erp_apprenant,
        "annee_scolaire": dossier.annee_scolaire,
        "etablissement_formateur_uai": dossier.organisme.uai,
        "etablissement_formateur_siret": dossier.organisme.siret,
        "situation": ligne.situation,
        "connaissance_ml": ligne.connaissance or None,
        "date": ligne.le.isoformat(),
        "mission_locale": {
            "code": ligne.structure.code,
            "nom": ligne.structure.nom,
            "telephone": ligne.structure.telephone,
            "courriel": ligne.structure.courriel,
        },
    }
