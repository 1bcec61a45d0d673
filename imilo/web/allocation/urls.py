"""Addresses of allowances: a month is AAAA-MM."""

from django.urls import path, register_converter

from imilo.web.allocation import views


class MoisConverter:
    """`2026-03` and nothing else."""

    regex = r"20[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, valeur: str) -> str:
        return valeur

    def to_url(self, valeur: str) -> str:
        return valeur


register_converter(MoisConverter, "mois")
BASE = "dossiers/<str:numero>/contrats/<int:contrat_id>/allocations/"

urlpatterns = [
    path(BASE, views.liste, name="allocations"),
    path(BASE + "<mois:mois>/", views.decision, name="allocation"),
    path(BASE + "<mois:mois>/ressources", views.declarer, name="allocation-declarer"),
    path(BASE + "<mois:mois>/decider", views.decider, name="allocation-decider"),
    path(BASE + "<mois:mois>/notifier", views.notifier, name="allocation-notifier"),
]
