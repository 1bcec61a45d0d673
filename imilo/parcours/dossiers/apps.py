from django.apps import AppConfig


class Dossiers(AppConfig):
    name = "imilo.parcours.dossiers"
    label = "dossiers"
