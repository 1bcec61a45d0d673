"""Routes of transfers."""

from __future__ import annotations

from django.urls import path

from imilo.web.transfert import passation, views

RECU = "transferts/recus/<int:transfert_id>/"

urlpatterns = [
    path("transferts/", views.liste, name="transferts"),
    path("transferts/<int:transfert_id>/annulation", views.annuler, name="transfert-annuler"),
    path(RECU + "acceptation", views.accepter, name="transfert-accepter"),
    path(RECU + "refus", views.refuser, name="transfert-refuser"),
    path("dossiers/<str:numero>/transfert", views.demander, name="transfert-demander"),
    path("dossiers/<str:numero>/passations/<int:passation_id>", passation.lire, name="passation"),
]
