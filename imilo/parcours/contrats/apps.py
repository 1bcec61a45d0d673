from django.apps import AppConfig


class Contrats(AppConfig):
    name = "imilo.parcours.contrats"
    label = "contrats"

    def ready(self) -> None:
        from imilo.parcours.contrats import familles, recours, sources
        from imilo.parcours.contrats.services import distance

        familles.declarer_familles()
        sources.declarer()
        recours.declarer()
        distance.declarer_liens()
