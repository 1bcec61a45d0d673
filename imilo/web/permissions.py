"""Closed by default: a view says which action it is, or that it is public, or nobody reaches it.

`@permission("dossier.lire")` lets in the agents whose active profile may do that action
(`imilo.acteurs.profils`). What the agent may see among dossiers is the business of selectors and of
row-level security: an action never gives a perimeter.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from imilo.acteurs.profils import peut
from imilo.web.requete import Requete

P = ParamSpec("P")
F = TypeVar("F", bound=Callable[..., HttpResponseBase])

# Namespaces whose views are guarded by the key of the calling system, operation by operation (imilo.api).
GARDE_PAR_CLE = "api"


def permission(
    action: str,
) -> Callable[
    [Callable[Concatenate[Requete, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Let in the signed-in agents whose active profile may do `action`; send the others to sign in, or refuse (403)."""

    def decorer(
        vue: Callable[Concatenate[Requete, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(vue)
        def gardee(requete: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not requete.user.is_authenticated:
                return vers_la_connexion(requete)
            affectation = getattr(requete, "affectation", None)
            if affectation is None or not peut(affectation.profil, action):
                raise PermissionDenied(action)
            return vue(cast(Requete, requete), *args, **kwargs)

        gardee.permission = action  # type: ignore[attr-defined]  # read by the middleware and by tests
        return gardee

    return decorer


def publique(vue: F) -> F:
    """Declare a view that needs no signed-in agent."""
    vue.publique = True  # type: ignore[attr-defined]  # read by the middleware and by tests
    return vue


def est_declaree(vue: Callable[..., Any], espaces: list[str]) -> bool:
    """Whether a view says who may call it. `espaces` are the namespaces of its route."""
    if getattr(vue, "publique", False) or getattr(vue, "permission", "") or getattr(vue, "genre_de_lien", ""):
        return True  # the last is guarded by a personal link (imilo.web.jeune.acces)
    return bool(espaces) and espaces[0].startswith(GARDE_PAR_CLE)


def vers_la_connexion(requete: HttpRequest) -> HttpResponseBase:
    """Send to the sign-in page, and back afterwards to the page that was asked for."""
    parametres = {}
    if requete.method == "GET" and not getattr(requete, "htmx", False):
        parametres["suite"] = requete.get_full_path()
    elif page := getattr(getattr(requete, "htmx", None), "current_url_abs_path", None):
        parametres["suite"] = page
    if motif := getattr(requete, "session_finie", ""):
        parametres["motif"] = motif
    adresse = reverse("web:connexion")
    if parametres:
        adresse += "?" + urlencode(parametres)
    if getattr(requete, "htmx", False):
        return HttpResponseClientRedirect(adresse)
    return HttpResponseRedirect(adresse)
