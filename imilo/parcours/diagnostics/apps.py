from django.apps import AppConfig


class Diagnostics(AppConfig):
    name = "imilo.parcours.diagnostics"
    label = "diagnostics"

    def ready(self) -> None:
        from imilo.parcours.diagnostics import familles, sources

        familles.declarer_familles()
        sources.declarer()
