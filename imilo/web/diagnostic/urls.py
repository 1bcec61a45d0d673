"""Routes of the shared assessment, under the dossier's number, and behind a personal link."""

from __future__ import annotations

from django.urls import path

from imilo.web.diagnostic import jeune, views

DIAGNOSTIC = "dossiers/<str:numero>/diagnostic"

urlpatterns = [
    path(DIAGNOSTIC, views.etablir, name="diagnostic"),
    path(DIAGNOSTIC + "/comparer", views.comparer, name="diagnostic-comparer"),
    path(DIAGNOSTIC + "/<int:diagnostic_id>/envoyer", views.envoyer, name="diagnostic-envoyer"),
    path(DIAGNOSTIC + "/<int:diagnostic_id>/vu", views.vu, name="diagnostic-vu"),
    path("l/<str:jeton>/diagnostic", jeune.lire, name="jeune_diagnostic"),
]
