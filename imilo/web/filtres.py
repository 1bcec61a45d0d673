"""Filters of a list are posted, then shown in its address: what is typed passes through here before it is kept there.

An address stays: in the browser's history, in the logs of every machine on the way. A social security number typed in
the wrong box never gets into one, with JavaScript or without.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect, QueryDict
from django.views.decorators.http import require_http_methods

from imilo.jeunes.annuaire import porte_un_nir
from imilo.web.formulaires import NIR_DANS_UN_FILTRE
from imilo.web.requete import Requete

Vue = Callable[..., HttpResponseBase]


def filtres_postes(vue: Vue) -> Vue:
    """A view that reads its filters in `GET`, under a form that posts them.

    Posted, it leads to the address of those filters (303); under HTMX it answers in place and says that address to
    the browser. A NIR is in neither: it is taken out, and said.
    """

    @wraps(vue)
    def enveloppee(requete: Requete, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if requete.method != "POST":
            return vue(requete, *args, **kwargs)
        adresse, nir = _adresse(requete)
        if not requete.htmx:
            if nir:
                messages.warning(requete, NIR_DANS_UN_FILTRE)
            return HttpResponseRedirect(adresse, status=303)
        requete.GET = requete.POST  # both read-only: the view says what it thinks of a NIR
        reponse = vue(requete, *args, **kwargs)
        reponse.headers["HX-Push-Url"] = adresse
        return reponse

    return require_http_methods(["GET", "HEAD", "POST"])(enveloppee)


def _adresse(requete: Requete) -> tuple[str, bool]:
    """The address of the filters that were posted, and whether a NIR was taken out of them."""
    gardes = QueryDict(mutable=True)
    nir = False
    for nom, valeurs in requete.POST.lists():
        propres = [v for v in valeurs if not porte_un_nir(v)]
        nir = nir or len(propres) < len(valeurs)
        if nom != "csrfmiddlewaretoken":
            gardes.setlist(nom, propres)
    suite = gardes.urlencode()
    return f"{requete.path}?{suite}" if suite else requete.path, nir
