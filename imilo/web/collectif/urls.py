"""Routes of collective acts."""

from __future__ import annotations

from django.urls import path

from imilo.web.collectif import saisie, views

urlpatterns = [
    path("actes-collectifs/", views.liste, name="collectifs"),
    path("actes-collectifs/nouveau", saisie.nouveau, name="collectif-nouveau"),
    path("actes-collectifs/<int:collectif_id>", views.fiche, name="collectif"),
    path("actes-collectifs/<int:collectif_id>/corriger", saisie.corriger, name="collectif-corriger"),
    path("actes-collectifs/<int:collectif_id>/annuler", views.annuler, name="collectif-annuler"),
    path("actes-collectifs/<int:collectif_id>/presents.csv", views.presents, name="collectif-presents"),
]
