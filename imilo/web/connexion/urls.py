"""Routes of the sign-in."""

from __future__ import annotations

from django.urls import path

from imilo.web.connexion import views

urlpatterns = [
    path("connexion", views.connexion, name="connexion"),
    path("deconnexion", views.deconnexion, name="deconnexion"),
]
