from django.apps import AppConfig


class Listes(AppConfig):
    name = "imilo.echanges.connecteurs.listes"
    label = "listes"

    def ready(self) -> None:
        from imilo.echanges.connecteurs.listes import familles

        familles.declarer_familles()
