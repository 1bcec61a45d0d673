"""Keys of other systems: made once, shown once, checked at each call (SQL function `acteurs_cle_presentee`)."""

from __future__ import annotations

import secrets
from datetime import date

from django.utils import timezone

from imilo.acteurs.models import Agent, CleApi, FamilleApi, Structure
from imilo.journal.services import consigner
from imilo.socle.chiffrement import empreinte
from imilo.socle.perimetre import perimetre

LONGUEUR_PREFIXE = 8


def creer_cle(
    agent: Agent | None,
    *,
    famille: FamilleApi,
    nom: str,
    structure: Structure | None,
    expire_le: date | None = None,
) -> tuple[CleApi, str]:
    """Make a key; returns it with its secret, which is shown once and can't be found again."""
    with perimetre(structure.pk if structure else None):
        prefixe = secrets.token_hex(LONGUEUR_PREFIXE // 2)
        secret = f"{prefixe}.{secrets.token_urlsafe(32)}"
        cle = CleApi.objects.create(
            famille=famille,
            nom=nom,
            prefixe=prefixe,
            empreinte=empreinte(secret, "cle_api"),
            structure=structure,
            creee_par=agent,
            expire_le=expire_le,
        )
        consigner(agent, "cle_api.creee", cle, famille=famille.value)
    return cle, secret


def revoquer_cle(agent: Agent | None, *, cle: CleApi) -> None:
    """From now on the key opens nothing. Revoking twice changes nothing."""
    with perimetre(cle.structure_id):
        if CleApi.objects.filter(pk=cle.pk, revoquee_le__isnull=True).update(revoquee_le=timezone.now()):
            consigner(agent, "cle_api.revoquee", cle)


def presenter(secret: str) -> tuple[str, bytes] | None:
    """What the database knows a presented key by, its prefix and its keyed hash; None if it isn't made like a key."""
    prefixe, point, _ = secret.partition(".")
    if not point or len(prefixe) != LONGUEUR_PREFIXE or not (prefixe.isascii() and prefixe.isalnum()):
        return None
    return prefixe, empreinte(secret, "cle_api") or b""
