from django.apps import AppConfig


class Acces(AppConfig):
    name = "imilo.parcours.acces"
    label = "acces"

    def ready(self) -> None:
        from imilo.parcours.acces import familles, sources

        familles.declarer_familles()
        sources.declarer()
