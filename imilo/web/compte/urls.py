"""Routes of the agent's own account."""

from __future__ import annotations

from django.urls import path

from imilo.web.compte import views

urlpatterns = [
    path("compte", views.compte, name="compte"),
    path("compte/structure", views.changer_de_structure, name="compte-structure"),
]
