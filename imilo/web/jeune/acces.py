"""The pages of a personal link: the token in the address, the session in a cookie, one dossier in the database.

    @page_du_lien("signature")
    def signer(requete: RequeteJeune) -> HttpResponse: ...

mounted at `path("l/<str:jeton>/signature", signer, name="jeune_signature")`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import cast

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from imilo.acteurs.models import Structure
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.liens.models import LienPersonnel
from imilo.parcours.liens.selectors import lien_complet, resoudre
from imilo.parcours.liens.services import SESSION_MAX, ouvrable, prolonger_session, session_valable
from imilo.socle.perimetre import perimetre

COOKIE = "__Secure-imilo-jeune" if settings.PRODUCTION else "imilo-jeune"


class RequeteJeune(HttpRequest):
    """The request of the person that the link was sent to. No agent is there: `user` is nobody."""

    lien: LienPersonnel
    dossier: Dossier  # with `jeune` and `structure`
    structure: Structure
    jeton: str


Page = Callable[[RequeteJeune], HttpResponseBase]
Vue = Callable[..., HttpResponseBase]


@contextmanager
def _perimetre_du_lien(requete: HttpRequest, jeton: str) -> Iterator[RequeteJeune | None]:
    """Open the perimeter of the link's dossier, and complete the request; None for a token that nobody gave."""
    adresse = resoudre(jeton)
    if adresse is None:
        yield None
        return
    with (
        perimetre(adresse.structure_id, dossier_id=adresse.dossier_id),
        pghistory.context(agent=None, lien=adresse.lien_id),
    ):
        jeune = cast(RequeteJeune, requete)
        # An agent may be signed in in this browser: not for this page.
        jeune.user = AnonymousUser()
        jeune.lien, jeune.jeton = lien_complet(adresse.lien_id), jeton
        jeune.dossier, jeune.structure = jeune.lien.dossier, jeune.lien.structure
        with timezone.override(jeune.structure.zone):
            yield jeune


def porte_du_lien(vue: Page) -> Vue:
    """The door itself: the link is known, its code isn't given yet. A link that opens nothing says so."""
    return _gardee(vue, "porte", avec_session=False)


def page_du_lien(genre: str) -> Callable[[Page], Vue]:
    """Let in whoever has given the code of a link of this kind; send the others to its door."""

    def decorer(vue: Page) -> Vue:
        return _gardee(vue, genre, avec_session=True)

    return decorer


def _gardee(vue: Page, genre: str, *, avec_session: bool) -> Vue:
    @wraps(vue)
    def gardee(requete: HttpRequest, jeton: str) -> HttpResponseBase:
        with _perimetre_du_lien(requete, jeton) as jeune:
            reponse = _repondre(vue, jeune, requete, genre, avec_session=avec_session)
        patch_cache_control(reponse, no_store=True)
        reponse.headers["X-Robots-Tag"] = "noindex"
        return reponse

    gardee.genre_de_lien = genre  # type: ignore[attr-defined]  # read by the middleware and by tests
    return gardee


def _repondre(
    vue: Page, jeune: RequeteJeune | None, requete: HttpRequest, genre: str, *, avec_session: bool
) -> HttpResponseBase:
    if jeune is None or (avec_session and jeune.lien.genre != genre):
        return ferme(requete, statut=404)
    if not ouvrable(jeune.lien):
        return ferme(requete, lien=jeune.lien, statut=410)
    if avec_session and not session_valable(jeune.lien, requete.COOKIES.get(COOKIE, "")):
        return HttpResponseRedirect(reverse("web:jeune_porte", args=[jeune.jeton]))
    if avec_session:
        prolonger_session(jeune.lien)
    return vue(jeune)


def ferme(requete: HttpRequest, *, lien: LienPersonnel | None = None, statut: int) -> HttpResponse:
    """The page of a link that opens nothing: out of date, replaced, used, or that never was."""
    contexte = {"lien": lien, "structure": lien.structure if lien else None}
    return render(requete, "web/jeune/ferme.html", contexte, status=statut)


def poser_session(reponse: HttpResponseBase, jeton: str, session: str) -> None:
    """The cookie of the half hour: sent back to the pages of this link only. How long it opens is in the database."""
    reponse.set_cookie(
        COOKIE,
        session,
        max_age=int(SESSION_MAX.total_seconds()),
        path=reverse("web:jeune_porte", args=[jeton]),
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Lax",
    )


def oublier_session(reponse: HttpResponseBase, jeton: str) -> None:
    reponse.delete_cookie(COOKIE, path=reverse("web:jeune_porte", args=[jeton]), samesite="Lax")
