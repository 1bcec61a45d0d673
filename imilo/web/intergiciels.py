"""Middlewares: security headers, bounded sessions, and the perimeter in which a whole request runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone

from imilo.acteurs.models import Affectation, Agent
from imilo.acteurs.reconnaissance import noter
from imilo.acteurs.selectors import affectations_en_cours
from imilo.journal.services import consigner
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.perimetre import perimetre
from imilo.web.dossier.acces import DossierRenvoye
from imilo.web.erreurs import page_d_erreur
from imilo.web.permissions import est_declaree

Reponse = Callable[[HttpRequest], HttpResponseBase]

CLE_AFFECTATION = "affectation"
CLE_OUVERTURE = "ouverte_le"
CLE_ACTIVITE = "vue_le"
ENTRE_DEUX_ECRITURES = 60  # seconds: activity is noted at most once a minute


_REGLES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
POLITIQUE_DE_CONTENU = "; ".join(_REGLES)
PERMISSIONS_DU_NAVIGATEUR = ", ".join(
    f"{fonction}=()"
    for fonction in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "payment",
        "usb",
    )
)


def entetes_de_securite(suivant: Reponse) -> Reponse:
    """Nothing inline, nothing from elsewhere, nothing kept by caches once somebody is signed in."""

    def intergiciel(requete: HttpRequest) -> HttpResponseBase:
        reponse = suivant(requete)
        reponse.headers.setdefault("Content-Security-Policy", POLITIQUE_DE_CONTENU)
        reponse.headers.setdefault("Permissions-Policy", PERMISSIONS_DU_NAVIGATEUR)
        reponse.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        reponse.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if settings.SESSION_COOKIE_NAME in requete.COOKIES and not requete.path.startswith(settings.STATIC_URL):
            reponse.headers["Cache-Control"] = "no-store"
        return reponse

    return intergiciel


def session_bornee(suivant: Reponse) -> Reponse:
    """Twelve hours at most since the sign-in, thirty minutes without any request: then sign in again."""

    def intergiciel(requete: HttpRequest) -> HttpResponseBase:
        if isinstance(requete.user, Agent) and (motif := _borne_passee(requete)):
            noter(requete.user, "session.expiree", motif=motif)
            logout(requete)
            requete.session_finie = motif  # type: ignore[attr-defined]  # told by the sign-in page
        return suivant(requete)

    return intergiciel


def _borne_passee(requete: HttpRequest) -> str:
    """Why the session must end ("duree", "inactivite"), else "" after noting the activity."""
    maintenant = int(time.time())
    ouverte, vue = requete.session.get(CLE_OUVERTURE), requete.session.get(CLE_ACTIVITE)
    if ouverte is None or vue is None:
        requete.session[CLE_OUVERTURE] = requete.session[CLE_ACTIVITE] = maintenant
        return ""
    if maintenant - ouverte >= settings.SESSION_COOKIE_AGE:
        return "duree"
    if maintenant - vue >= settings.SESSION_INACTIVITE:
        return "inactivite"
    if maintenant - vue >= ENTRE_DEUX_ECRITURES:
        requete.session[CLE_ACTIVITE] = maintenant
    return ""


class PerimetreDeLaRequete:
    """Run a signed-in agent's request in one transaction that sees the rows of one structure only.

    The transaction is committed for any answer below 500 (a 404 may have written a fact in the journal).
    """

    def __init__(self, suivant: Reponse) -> None:
        self.suivant = suivant

    def __call__(self, requete: HttpRequest) -> HttpResponseBase:
        affectation = self._affectation(requete)
        requete.affectation = affectation  # type: ignore[attr-defined]  # see imilo.web.requete.Requete
        requete.structure = affectation.structure if affectation else None  # type: ignore[attr-defined]  # likewise
        if not requete.user.is_authenticated:
            return self.suivant(requete)
        structure = affectation.structure if affectation else None
        zone = structure.zone if structure else timezone.get_default_timezone()
        identifiants = {
            "agent": requete.user.pk,
            "structure": structure.pk if structure else None,
        }
        with (
            perimetre(structure.pk if structure else None, agent_id=requete.user.pk),
            pghistory.context(**identifiants),
            timezone.override(zone),
        ):
            reponse = self.suivant(requete)
            if reponse.status_code >= 500:
                transaction.set_rollback(True)
        return reponse

    def process_view(
        self,
        requete: HttpRequest,
        vue: Callable[..., Any],
        args: list[Any],
        kwargs: dict[str, Any],
    ) -> None:
        match = requete.resolver_match
        if match is None or not est_declaree(vue, match.namespaces):
            raise PermissionDenied("Cette vue ne déclare pas de permission.")

    def process_exception(self, requete: HttpRequest, erreur: Exception) -> HttpResponse | None:
        """What a service refuses and a view did not show at its field is still said in words, not a 500.

        Who tried what their profile forbids is in the journal.
        """
        if isinstance(erreur, PermissionDenied | NonHabilite) and isinstance(requete.user, Agent):
            match = requete.resolver_match
            consigner(requete.user, "acces.refuse", route=match.url_name if match else None)
        if isinstance(erreur, DossierRenvoye):
            return HttpResponseRedirect(erreur.adresse)
        if isinstance(erreur, RegleViolee):
            return page_d_erreur(requete, 409, erreur.message)
        if isinstance(erreur, NonHabilite):
            return page_d_erreur(requete, 403, str(erreur))
        return None

    @staticmethod
    def _affectation(requete: HttpRequest) -> Affectation | None:
        """The affectation chosen in this session if it still runs, else the main one, else the first."""
        if not isinstance(requete.user, Agent):
            return None
        en_cours = affectations_en_cours(agent=requete.user)
        choisie = requete.session.get(CLE_AFFECTATION)
        return next((a for a in en_cours if a.pk == choisie), en_cours[0] if en_cours else None)
