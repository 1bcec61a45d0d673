"""How a message leaves: one replaceable sender for each channel (`settings.EXPEDITEURS`, docs/messages.md).

A sender says what happened: an answer is a reference, `NonParti` is certain not to have left and may be tried
again, `Refuse` will never leave. Any other exception leaves the message uncertain: it isn't sent twice.
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    import httpx

DELAI = 10.0  # seconds


class NonParti(Exception):
    """The carrier took nothing: the message may be tried again. The text is a short French reason."""


class Refuse(Exception):
    """The carrier will never take this message. The text is a short French reason."""


@dataclass(frozen=True)
class Pli:
    """What a sender needs: nothing else of the dossier goes out. `reference` is ours, the same at each attempt."""

    destinataire: str
    objet: str
    corps: str
    reference: str


class Expediteur(Protocol):
    def pret(self) -> str:
        """Why it can't send, in French; "" when it can."""

    def expedier(self, pli: Pli) -> str:
        """The carrier's reference. Raises `NonParti`, `Refuse`."""


class BoiteVisible:
    """The demonstration's: nothing leaves, the mailbox of the sandbox shows the messages."""

    def pret(self) -> str:
        return ""

    def expedier(self, pli: Pli) -> str:
        return "boite-de-demonstration"


class CourrielSmtp:
    """By Django's e-mail (`EMAIL_HOST`, `DEFAULT_FROM_EMAIL`), in plain text."""

    def pret(self) -> str:
        return "" if settings.EMAIL_HOST else "l'envoi de courriels n'est pas réglé (IMILO_SMTP)"

    def expedier(self, pli: Pli) -> str:
        courriel = EmailMessage(
            pli.objet,
            pli.corps,
            to=[pli.destinataire],
            headers={"Message-ID": f"<{pli.reference}@imilo>"},
            connection=get_connection(timeout=int(DELAI)),
        )
        try:
            courriel.send()
        except smtplib.SMTPRecipientsRefused as erreur:
            raise Refuse("cette adresse est refusée") from erreur
        except (smtplib.SMTPConnectError, ConnectionRefusedError) as erreur:
            raise NonParti("le serveur de courriels ne répond pas") from erreur
        return pli.reference


class PasserelleSms:
    """A gateway: `POST {"to", "text", "reference"}` with a bearer token, answered `{"id"}` (docs/messages.md)."""

    def pret(self) -> str:
        return "" if settings.SMS_ADRESSE and settings.SMS_JETON else "l'envoi de SMS n'est pas réglé (IMILO_SMS_URL)"

    def expedier(self, pli: Pli) -> str:
        import httpx  # with whom has an SMS to send: every command loads this module

        try:
            reponse = httpx.post(
                settings.SMS_ADRESSE,
                json={"to": pli.destinataire, "text": pli.corps, "reference": pli.reference},
                headers={"Authorization": f"Bearer {settings.SMS_JETON}", "Idempotency-Key": pli.reference},
                timeout=DELAI,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout) as erreur:
            raise NonParti("la passerelle de SMS ne répond pas") from erreur
        if reponse.status_code in (429, 503):
            raise NonParti("la passerelle de SMS demande d'attendre")
        if 400 <= reponse.status_code < 500:
            raise Refuse(f"la passerelle de SMS refuse ce message ({reponse.status_code})")
        reponse.raise_for_status()
        return _numero(reponse)


def _numero(reponse: httpx.Response) -> str:
    """The gateway's number; a body that can't be read is no reason to doubt that it took the message."""
    try:
        return str(reponse.json().get("id", ""))[:100]
    except (ValueError, AttributeError):
        return ""


@lru_cache(maxsize=8)
def _fabriquer(chemin: str) -> Expediteur:
    fabrique: type[Expediteur] = import_string(chemin)
    return fabrique()


def expediteur(canal: str) -> Expediteur:
    """The sender of a channel, as `settings.EXPEDITEURS` names it by a dotted path."""
    return _fabriquer(settings.EXPEDITEURS[canal])
