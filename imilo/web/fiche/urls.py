"""Routes of the full file, under the number of the dossier."""

from __future__ import annotations

from django.urls import path

from imilo.web.fiche import demandes, documents, equipe, etiquettes, historiques, views

D = "dossiers/<str:numero>"
urlpatterns = [
    path(f"{D}/fiche/", views.fiche, name="fiche"),
    path(f"{D}/fiche/confirmer", views.confirmer_tout, name="fiche-confirmer"),
    path(f"{D}/fiche/<slug:code>", views.rubrique, name="rubrique"),
    path(f"{D}/fiche/<slug:code>/ajouter", views.ajouter, name="rubrique-ajouter"),
    path(f"{D}/fiche/<slug:code>/confirmer", views.confirmer_une, name="rubrique-confirmer"),
    path(f"{D}/fiche/<slug:code>/<int:ligne_id>", views.corriger, name="rubrique-corriger"),
    path(f"{D}/fiche/<slug:code>/<int:ligne_id>/retirer", views.retirer, name="rubrique-retirer"),
    path(f"{D}/fiche/<slug:code>/historique", historiques.rubrique, name="rubrique-changements"),
    path(f"{D}/fiche/<slug:code>/<int:ligne_id>/historique", historiques.ligne, name="rubrique-historique"),
    path(f"{D}/fiche/<slug:code>/<int:ligne_id>/numero", views.numero_en_entier, name="rubrique-numero"),
    path(f"{D}/demandes/", demandes.liste, name="demandes"),
    path(f"{D}/demandes/nouvelle", demandes.nouvelle, name="demande-nouvelle"),
    path(f"{D}/demandes/<int:demande_id>", demandes.modifier, name="demande-modifier"),
    path(f"{D}/demandes/<int:demande_id>/proposer", demandes.proposer, name="demande-proposer"),
    path(f"{D}/documents/", documents.liste, name="documents"),
    path(f"{D}/documents/deposer", documents.deposer, name="document-deposer"),
    path(f"{D}/documents/<int:justificatif_id>/modifier", documents.modifier, name="document-modifier"),
    path(f"{D}/documents/<int:justificatif_id>/retirer", documents.retirer, name="document-retirer"),
    path(f"{D}/notes/nouvelle", equipe.note_nouvelle, name="note-nouvelle"),
    path(f"{D}/notes/<int:note_id>", equipe.note_modifier, name="note-modifier"),
    path(f"{D}/notes/<int:note_id>/retirer", equipe.note_retirer, name="note-retirer"),
    path(f"{D}/etiquettes", equipe.etiquettes, name="dossier-etiquettes"),
    path(f"{D}/liens/nouveau", equipe.lien_nouveau, name="lien-nouveau"),
    path(f"{D}/liens/<int:lien_id>/retirer", equipe.lien_retirer, name="lien-retirer"),
    path("etiquettes/", etiquettes.liste, name="etiquettes"),
    path("etiquettes/<int:etiquette_id>", etiquettes.modifier, name="etiquette-modifier"),
    path("metiers", views.metiers, name="metiers"),
]
