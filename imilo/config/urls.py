"""All the doors of the application."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("imilo.api.urls")),
    path("", include("imilo.web.urls")),
]
if settings.BAC_A_SABLE:
    urlpatterns.insert(0, path("bac-a-sable/", include("imilo.config.bac_a_sable.urls")))

handler400 = "imilo.web.erreurs.demande_illisible"
handler403 = "imilo.web.erreurs.interdit"
handler404 = "imilo.web.erreurs.introuvable"
handler500 = "imilo.web.erreurs.erreur_interne"
