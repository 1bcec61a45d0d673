"""Routes of the dossier. Other rooms add theirs under the same number."""

from __future__ import annotations

from django.urls import path

from imilo.web.dossier import actes, fiche, identite, rendez_vous, situations, statut

urlpatterns = [
    path("presence", actes.presence, name="presence"),
    path("dossiers/<str:numero>/", fiche.dossier, name="dossier"),
    path("dossiers/<str:numero>/chronologie", fiche.fil_du_dossier, name="dossier-chronologie"),
    path("dossiers/<str:numero>/identite", identite.identite, name="dossier-identite"),
    path("dossiers/<str:numero>/coordonnees", identite.coordonnees, name="dossier-coordonnees"),
    path("dossiers/<str:numero>/piece", identite.justifier, name="dossier-justifier"),
    path("dossiers/<str:numero>/statut", statut.statut, name="dossier-statut"),
    path("dossiers/<str:numero>/referent", statut.referent, name="dossier-referent"),
    path("dossiers/<str:numero>/actes/nouveau", actes.nouveau, name="acte-nouveau"),
    path("dossiers/<str:numero>/actes/<int:acte_id>", actes.modifier, name="acte-modifier"),
    path("dossiers/<str:numero>/propositions/<int:proposition_id>", actes.proposition, name="proposition"),
    path("dossiers/<str:numero>/situations", situations.liste, name="situations"),
    path("dossiers/<str:numero>/situations/nouvelle", situations.nouvelle, name="situation-nouvelle"),
    path("dossiers/<str:numero>/situations/<int:situation_id>", situations.modifier, name="situation-modifier"),
    path("dossiers/<str:numero>/situations/<int:situation_id>/fin", situations.clore, name="situation-clore"),
    path("dossiers/<str:numero>/rendez-vous/nouveau", rendez_vous.nouveau, name="rendez-vous-nouveau"),
    path("dossiers/<str:numero>/rendez-vous/<int:rendez_vous_id>", rendez_vous.ouvrir, name="rendez-vous"),
    path(
        "dossiers/<str:numero>/rendez-vous/<int:rendez_vous_id>/deplacer",
        rendez_vous.deplacer,
        name="rendez-vous-deplacer",
    ),
    path(
        "dossiers/<str:numero>/rendez-vous/<int:rendez_vous_id>/annuler",
        rendez_vous.annuler,
        name="rendez-vous-annuler",
    ),
    path(
        "dossiers/<str:numero>/rendez-vous/<int:rendez_vous_id>/presence",
        rendez_vous.presence,
        name="rendez-vous-presence",
    ),
]
