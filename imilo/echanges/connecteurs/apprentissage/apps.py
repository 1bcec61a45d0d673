from django.apps import AppConfig


class Apprentissage(AppConfig):
    name = "imilo.echanges.connecteurs.apprentissage"
    label = "apprentissage"

    def ready(self) -> None:
        from imilo.echanges.connecteurs.apprentissage import familles, transmission

        familles.declarer_familles()
        transmission.declarer()
