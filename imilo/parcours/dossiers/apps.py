from django.apps import AppConfig


class Dossiers(AppConfig):
    name = "imilo.parcours.dossiers"
    label = "dossiers"

    def ready(self) -> None:
        from imilo.parcours.dossiers import familles, sources

        familles.declarer_familles()
        sources.declarer()
