from django.apps import AppConfig


class Transferts(AppConfig):
    name = "imilo.parcours.transferts"
    label = "transferts"

    def ready(self) -> None:
        from imilo.parcours.transferts import familles, sources

        familles.declarer_familles()
        sources.declarer()
