from django.apps import AppConfig


class Diagnostics(AppConfig):
    name = "imilo.parcours.diagnostics"
    label = "diagnostics"
