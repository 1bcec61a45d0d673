"""Routes of the journal."""

from __future__ import annotations

from django.urls import path

from imilo.web.journal import views

urlpatterns = [
    path("journal", views.journal, name="journal"),
    path("journal/export.csv", views.export, name="journal-export"),
]
