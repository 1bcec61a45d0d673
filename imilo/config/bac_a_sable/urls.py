"""Routes of the sandbox, under `/bac-a-sable/`: the provider, and the mailbox of the people."""

from __future__ import annotations

from django.urls import path

from imilo.config.bac_a_sable import boite, views

app_name = "bac_a_sable"

urlpatterns = [
    path("api/v2/.well-known/openid-configuration", views.decouverte, name="decouverte"),
    path("api/v2/jwks", views.jwks, name="jwks"),
    path("api/v2/authorize", views.autoriser, name="autoriser"),
    path("api/v2/token", views.jeton, name="jeton"),
    path("api/v2/userinfo", views.userinfo, name="userinfo"),
    path("api/v2/session/end", views.fin_de_session, name="fin_de_session"),
    path("messages", boite.messages, name="messages"),
]
