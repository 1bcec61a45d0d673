from django.apps import AppConfig


class Contrats(AppConfig):
    name = "imilo.parcours.contrats"
    label = "contrats"
