"""Family of personal data: what was sent to the person, and to which number or address."""

from __future__ import annotations

from imilo.parcours.messagerie.models import MessageSortant
from imilo.socle.familles import declarer, famille_de_modele


def declarer_familles() -> None:
    declarer(famille_de_modele(MessageSortant, code="messages", libelle="Messages envoyés (SMS, courriels)"))
