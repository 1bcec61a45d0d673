"""Addresses of the decisions of a dossier."""

from django.urls import path

from imilo.web.decision import views

urlpatterns = [
    path("dossiers/<str:numero>/decisions/", views.liste, name="decisions"),
    path("dossiers/<str:numero>/decisions/<slug:source>/<int:objet>/", views.pourquoi, name="pourquoi"),
]
