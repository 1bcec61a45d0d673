from django.apps import AppConfig


class Acteurs(AppConfig):
    name = "imilo.acteurs"
    label = "acteurs"
