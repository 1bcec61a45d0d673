from django.apps import AppConfig


class Web(AppConfig):
    name = "imilo.web"
    label = "web"
