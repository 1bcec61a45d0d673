from django.apps import AppConfig


class Liens(AppConfig):
    name = "imilo.parcours.liens"
    label = "liens"

    def ready(self) -> None:
        from imilo.parcours.liens import familles

        familles.declarer_familles()
