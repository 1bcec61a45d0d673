"""Every screen, by room. Names are unique across rooms: `web:journee`, `web:dossier`…"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from imilo.web import racine

app_name = "web"

SALLES = (
    "connexion",
    "journee",
    "accueil",
    "doublons",
    "arrivees",
    "portefeuille",
    "dossier",
    "fiche",
    "contrat",
    "activite",
    "collectif",
    "allocation",
    "sanction",
    "asp",
    "decision",
    "structure",
    "compte",
    "referentiel",
    "journal",
    "acces",
    "transfert",
    "jeune",
    "diagnostic",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", racine.racine, name="racine"),
    path("accessibilite", racine.accessibilite, name="accessibilite"),
    path("mentions-legales", racine.mentions_legales, name="mentions_legales"),
    path("donnees-personnelles", racine.donnees_personnelles, name="donnees_personnelles"),
]
urlpatterns += [path("", include(f"imilo.web.{salle}.urls")) for salle in SALLES]
