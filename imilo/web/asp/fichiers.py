"""The files that left and those that came back; asking for an exchange now; filing what was put aside."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from imilo.echanges.connecteurs.asp import corrections, selectors
from imilo.echanges.connecteurs.asp.models import EtatRetour
from imilo.echanges.connecteurs.asp.selectors import GERER, VOIR
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete

PAR_PAGE = 50
RETOURS = 50


@permission(VOIR)
@require_GET
def liste(requete: Requete) -> HttpResponseBase:
    """Files sent with what they hold, and what came back."""
    envois = selectors.envois_visibles(agent=requete.user, structure=requete.structure)
    retours = selectors.retours_visibles(agent=requete.user, structure=requete.structure)
    contexte = {
        "page": Paginator(envois, PAR_PAGE).get_page(requete.GET.get("page")),
        "ecartes": retours.filter(etat=EtatRetour.ECARTE, classe_le__isnull=True),
        "retours": retours[:RETOURS],
    }
    return render(requete, "web/asp/fichiers.html", contexte)


@permission(GERER)
@require_POST
@envoi_unique
def echanger(requete: Requete) -> HttpResponseBase:
    """Queue an exchange, whatever the waiting after a door that didn't answer."""
    corrections.demander_un_echange(requete.structure)
    messages.success(requete, "L'échange avec l'ASP est demandé : actualisez cette page dans une minute.")
    return HttpResponseRedirect(reverse("web:asp"))


@permission(GERER)
@require_http_methods(["GET", "POST"])
@envoi_unique
def classer(requete: Requete, retour_id: int) -> HttpResponseBase:
    """Ask, then file a return that was put aside."""
    visibles = selectors.retours_visibles(agent=requete.user, structure=requete.structure)
    retour = visibles.filter(pk=retour_id).first() if retour_id < 1 << 62 else None
    if retour is None:
        raise Http404
    form = FormulaireDSFR(requete.POST if requete.method == "POST" else None)
    if requete.method == "POST" and form.is_valid() and form.accepte(corrections.classer, requete.user, retour):
        messages.success(requete, "Le retour est classé : il sera retiré au prochain échange.")
        return HttpResponseRedirect(reverse("web:asp-fichiers"))
    contexte = {
        "form": form,
        "retour_asp": retour,
        "retour": reverse("web:asp-fichiers"),
        "bouton": "Classer ce retour",
    }
    return render(requete, "web/asp/classer.html", contexte, status=422 if form.errors else 200)
