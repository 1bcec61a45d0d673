from django.apps import AppConfig


class Jeunes(AppConfig):
    name = "imilo.jeunes"
    label = "jeunes"

    def ready(self) -> None:
        from imilo.jeunes.familles import declarer_familles

        declarer_familles()
