"""Route of Ma journée."""

from __future__ import annotations

from django.urls import path

from imilo.web.journee import views

urlpatterns = [path("ma-journee", views.journee, name="journee")]
