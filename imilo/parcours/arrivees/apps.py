from django.apps import AppConfig


class Arrivees(AppConfig):
    name = "imilo.parcours.arrivees"
    label = "arrivees"

    def ready(self) -> None:
        from imilo.parcours.arrivees import familles

        familles.declarer_familles()
