"""Establishments that write, their keys, and how many calls each may make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from imilo.acteurs.cles_api import creer_cle, presenter, revoquer_cle
from imilo.acteurs.models import CleApi, FamilleApi
from imilo.echanges.connecteurs.apprentissage.models import SIRET, UAI, CleOrganisme, Organisme
from imilo.journal.services import consigner
from imilo.socle.erreurs import RegleViolee

APPELS_PAR_MINUTE = 3_000
SANS_USAGE = timedelta(days=365)  # twelve months: then a key is revoked
ENTRE_DEUX_NOTES = timedelta(minutes=1)

COMPTER = """
INSERT INTO apprentissage_debit AS d (organisme_id, minute, nombre) VALUES (%s, %s, 1)
ON CONFLICT (organisme_id) DO UPDATE SET
    nombre = CASE WHEN d.minute = excluded.minute THEN d.nombre + 1 ELSE 1 END, minute = excluded.minute
RETURNING nombre
"""


@dataclass(frozen=True)
class Appelant:
    """Who calls: the establishment of the key, and the key's number for the journal."""

    organisme: Organisme
    cle_id: int

    @property
    def acteur(self) -> str:
        return f"cle_api:{self.cle_id}"


class TropDAppels(Exception):
    """More calls in this minute than an establishment may make: `secondes` until the next one."""

    def __init__(self, secondes: int) -> None:
        super().__init__(secondes)
        self.secondes = secondes


@transaction.atomic
def enregistrer_organisme(
    *, uai: str, siret: str, nom: str = "", responsable: Organisme | None = None, partenaire: bool = False
) -> Organisme:
    """Know an establishment, or correct what is known of it. Fact `organisme.enregistre`.

    Raises `RegleViolee` for a UAI or a SIRET that can't be one.
    """
    try:
        UAI(uai)
        SIRET(siret)
    except ValidationError as erreur:
        raise RegleViolee(erreur.messages[0]) from erreur
    if responsable is not None and (responsable.uai, responsable.siret) == (uai, siret):
        responsable = None
    organisme, _ = Organisme.objects.update_or_create(
        uai=uai, siret=siret, defaults={"nom": nom, "responsable": responsable, "partenaire": partenaire}
    )
    consigner(None, "organisme.enregistre", organisme)
    return organisme


@transaction.atomic
def creer_cle_de_l_organisme(organisme: Organisme) -> tuple[CleApi, str]:
    """A key with which the establishment's software writes its apprentices; returns it with its secret, shown once."""
    cle, secret = creer_cle(None, famille=FamilleApi.DOSSIERS_APPRENANTS, nom=str(organisme)[:100], structure=None)
    CleOrganisme.objects.create(cle=cle, organisme=organisme)
    return cle, secret


def appelant(secret: str) -> Appelant | None:
    """Who presents this key; None for a key that isn't valid. Unused for twelve months, it is revoked now."""
    presentee = presenter(secret)
    if presentee is None:
        return None
    prefixe, empreinte = presentee
    lien = (
        CleOrganisme.objects.select_related("cle", "organisme")
        .filter(
            cle__prefixe=prefixe,
            cle__empreinte=empreinte,
            cle__famille=FamilleApi.DOSSIERS_APPRENANTS,
            cle__revoquee_le__isnull=True,
        )
        .first()
    )
    maintenant = timezone.now()
    if lien is None or (
        lien.cle.expire_le and lien.cle.expire_le < timezone.localdate(maintenant, timezone.get_default_timezone())
    ):
        return None
    if _endormie(lien.cle, maintenant):
        revoquer_cle(None, cle=lien.cle)
        return None
    _noter_l_usage(lien.cle, maintenant)
    return Appelant(lien.organisme, lien.cle_id)


def _endormie(cle: CleApi, maintenant: datetime) -> bool:
    return (cle.derniere_utilisation or cle.cree_le) < maintenant - SANS_USAGE


def _noter_l_usage(cle: CleApi, maintenant: datetime) -> None:
    """At most once a minute: a busy key isn't a row rewritten at each call."""
    vue = cle.derniere_utilisation
    if vue is None or vue < maintenant - ENTRE_DEUX_NOTES:
        CleApi.objects.filter(pk=cle.pk, derniere_utilisation=vue).update(derniere_utilisation=maintenant)


def revoquer_les_endormies() -> int:
    """Revoke the keys of the CFA unused for twelve months; returns how many."""
    maintenant = timezone.now()
    endormies = [
        lien.cle
        for lien in CleOrganisme.objects.select_related("cle").filter(cle__revoquee_le__isnull=True)
        if _endormie(lien.cle, maintenant)
    ]
    for cle in endormies:
        revoquer_cle(None, cle=cle)
    return len(endormies)


def compter_l_appel(organisme: Organisme) -> None:
    """Count a call, in a transaction of its own. Raises `TropDAppels`."""
    maintenant = timezone.now()
    with connection.cursor() as curseur:
        curseur.execute(COMPTER, [organisme.pk, maintenant.replace(second=0, microsecond=0)])
        nombre = curseur.fetchone()[0]
    if nombre > APPELS_PAR_MINUTE:
        raise TropDAppels(60 - maintenant.second)
