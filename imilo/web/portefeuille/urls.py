"""Routes of the caseload."""

from __future__ import annotations

from django.urls import path

from imilo.web.portefeuille import lots, remplacements, views, vues

urlpatterns = [
    path("portefeuille/", views.liste, name="portefeuille"),
    path("portefeuille/export.csv", views.export, {"format": "csv"}, name="portefeuille-export"),
    path("portefeuille/export.xlsx", views.export, {"format": "xlsx"}, name="portefeuille-export-xlsx"),
    path("portefeuille/colonnes", vues.choix_des_colonnes, name="portefeuille-colonnes"),
    path("portefeuille/recherches", vues.recherches, name="portefeuille-recherches"),
    path("portefeuille/recherches/nouvelle", vues.nouvelle, name="portefeuille-recherche-nouvelle"),
    path("portefeuille/recherches/<int:recherche_id>", vues.renommer, name="portefeuille-recherche"),
    path("portefeuille/recherches/<int:recherche_id>/supprimer", vues.supprimer, name="portefeuille-recherche-retirer"),
    path("portefeuille/actions/apercu", lots.apercu, name="portefeuille-apercu"),
    path("portefeuille/actions/appliquer", lots.appliquer, name="portefeuille-appliquer"),
    path("portefeuille/actions", lots.lots, name="portefeuille-lots"),
    path("portefeuille/actions/<int:lot_id>", lots.lot, name="portefeuille-lot"),
    path("portefeuille/actions/<int:lot_id>/annuler", lots.annuler, name="portefeuille-lot-annuler"),
    path("portefeuille/remplacements", remplacements.liste, name="remplacements"),
    path("portefeuille/remplacements/nouveau", remplacements.nouveau, name="remplacement-nouveau"),
    path(
        "portefeuille/remplacements/<int:remplacement_id>/arreter", remplacements.arreter, name="remplacement-arreter"
    ),
]
