from django.apps import AppConfig


class Doublons(AppConfig):
    name = "imilo.parcours.doublons"
    label = "doublons"

    def ready(self) -> None:
        from imilo.parcours.doublons import familles, sources

        familles.declarer_familles()
        sources.declarer()
