"""How often an agent may be shown people of other structures: an hour's quota, so that nobody lists the country."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from imilo.acteurs.models import Agent
from imilo.socle.chiffrement import empreinte
from imilo.socle.normalisation import normaliser

DEBUT = 3  # letters by which a search typed letter by letter is known for the same
_PAS_UNE_LETTRE = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class Compte:
    """`permise`: the answers of other structures may be shown; `nouvelle`: this search was counted, it isn't one
    that goes on being typed; `atteint`: the quota has just been reached; `reprise`: when a new hour begins."""

    permise: bool
    nouvelle: bool
    atteint: bool
    reprise: datetime


def compter(agent: Agent, texte: str, *, entier: bool = False) -> Compte:
    """Count a search that found people elsewhere. What was typed isn't kept: only a keyed hash of its beginning.

    The beginning is that of a name: a year before it would make one search of every name of that year. `entier`: the
    whole text tells a search from another, for who asks for the whole list of answers.
    """
    propre = normaliser(texte)
    lettres = _PAS_UNE_LETTRE.sub("", propre)[:DEBUT]
    debut = empreinte(f"={propre}" if entier else lettres or texte.strip()[:DEBUT], "annuaire")
    with connection.cursor() as curseur:
        curseur.execute("SELECT * FROM annuaire_compter(%s, %s, %s)", [agent.pk, debut, settings.ANNUAIRE_QUOTA])
        return Compte(*curseur.fetchone())
