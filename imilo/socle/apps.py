from django.apps import AppConfig


class Socle(AppConfig):
    name = "imilo.socle"
    label = "socle"
