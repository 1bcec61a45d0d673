"""The root of the site, and the pages that anybody may read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.web.contexte import navigation
from imilo.web.permissions import publique


@publique
def racine(requete: HttpRequest) -> HttpResponseBase:
    """The first page that the profile opens: *Ma journée* for most; the sign-in page for a stranger."""
    if not requete.user.is_authenticated:
        return HttpResponseRedirect(reverse("web:connexion"))
    affectation = getattr(requete, "affectation", None)
    liens = navigation(requete, affectation.profil if affectation else None)
    return HttpResponseRedirect(liens[0].adresse if liens else reverse("web:compte"))


@publique
def accessibilite(requete: HttpRequest) -> HttpResponseBase:
    return render(requete, "web/pages/accessibilite.html")


@publique
def mentions_legales(requete: HttpRequest) -> HttpResponseBase:
    return render(requete, "web/pages/mentions_legales.html")


@publique
def donnees_personnelles(requete: HttpRequest) -> HttpResponseBase:
    return render(requete, "web/pages/donnees_personnelles.html")
