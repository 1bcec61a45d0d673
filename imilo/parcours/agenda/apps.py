from django.apps import AppConfig


class Agenda(AppConfig):
    name = "imilo.parcours.agenda"
    label = "agenda"

    def ready(self) -> None:
        from imilo.parcours.agenda import familles, sources

        familles.declarer_familles()
        sources.declarer()
