from django.apps import AppConfig


class Web(AppConfig):
    name = "imilo.web"
    label = "web"

    def ready(self) -> None:
        from imilo.web.activite import liens as activite

        activite.declarer_liens()
