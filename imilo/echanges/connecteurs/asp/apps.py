from django.apps import AppConfig


class Asp(AppConfig):
    name = "imilo.echanges.connecteurs.asp"
    label = "asp"

    def ready(self) -> None:
        from imilo.echanges.connecteurs.asp import familles

        familles.declarer_familles()
