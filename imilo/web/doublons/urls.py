"""Routes of doubles and merges."""

from __future__ import annotations

from django.urls import path

from imilo.web.doublons import fusion, views

urlpatterns = [
    path("doublons/", views.liste, name="doublons"),
    path("doublons/export.csv", views.export, name="doublons-export"),
    path("doublons/<int:paire_id>/", views.doublon, name="doublon"),
    path("doublons/<int:paire_id>/differentes", views.differentes, name="doublon-differentes"),
    path("doublons/<int:paire_id>/reprendre", views.reprendre, name="doublon-reprendre"),
    path("doublons/<int:paire_id>/demander", views.demander, name="doublon-demander"),
    path("doublons/<int:paire_id>/repondre", views.repondre, name="doublon-repondre"),
    path("doublons/<int:paire_id>/separer", views.separer, name="doublon-separer"),
    path("doublons/<int:paire_id>/fusionner", fusion.fusion, name="doublon-fusionner"),
    path("doublons/fusions/<int:fusion_id>/", fusion.defaire, name="fusion"),
]
