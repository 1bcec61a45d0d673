"""Routes of the sign-in."""

from __future__ import annotations

from django.urls import path

from imilo.web.connexion import canal_arriere, second_facteur, views

urlpatterns = [
    path("connexion", views.connexion, name="connexion"),
    path("connexion/proconnect", views.demarrer, name="connexion_proconnect"),
    path("connexion/retour", views.retour, name="connexion_retour"),
    path("connexion/second-facteur", second_facteur.demander, name="second_facteur"),
    path("connexion/second-facteur/inscription", second_facteur.inscrire, name="second_facteur_inscription"),
    path("deconnexion", views.deconnexion, name="deconnexion"),
    path("deconnexion/retour", views.deconnexion_retour, name="deconnexion_retour"),
    path("deconnexion/proconnect", canal_arriere.deconnexion_par_proconnect, name="deconnexion_proconnect"),
]
