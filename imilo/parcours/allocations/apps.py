from django.apps import AppConfig


class Allocations(AppConfig):
    name = "imilo.parcours.allocations"
    label = "allocations"

    def ready(self) -> None:
        from imilo.parcours.allocations import familles, sources

        familles.declarer_familles()
        sources.declarer()
