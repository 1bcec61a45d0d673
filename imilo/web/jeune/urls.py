"""The door of personal links. The pages behind it are mounted by their rooms, under the same start of address."""

from __future__ import annotations

from django.urls import path

from imilo.web.jeune import views

urlpatterns = [
    path("l/<str:jeton>", views.porte, name="jeune_porte"),
    path("l/<str:jeton>/code", views.code, name="jeune_code"),
    path("l/<str:jeton>/quitter", views.quitter, name="jeune_quitter"),
]
