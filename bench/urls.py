"""The project's routes, and the reference views. These are served by the measures only, never by the application."""

from __future__ import annotations

from django.urls import include, path

from bench.vues import constante, vide

urlpatterns = [
    path("bench/vide", vide),
    path("bench/constante/", constante.urls),
    path("", include("imilo.config.urls")),
]
