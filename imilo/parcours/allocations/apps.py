from django.apps import AppConfig


class Allocations(AppConfig):
    name = "imilo.parcours.allocations"
    label = "allocations"

    def ready(self) -> None:
        from imilo.parcours.allocations import familles, rappels, sources

        familles.declarer_familles()
        rappels.declarer_le_lien()
        sources.declarer()
