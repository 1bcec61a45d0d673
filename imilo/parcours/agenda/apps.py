from django.apps import AppConfig


class Agenda(AppConfig):
    name = "imilo.parcours.agenda"
    label = "agenda"
