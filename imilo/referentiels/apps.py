from django.apps import AppConfig


class Referentiels(AppConfig):
    name = "imilo.referentiels"
    label = "referentiels"
    verbose_name = "référentiels"
