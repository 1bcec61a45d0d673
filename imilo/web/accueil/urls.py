"""Routes of the counter."""

from __future__ import annotations

from django.urls import path

from imilo.web.accueil import views

urlpatterns = [
    path("accueil", views.accueil, name="accueil"),
    path("dossiers/nouveau", views.nouveau, name="dossier-nouveau"),
]
