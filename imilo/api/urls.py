"""Doors for other systems, all under /api/."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from imilo.api.application import apprentissage, operateurs
from imilo.api.problemes import probleme


def chemin_inconnu(request: HttpRequest) -> HttpResponse:
    return probleme(404, "Chemin inconnu", "Les chemins de l'API sont décrits à /api/docs.")


chemin_inconnu.publique = True  # type: ignore[attr-defined]  # it answers the same to everyone

urlpatterns = [
    path("api/v3/", apprentissage.urls),
    path("api/", operateurs.urls),
    re_path(r"^api/", chemin_inconnu),
]
