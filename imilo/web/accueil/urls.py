"""Routes of the counter."""

from __future__ import annotations

from django.urls import path

from imilo.web.accueil import recherche, tout, views

urlpatterns = [
    path("accueil", recherche.accueil, name="accueil"),
    path("recherche", tout.tout, name="recherche"),
    path("recherche/export", tout.export, name="recherche-export"),
    path("recherche/propositions", recherche.propositions, name="recherche-propositions"),
    path("dossiers/nouveau", views.nouveau, name="dossier-nouveau"),
]
