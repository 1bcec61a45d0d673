"""How a decision of orientation reaches the person (R. 5411-8-1)."""

from __future__ import annotations

from typing import Literal

from imilo.droit.registre import Redaction

MoyenNotification = Literal[
    "main_propre",
    "lettre_recommandee",
    "lettre_recommandee_electronique",
    "espace_personnel_accuse_lecture",
    "commissaire_justice",
    "lettre_simple",
    "courriel",
    "sms",
    "oral",
]
DATENT = (
    "main_propre",
    "lettre_recommandee",
    "lettre_recommandee_electronique",
    "espace_personnel_accuse_lecture",
    "commissaire_justice",
)
ARTICLE = "R. 5411-8-1"


def notifier(moyen: MoyenNotification | None, redaction: Redaction) -> bool | None:
    """Say whether the means dates the reception for certain; None while nothing was sent."""
    redaction.citer(ARTICLE)
    if moyen is None:
        return None
    valable = moyen in DATENT
    phrase = (
        "La décision vous est remise par un moyen qui prouve le jour où vous la recevez."
        if valable
        else "Ce moyen ne prouve pas le jour où vous recevez la décision : elle doit vous être notifiée autrement."
    )
    redaction.motif("notification", valable, phrase, ARTICLE)
    return valable
