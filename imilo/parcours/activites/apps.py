from django.apps import AppConfig


class Activites(AppConfig):
    name = "imilo.parcours.activites"
    label = "activites"

    def ready(self) -> None:
        from imilo.parcours.activites import familles, sources

        familles.declarer_familles()
        sources.declarer()
