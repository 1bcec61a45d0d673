"""What the sandbox remembers for a moment (codes, tokens), shared by every process of the server.

Rows of the sessions' table without an agent serve as the safe: they expire, and one that was taken is gone.
"""

from __future__ import annotations

from typing import Any

from imilo.web.models import SessionOuverte
from imilo.web.sessions import SessionStore

ESPECE = "bac_a_sable"


def deposer(espece: str, donnees: dict[str, Any], *, duree: int) -> str:
    """Keep `donnees` (JSON) for `duree` seconds. Returns the key that finds them."""
    coffre = SessionStore()
    coffre.update({**donnees, ESPECE: espece})
    coffre.set_expiry(duree)
    coffre.create()
    return str(coffre.session_key)


def lire(espece: str, cle: str) -> dict[str, Any] | None:
    """What was kept under this key, `None` after its time."""
    donnees = SessionStore(session_key=cle).load() if cle else {}
    return donnees if donnees.get(ESPECE) == espece else None


def prendre(espece: str, cle: str) -> dict[str, Any] | None:
    """The same, once: of two that ask at the same instant, one gets it."""
    donnees = lire(espece, cle)
    if donnees is None or SessionOuverte.objects.filter(session_key=cle).delete()[0] == 0:
        return None
    return donnees
