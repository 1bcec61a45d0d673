"""Addresses of sanctions."""

from django.urls import path

from imilo.web.sanction import controles, etapes, structure, views

DOSSIER = "dossiers/<str:numero>/sanctions/"
UNE = DOSSIER + "<int:procedure_id>/"

urlpatterns = [
    path("sanctions/", structure.liste, name="sanctions"),
    path("sanctions.csv", structure.export, name="sanctions-export"),
    path("sanctions/messages/", structure.boite_d_envoi, name="messages-partenaires"),
    path("sanctions/messages.jsonl", structure.exporter_les_messages, name="messages-partenaires-export"),
    path("sanctions/messages/<int:message_id>/transmis", structure.transmettre, name="message-transmettre"),
    path("sanctions/controles/", controles.liste, name="controles"),
    path("sanctions/controles/tirer", controles.tirer, name="controles-tirer"),
    path("sanctions/controles/part", controles.regler, name="controles-part"),
    path("sanctions/controles/<mois:mois>/", controles.du_mois, name="controles-du-mois"),
    path("sanctions/controles/<mois:mois>/<int:controle_id>", controles.noter, name="controle-noter"),
    path(DOSSIER, views.du_dossier, name="sanctions-dossier"),
    path(DOSSIER + "noter", views.noter, name="sanction-noter"),
    path(UNE, views.procedure, name="sanction"),
    path(UNE + "examiner", etapes.examiner, name="sanction-examiner"),
    path(UNE + "envisager", etapes.envisager, name="sanction-envisager"),
    path(UNE + "reception", etapes.reception, name="sanction-reception"),
    path(UNE + "reponse", etapes.reponse, name="sanction-reponse"),
    path(UNE + "audition", etapes.audition, name="sanction-audition"),
    path(UNE + "retard", etapes.retard, name="sanction-retard"),
    path(UNE + "decider", etapes.decider, name="sanction-decider"),
    path(UNE + "remise", etapes.remise, name="sanction-remise"),
    path(UNE + "conditions", etapes.conditions, name="sanction-conditions"),
    path(UNE + "lever", etapes.lever, name="sanction-lever"),
    path(UNE + "arreter", etapes.arreter, name="sanction-arreter"),
    path(UNE + "retirer", etapes.retirer, name="sanction-retirer"),
    path(UNE + "radiation", etapes.radiation, name="sanction-radiation"),
]
