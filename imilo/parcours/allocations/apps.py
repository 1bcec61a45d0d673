from django.apps import AppConfig


class Allocations(AppConfig):
    name = "imilo.parcours.allocations"
    label = "allocations"
