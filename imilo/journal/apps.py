from django.apps import AppConfig


class Journal(AppConfig):
    name = "imilo.journal"
    label = "journal"
