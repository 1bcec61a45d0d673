from django.apps import AppConfig


class Fiche(AppConfig):
    name = "imilo.parcours.fiche"
    label = "fiche"

    def ready(self) -> None:
        from imilo.parcours.fiche import familles, sources

        familles.declarer_familles()
        sources.declarer()
