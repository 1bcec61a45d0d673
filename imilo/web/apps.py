from django.apps import AppConfig


class Web(AppConfig):
    name = "imilo.web"
    label = "web"

    def ready(self) -> None:
        from imilo.web.activite import liens as activite
        from imilo.web.diagnostic import liens as diagnostic

        activite.declarer_liens()
        diagnostic.declarer_liens()
