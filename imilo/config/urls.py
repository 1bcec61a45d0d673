"""All the doors of the application."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []
if settings.BAC_A_SABLE and find_spec("imilo.config.bac_a_sable.urls"):
    urlpatterns.append(path("bac-a-sable/", include("imilo.config.bac_a_sable.urls")))
if find_spec("imilo.api.urls"):
    urlpatterns.append(path("", include("imilo.api.urls")))
urlpatterns.append(path("", include("imilo.web.urls")))

handler400 = "imilo.web.erreurs.demande_illisible"
handler403 = "imilo.web.erreurs.interdit"
handler404 = "imilo.web.erreurs.introuvable"
handler500 = "imilo.web.erreurs.erreur_interne"
