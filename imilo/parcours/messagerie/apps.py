from django.apps import AppConfig


class Messagerie(AppConfig):
    name = "imilo.parcours.messagerie"
    label = "messagerie"

    def ready(self) -> None:
        from imilo.parcours.messagerie import familles, sources

        familles.declarer_familles()
        sources.declarer()
