"""Keys of other systems: made once, shown once, checked at each call."""

from __future__ import annotations

import hmac
import secrets
from datetime import date, datetime, timedelta

from django.utils import timezone

from imilo.acteurs.models import Agent, CleApi, FamilleApi, Structure
from imilo.journal.services import consigner
from imilo.socle import preparees
from imilo.socle.chiffrement import empreinte
from imilo.socle.perimetre import perimetre

# A last use is written at most this often: a busy key isn't a row rewritten at each call.
PAS_DE_DERNIERE_UTILISATION = timedelta(minutes=1)
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


# On the path of every call of another system: see `CleApiQuerySet.valides` for the same in Python.
_VALIDE = """
SELECT id, famille, prefixe, empreinte, structure_id, derniere_utilisation FROM acteurs_cleapi
WHERE prefixe = %s AND famille = %s AND revoquee_le IS NULL AND (expire_le IS NULL OR expire_le >= %s)
"""


def authentifier(secret: str, *, famille: FamilleApi, maintenant: datetime) -> CleApi | None:
    """The valid key of this family that `secret` is, or None. Notes its use, once a minute at most."""
    prefixe, point, _ = secret.partition(".")
    if not point or len(prefixe) != LONGUEUR_PREFIXE or not (prefixe.isascii() and prefixe.isalnum()):
        return None
    ligne = preparees.lire(_VALIDE, [prefixe, famille.value, maintenant.date()])
    calculee = empreinte(secret, "cle_api") or b""
    if ligne is None or not hmac.compare_digest(calculee, bytes(ligne[3])):
        return None
    pk, connue, debut, _, structure_id, derniere = ligne
    cle = CleApi(pk=pk, famille=connue, prefixe=debut, structure_id=structure_id, derniere_utilisation=derniere)
    if derniere is None or maintenant - derniere > PAS_DE_DERNIERE_UTILISATION:
        CleApi.objects.filter(pk=pk).update(derniere_utilisation=maintenant)
    return cle
