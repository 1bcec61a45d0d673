"""Reads of messages, and the way to reach a person."""

from __future__ import annotations

import phonenumbers

from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.messagerie.models import Canal, MessageSortant


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
