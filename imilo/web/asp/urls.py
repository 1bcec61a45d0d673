"""Routes of the payments."""

from __future__ import annotations

from django.urls import path

from imilo.web.asp import fichiers, views

urlpatterns = [
    path("paiements/", views.accueil, name="asp"),
    path("paiements/lignes", views.liste, name="asp-lignes"),
    path("paiements/lignes.csv", views.export, name="asp-lignes-export"),
    path("paiements/lignes/<int:ligne_id>", views.ligne, name="asp-ligne"),
    path("paiements/renvoyer", views.renvoyer, name="asp-renvoyer"),
    path("paiements/echanger", fichiers.echanger, name="asp-echanger"),
    path("paiements/fichiers", fichiers.liste, name="asp-fichiers"),
    path("paiements/retours/<int:retour_id>/classer", fichiers.classer, name="asp-classer"),
]
