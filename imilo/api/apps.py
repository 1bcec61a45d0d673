from django.apps import AppConfig


class Api(AppConfig):
    name = "imilo.api"
    label = "api"
