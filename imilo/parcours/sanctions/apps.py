from django.apps import AppConfig


class Sanctions(AppConfig):
    name = "imilo.parcours.sanctions"
    label = "sanctions"

    def ready(self) -> None:
        from imilo.parcours.sanctions import familles, sources

        familles.declarer_familles()
        sources.declarer()
