"""Routes of orientation, assessment, contracts and documents, under the dossier's number."""

from __future__ import annotations

from django.urls import path

from imilo.web.contrat import (
    actualisations,
    contrats,
    decisions,
    distance,
    documents,
    eligibilite,
    fin,
    financements,
    jeune,
    jeune_actualisation,
    orientation,
    recours,
    signature,
    structure,
    suites,
)

DOSSIER = "dossiers/<str:numero>/"
CONTRAT = DOSSIER + "contrats/<int:contrat_id>"
ACTUALISATION = CONTRAT + "/actualisations/<int:actualisation_id>"

urlpatterns = [
    path("contrats", structure.lister, name="contrats"),
    path("contrats/export.csv", structure.export, name="contrats-export"),
    path("contrats/financements", financements.lister, name="contrats-financements"),
    path("contrats/financements/export.csv", financements.export, name="contrats-financements-export"),
    path("contrats/financements/preciser", financements.preciser, name="contrats-financements-preciser"),
    path("contrats/repere", structure.regler, name="contrats-repere"),
    path("recours", recours.lister, name="recours"),
    path("recours/export.csv", recours.export, name="recours-export"),
    path("l/<str:jeton>/signature", jeune.signer, name="jeune_signature"),
    path("l/<str:jeton>/signature/contrat.pdf", jeune.lire, name="jeune_contrat"),
    path("l/<str:jeton>/actualisation", jeune_actualisation.signer, name="jeune_actualisation"),
    path("l/<str:jeton>/actualisation/texte.pdf", jeune_actualisation.lire, name="jeune_actualisation_pdf"),
    path(DOSSIER + "orientation", orientation.decider, name="orientation"),
    path(DOSSIER + "orientation/<int:orientation_id>/notification", orientation.notifier, name="orientation-notifier"),
    path(DOSSIER + "orientation/<int:orientation_id>/nouvelle", orientation.redemander, name="orientation-redemander"),
    path(DOSSIER + "cej/eligibilite", eligibilite.examiner, name="cej-eligibilite"),
    path(DOSSIER + "cej/nouveau", contrats.nouveau, name="cej-nouveau"),
    path(DOSSIER + "cej/refuser", decisions.refuser, name="cej-refuser"),
    path(DOSSIER + "pacea/refuser", decisions.refuser_le_pacea, name="pacea-contrat-refuser"),
    path(DOSSIER + "contrats/nouveau", contrats.nouveau_cadre, name="contrat-nouveau"),
    path(DOSSIER + "contrats/decisions", decisions.lister, name="contrats-decisions"),
    path(DOSSIER + "contrats/decisions/<int:decision_id>/remise", decisions.remettre, name="contrats-decision-remise"),
    path(DOSSIER + "recours/nouveau", decisions.recevoir, name="recours-recevoir"),
    path(DOSSIER + "recours/<int:recours_id>", decisions.repondre, name="recours-repondre"),
    path(CONTRAT, contrats.contrat, name="contrat"),
    path(CONTRAT + "/envoyer", distance.envoyer, name="contrat-envoyer"),
    path(CONTRAT + "/envoye.pdf", distance.envoye, name="contrat-envoye"),
    path(CONTRAT + "/conclure", distance.conclure, name="contrat-conclure"),
    path(CONTRAT + "/refus", suites.refuser, name="contrat-refus"),
    path(CONTRAT + "/prolonger", suites.prolonger, name="contrat-prolonger"),
    path(CONTRAT + "/suspendre", suites.suspendre, name="contrat-suspendre"),
    path(CONTRAT + "/suspensions/<int:suspension_id>", suites.reprendre, name="contrat-reprendre"),
    path(CONTRAT + "/phases", suites.phase, name="contrat-phase"),
    path(CONTRAT + "/phases/<int:phase_id>", suites.evaluer, name="contrat-phase-evaluer"),
    path(CONTRAT + "/actualiser", actualisations.preparer, name="contrat-actualiser"),
    path(ACTUALISATION + "/projet.pdf", actualisations.projet, name="contrat-actualisation-projet"),
    path(ACTUALISATION + "/signer", actualisations.signer, name="contrat-actualisation-signer"),
    path(ACTUALISATION + "/envoyer", distance.envoyer_le_changement, name="contrat-actualisation-envoyer"),
    path(ACTUALISATION + "/conclure", distance.conclure_le_changement, name="contrat-actualisation-conclure"),
    path(ACTUALISATION + "/abandonner", actualisations.abandonner, name="contrat-actualisation-abandonner"),
    path(CONTRAT + "/modifier", contrats.modifier, name="contrat-modifier"),
    path(CONTRAT + "/abandonner", contrats.abandonner, name="contrat-abandonner"),
    path(CONTRAT + "/projet.pdf", documents.projet, name="contrat-projet"),
    path(CONTRAT + "/signer", signature.signer, name="contrat-signer"),
    path(CONTRAT + "/terminer", fin.terminer, name="contrat-terminer"),
    path(DOSSIER + "documents/<int:document_id>", documents.document, name="document"),
]
