"""Routes of orientation, assessment, contracts and documents, under the dossier's number."""

from __future__ import annotations

from django.urls import path

from imilo.web.contrat import contrats, documents, eligibilite, fin, orientation, signature

DOSSIER = "dossiers/<str:numero>/"
CONTRAT = DOSSIER + "contrats/<int:contrat_id>"

urlpatterns = [
    path(DOSSIER + "orientation", orientation.decider, name="orientation"),
    path(DOSSIER + "orientation/<int:orientation_id>/notification", orientation.notifier, name="orientation-notifier"),
    path(DOSSIER + "orientation/<int:orientation_id>/nouvelle", orientation.redemander, name="orientation-redemander"),
    path(DOSSIER + "cej/eligibilite", eligibilite.examiner, name="cej-eligibilite"),
    path(DOSSIER + "cej/nouveau", contrats.nouveau, name="cej-nouveau"),
    path(CONTRAT, contrats.contrat, name="contrat"),
    path(CONTRAT + "/modifier", contrats.modifier, name="contrat-modifier"),
    path(CONTRAT + "/abandonner", contrats.abandonner, name="contrat-abandonner"),
    path(CONTRAT + "/projet.pdf", documents.projet, name="contrat-projet"),
    path(CONTRAT + "/signer", signature.signer, name="contrat-signer"),
    path(CONTRAT + "/terminer", fin.terminer, name="contrat-terminer"),
    path(DOSSIER + "documents/<int:document_id>", documents.document, name="document"),
]
