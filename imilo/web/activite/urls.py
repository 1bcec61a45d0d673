"""Routes of activities: the week of a caseload, and the activity of one dossier."""

from __future__ import annotations

from django.urls import path

from imilo.web.activite import dossier, jeune, semaine, situations

DOSSIER = "dossiers/<str:numero>/activites"

urlpatterns = [
    path("semaine/", semaine.semaine, name="semaine"),
    path("semaine/export.csv", semaine.export, {"format": "csv"}, name="semaine-export"),
    path("semaine/export.xlsx", semaine.export, {"format": "xlsx"}, name="semaine-export-xlsx"),
    path("semaine/examen", semaine.examiner, name="semaine-examiner"),
    path("semaine/examen/annuler", semaine.annuler, name="semaine-examen-annuler"),
    path("l/<str:jeton>/activite", jeune.activite, name="jeune_activite"),
    path(DOSSIER, dossier.activites, name="activites"),
    path(DOSSIER + "/lien", dossier.envoyer, name="activite-lien"),
    path(DOSSIER + "/nouvelle", dossier.declarer, name="activite-nouvelle"),
    path(DOSSIER + "/absences/nouvelle", dossier.absence_nouvelle, name="absence-nouvelle"),
    path(DOSSIER + "/absences/<int:absence_id>", dossier.absence_modifier, name="absence"),
    path(DOSSIER + "/recues/<int:cle>", situations.recue, name="snp"),
    path(DOSSIER + "/heures/<int:situation_id>", situations.heures, name="situation-heures"),
    path(DOSSIER + "/plan/<int:action_id>", dossier.action, name="plan-action"),
]
