"""How another system proves who it is: a key of its family, in the header of the operator contract."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyHeader

from imilo.acteurs.cles_api import authentifier
from imilo.acteurs.models import CleApi, FamilleApi


class CleDeFamille(APIKeyHeader):
    """Accepts the valid keys of one family (`X-Gravitee-Api-Key`); `requete.auth` is then the `CleApi`."""

    param_name = "X-Gravitee-Api-Key"

    def __init__(self, famille: FamilleApi) -> None:
        self.famille = famille
        super().__init__()

    def authenticate(self, request: HttpRequest, key: str | None) -> CleApi | None:
        return authentifier(key or "", famille=self.famille, maintenant=timezone.now())
