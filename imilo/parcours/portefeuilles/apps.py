from django.apps import AppConfig


class Portefeuilles(AppConfig):
    name = "imilo.parcours.portefeuilles"
    label = "portefeuilles"

    def ready(self) -> None:
        from imilo.parcours.portefeuilles import familles, sources

        familles.declarer_familles()
        sources.declarer()
