"""Routes of the arrivals and of the lists that bring them."""

from __future__ import annotations

from django.urls import path

from imilo.web.arrivees import imports, repartitions, views

urlpatterns = [
    path("arrivees/", views.liste, name="arrivees"),
    path("arrivees/export.csv", views.export, name="arrivees-export"),
    path("arrivees/listes", imports.listes, name="imports"),
    path("arrivees/listes/<int:import_id>", imports.rapport, name="import"),
    path("arrivees/listes/<int:import_id>/rapport.csv", imports.export, name="import-export"),
    path("arrivees/listes/<int:import_id>/avancement", imports.avancement, name="import-avancement"),
    path("arrivees/listes/<int:import_id>/colonnes", imports.colonnes, name="import-colonnes"),
    path("arrivees/listes/<int:import_id>/annuler", imports.annuler, name="import-annuler"),
    path("arrivees/confier", repartitions.confier, name="arrivees-confier"),
    path("arrivees/repartitions", repartitions.liste, name="repartitions"),
    path("arrivees/repartitions/<int:repartition_id>", repartitions.annuler, name="repartition"),
    path("arrivees/<int:arrivee_id>", views.fiche, name="arrivee"),
    path("arrivees/<int:arrivee_id>/confier", views.confier, name="arrivee-confier"),
    path("arrivees/<int:arrivee_id>/rattacher", views.rattacher, name="arrivee-rattacher"),
    path("arrivees/<int:arrivee_id>/dossier", views.ouvrir, name="arrivee-dossier"),
]
