"""Routes of the caseload."""

from __future__ import annotations

from django.urls import path

from imilo.web.portefeuille import views

urlpatterns = [
    path("portefeuille/", views.liste, name="portefeuille"),
    path("portefeuille/export.csv", views.export, name="portefeuille-export"),
]
