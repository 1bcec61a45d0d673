"""Reads of messages, and the way to reach a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import phonenumbers
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.messagerie.models import Canal, EtatMessage, MessageSortant

ECHECS = (EtatMessage.ECHEC, EtatMessage.INCERTAIN)
A_VOIR = timedelta(days=30)  # what didn't leave is told for so long


def mobile(numero: str) -> bool:
    """Whether an E.164 number can receive an SMS (a mobile one, or a plan that doesn't tell)."""
    try:
        lu = phonenumbers.parse(numero)
    except phonenumbers.NumberParseException:
        return False
    genre = phonenumbers.number_type(lu)
    return genre in (
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        phonenumbers.PhoneNumberType.UNKNOWN,
    )


def adresses(dossier: Dossier) -> dict[str, str]:
    """{canal: number or address} by which the person may be written to, SMS first."""
    trouvees = {}
    if numero := next((n for n in (dossier.telephone, dossier.telephone_2) if n and mobile(n)), ""):
        trouvees[Canal.SMS.value] = numero
    if dossier.courriel:
        trouvees[Canal.COURRIEL.value] = dossier.courriel
    return trouvees


def messages_du_dossier(*, dossier: Dossier, limite: int = 50) -> list[MessageSortant]:
    """The last messages about a dossier, newest first."""
    return list(MessageSortant.objects.filter(dossier=dossier).select_related("agent").recents()[:limite])


def pas_partis(messages: Iterable[MessageSortant]) -> list[MessageSortant]:
    """The same as `a_corriger`, among the messages of one dossier already read, newest first."""
    depuis, vus, trouves = timezone.now() - A_VOIR, set[str](), list[MessageSortant]()
    for m in messages:
        if m.canal in vus:
            continue
        if m.etat in ECHECS and m.cree_le >= depuis:
            trouves.append(m)
        if m.etat in (*ECHECS, EtatMessage.ENVOYE):
            vus.add(m.canal)
    return trouves


def a_corriger(*, dossiers: QuerySet[Dossier, Any]) -> list[MessageSortant]:
    """The last message of each dossier and channel that didn't leave, or may not have, newest first. One query.

    Not once a later one has left by the same channel, nor after thirty days.
    """
    partis = MessageSortant.objects.filter(
        dossier=OuterRef("dossier"), canal=OuterRef("canal"), etat=EtatMessage.ENVOYE, pk__gt=OuterRef("pk")
    )
    echecs = (
        MessageSortant.objects.filter(
            dossier__in=dossiers,
            etat__in=ECHECS,
            cree_le__gte=timezone.now() - A_VOIR,
        )
        .exclude(Exists(partis))
        .order_by("dossier", "canal", "-pk")
        .distinct("dossier", "canal")
        .select_related("dossier__jeune")
        .defer("corps", "secret", "destinataire")
    )
    return sorted(echecs, key=lambda m: m.cree_le, reverse=True)
