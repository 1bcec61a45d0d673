"""Addresses of allowances: a month is AAAA-MM."""

from django.urls import path, register_converter

from imilo.web.allocation import corrections, jeune, mois_structure, pacea, pieces, reglages, trop_percus, views


class MoisConverter:
    """`2026-03` and nothing else."""

    regex = r"20[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, valeur: str) -> str:
        return valeur

    def to_url(self, valeur: str) -> str:
        return valeur


register_converter(MoisConverter, "mois")
CONTRAT = "dossiers/<str:numero>/contrats/<int:contrat_id>/"
BASE = CONTRAT + "allocations/"
PACEA = "dossiers/<str:numero>/allocations-pacea/"

urlpatterns = [
    path("allocations/", mois_structure.courant, name="allocations-courant"),
    path("allocations/trop-percus/", trop_percus.liste, name="trop-percus"),
    path("allocations/baremes/", reglages.baremes_tardifs, name="allocations-baremes"),
    path("allocations/a-revoir/", corrections.a_revoir, name="allocations-a-revoir"),
    path("allocations/reglages/", reglages.reglages, name="allocations-reglages"),
    path("allocations/lots/<int:cle>/", mois_structure.lot, name="allocations-lot"),
    path("allocations/lots/<int:cle>/avancement", mois_structure.lot_avancement, name="allocations-lot-avancement"),
    path("allocations/<mois:mois>/", mois_structure.mois_structure, name="allocations-mois"),
    path("allocations/<mois:mois>/rappels", mois_structure.rappeler, name="allocations-rappels"),
    path("allocations/<mois:mois>/export", mois_structure.export, name="allocations-export"),
    path("allocations/<mois:mois>/verifier", mois_structure.apercu, name="allocations-apercu"),
    path("allocations/<mois:mois>/decider", mois_structure.decider, name="allocations-decider"),
    path("l/<str:jeton>/ressources", jeune.declarer, name="jeune_ressources"),
    path(BASE, views.liste, name="allocations"),
    path(BASE + "demander", views.demander, name="allocations-demander"),
    path(BASE + "<mois:mois>/", views.decision, name="allocation"),
    path(BASE + "<mois:mois>/ressources", views.declarer, name="allocation-declarer"),
    path(BASE + "<mois:mois>/verifier", views.verifier, name="allocation-verifier"),
    path(BASE + "<mois:mois>/decider", views.decider, name="allocation-decider"),
    path(BASE + "<mois:mois>/corriger", corrections.corriger, name="allocation-corriger"),
    path(BASE + "<mois:mois>/recalculer", corrections.recalculer, name="allocation-recalculer"),
    path(BASE + "<mois:mois>/courrier", views.courrier, name="allocation-courrier"),
    path(BASE + "<mois:mois>/notifier", views.notifier, name="allocation-notifier"),
    path(CONTRAT + "pieces-allocation/", pieces.pieces, name="allocation-pieces"),
    path(CONTRAT + "pieces-allocation/recues", pieces.recevoir, name="allocation-pieces-recues"),
    path(CONTRAT + "pieces-allocation/conservatoire", pieces.conservatoire, name="allocation-conservatoire"),
    path("dossiers/<str:numero>/trop-percus/<int:cle>/", trop_percus.trop_percu, name="trop-percu"),
    path(PACEA, pacea.liste, name="pacea-allocations"),
    path(PACEA + "demander", pacea.demander, name="pacea-demander"),
    path(PACEA + "<int:cle>/", pacea.allocation, name="pacea-allocation"),
    path(PACEA + "<int:cle>/accorder", pacea.accorder, name="pacea-accorder"),
    path(PACEA + "<int:cle>/refuser", pacea.refuser, name="pacea-refuser"),
    path(PACEA + "<int:cle>/abandonner", pacea.abandonner, name="pacea-abandonner"),
    path(PACEA + "<int:cle>/notifier", pacea.notifier, name="pacea-notifier"),
]
