"""Routes of accesses and restrictions."""

from __future__ import annotations

from django.urls import path

from imilo.web.acces import lecture, recus, restrictions

ACCES = "acces/<int:structure_id>/<int:acces_id>/"

urlpatterns = [
    path("acces/", lecture.miens, name="acces"),
    path("acces/demander", lecture.demander, name="acces-demander"),
    path("acces/recus", recus.liste, name="acces-recus"),
    path("acces/recus.csv", recus.export, name="acces-recus-export"),
    path(ACCES, lecture.lire, name="acces-lire"),
    path(ACCES + "fin", lecture.fermer, name="acces-fermer"),
    path("restrictions/", restrictions.liste, name="restrictions"),
    path("restrictions/<int:restriction_id>", restrictions.modifier, name="restriction-modifier"),
    path("restrictions/<int:restriction_id>/fin", restrictions.lever, name="restriction-lever"),
    path("dossiers/<str:numero>/restriction", restrictions.poser, name="dossier-restreindre"),
]
