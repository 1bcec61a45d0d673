from django.apps import AppConfig


class Jeunes(AppConfig):
    name = "imilo.jeunes"
    label = "jeunes"
