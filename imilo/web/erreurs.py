"""Error pages, in French, that say what to do next. They need no database and no session."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

journal = logging.getLogger(__name__)

PAGE_NUE = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>Une erreur est survenue — I-MILO</title></head>
<body><main><h1>Une erreur est survenue</h1>
<p>Le service ne peut pas répondre en ce moment. Ce qui était enregistré est intact.</p>
<p>Réessayez dans quelques minutes. Si cela se répète, prévenez le correspondant informatique de votre
structure en lui disant l'heure et la page.</p></main></body></html>
"""

TITRES = {
    400: "Cette demande n'est pas lisible",
    403: "Vous n'avez pas accès à cette page",
    404: "Page introuvable",
    409: "Cette action n'est pas possible",
    500: "Une erreur est survenue",
}


def page_d_erreur(requete: HttpRequest, statut: int, message: str = "", *, modele: str = "") -> HttpResponse:
    """The page of an error; `message` (French) says more than the general advice when it is given."""
    contexte = {"statut": statut, "titre": TITRES[statut], "message": message}
    contenu = render_to_string(modele or f"web/erreurs/{statut}.html", contexte, request=requete)
    return HttpResponse(contenu, status=statut)


def demande_illisible(requete: HttpRequest, exception: Exception) -> HttpResponse:
    return page_d_erreur(requete, 400)


def interdit(requete: HttpRequest, exception: Exception) -> HttpResponse:
    return page_d_erreur(requete, 403)


def introuvable(requete: HttpRequest, exception: Exception) -> HttpResponse:
    return page_d_erreur(requete, 404)


def erreur_interne(requete: HttpRequest) -> HttpResponse:
    try:
        return page_d_erreur(requete, 500)
    except Exception:  # noqa: BLE001  # whatever failed, somebody is waiting for a page
        # The usual page names the agent: without a database even that fails.
        journal.exception("The page of errors could not be made.")
        return HttpResponse(PAGE_NUE, status=500)


def formulaire_perime(requete: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    """The answer of Django's protection against forged forms (CSRF_FAILURE_VIEW)."""
    return page_d_erreur(requete, 403, modele="web/erreurs/csrf.html")
