"""Sign-in and sign-out."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from imilo.web.permissions import publique


@publique
@require_GET
def connexion(requete: HttpRequest) -> HttpResponseBase:
    """The sign-in page."""
    return render(requete, "web/connexion/connexion.html", {"motif": requete.GET.get("motif", "")})


@publique
@require_POST
def deconnexion(requete: HttpRequest) -> HttpResponseBase:
    logout(requete)
    return HttpResponseRedirect(reverse("web:connexion"))
