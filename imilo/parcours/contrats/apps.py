from django.apps import AppConfig


class Contrats(AppConfig):
    name = "imilo.parcours.contrats"
    label = "contrats"

    def ready(self) -> None:
        from imilo.parcours.contrats import familles, sources

        familles.declarer_familles()
        sources.declarer()
