"""The same form sent twice (double click, back button, a network that retries) makes one object."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.web.models import Envoi
from imilo.web.requete import Requete

P = ParamSpec("P")
CHAMP = "jeton_unique"
CONSERVES = timedelta(days=2)


def _jeton(requete: Requete) -> UUID | None:
    try:
        return UUID(requete.POST.get(CHAMP, ""))
    except ValueError:
        return None


def _reserver(requete: Requete, jeton: UUID) -> bool:
    """Take the token; False when it was taken. Waits for a twin request that is still being answered."""
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO web_envoi (agent_id, jeton, chemin, suite, recu_le) VALUES (%s, %s, %s, '', now()) "
            "ON CONFLICT (agent_id, jeton) DO NOTHING",
            [requete.user.pk, jeton, requete.path[:500]],
        )
        return bool(curseur.rowcount == 1)


def _adresse(reponse: HttpResponseBase) -> str:
    return reponse.headers.get("HX-Redirect") or reponse.headers.get("Location") or ""


def envoi_unique(
    vue: Callable[Concatenate[Requete, P], HttpResponseBase],
) -> Callable[Concatenate[Requete, P], HttpResponseBase]:
    """Under `@permission`: a POST whose token was already received leads where the first one led.

    The form carries `{% jeton_unique %}`. An answer that isn't a redirection (errors in the form) gives the
    token back, so that the corrected form is accepted.
    """

    @wraps(vue)
    def une_fois(requete: Requete, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        jeton = _jeton(requete) if requete.method == "POST" else None
        if jeton is None:
            return vue(requete, *args, **kwargs)
        mien = Envoi.objects.filter(agent_id=requete.user.pk, jeton=jeton)
        if not _reserver(requete, jeton):
            return _deja_recu(requete, mien.get())
        try:
            reponse = vue(requete, *args, **kwargs)
        except (Http404, PermissionDenied, NonHabilite, RegleViolee):
            # These end in a page, and the request's transaction is kept; any other rolls all of it back.
            mien.delete()
            raise
        if suite := _adresse(reponse):
            mien.update(suite=suite[:2000])
        else:
            mien.delete()
        return reponse

    return une_fois


def _deja_recu(requete: Requete, envoi: Envoi) -> HttpResponseBase:
    messages.info(
        requete,
        "Ce formulaire avait déjà été envoyé : il n'a été enregistré qu'une fois.",
    )
    suite = envoi.suite or requete.path
    return HttpResponseClientRedirect(suite) if requete.htmx else HttpResponseRedirect(suite)


def oublier_les_anciens(agent_id: int) -> int:
    """Remove the tokens of an agent that no page can still hold. Returns how many."""
    return Envoi.objects.filter(agent_id=agent_id, recu_le__lt=timezone.now() - CONSERVES).delete()[0]
