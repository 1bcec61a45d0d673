"""Sessions kept in the database with their agent, so that they can be ended from outside.

ProConnect may say that a person signed out elsewhere (back-channel logout); the end of an affectation must
close what is open. Both need to find sessions by agent, which Django's own table can't.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as SessionEnBase
from django.utils import timezone

CLE_SID = "proconnect_sid"


class SessionStore(SessionEnBase):
    """`settings.SESSION_ENGINE` names this module."""

    @classmethod
    def get_model_class(cls) -> Any:
        from imilo.web.models import SessionOuverte

        return SessionOuverte

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        session: Any = super().create_model_instance(data)
        agent = data.get(SESSION_KEY)
        session.agent_id = int(agent) if agent is not None else None
        session.sid = data.get(CLE_SID, "")
        return session


def oublier_le_perime() -> int:
    """Remove sessions out of date, forms too old to be sent again, logouts too old to be replayed. Returns how many."""
    from imilo.web.envois import CONSERVES
    from imilo.web.models import Envoi, JetonDeDeconnexion

    avant = timezone.now() - CONSERVES
    perimes = (
        SessionStore.get_model_class().objects.filter(expire_date__lt=timezone.now()),
        Envoi.objects.filter(recu_le__lt=avant),
        JetonDeDeconnexion.objects.filter(recu_le__lt=avant),
    )
    return sum(lignes.delete()[0] for lignes in perimes)
