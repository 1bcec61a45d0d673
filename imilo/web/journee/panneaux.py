"""The panels of *Ma journée*: each room contributes its own to one list, and the page shows those that say something.

To add one: a function of the room, (request, day) to what its template reads as `panneau`, None when there is nothing
to say; its template; and a line of `PANNEAUX`, in the order of the page. It asks the permission itself, and makes a
bounded number of queries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Window

from imilo.acteurs.profils import peut
from imilo.parcours.arrivees.selectors import a_travailler
from imilo.parcours.arrivees.services import TRAITER
from imilo.parcours.dossiers.selectors.referents import dossiers_suivis
from imilo.parcours.doublons.selectors import a_decider
from imilo.parcours.messagerie.selectors import a_corriger
from imilo.parcours.transferts.selectors import recus
from imilo.web.allocation.journee import mois_a_revoir
from imilo.web.asp.journee import du_jour as paiements_du_jour
from imilo.web.contrat.journee import charges_au_dela
from imilo.web.contrat.recours import du_jour as recours_du_jour
from imilo.web.requete import Requete

ARRIVEES = 5  # the first ones: the others are one click away


@dataclass(frozen=True)
class Panneau:
    """`gabarit` shows what `source` gives."""

    gabarit: str
    source: Callable[[Requete, date], Any]


def _transferts(requete: Requete, le: date) -> Any:
    return recus() if peut(requete.affectation.profil, "transfert.gerer") else None


def _doublons(requete: Requete, le: date) -> Any:
    if not peut(requete.affectation.profil, "doublon.decider"):
        return None
    return a_decider(agent=requete.user, structure=requete.structure)


def _messages(requete: Requete, le: date) -> Any:
    """What didn't reach the young people of this agent's caseload."""
    if not peut(requete.affectation.profil, "dossier.suivre"):
        return None
    suivis = dossiers_suivis(agent=requete.user, structure=requete.structure, le=le).actifs()
    return a_corriger(dossiers=suivis)


def _arrivees(requete: Requete, le: date) -> Any:
    """The first arrivals and, in the same query, how many there are."""
    if not peut(requete.affectation.profil, TRAITER):
        return None
    toutes = a_travailler(agent=requete.user, structure=requete.structure, le=le)
    return list(toutes.annotate(nombre=Window(Count("pk")))[:ARRIVEES])


PANNEAUX = (
    Panneau("web/asp/_journee.html", paiements_du_jour),
    Panneau("web/allocation/_journee.html", mois_a_revoir),
    Panneau("web/contrat/_journee.html", charges_au_dela),
    Panneau("web/contrat/_journee_recours.html", recours_du_jour),
    Panneau("web/journee/_messages.html", _messages),
    Panneau("web/journee/_transferts.html", _transferts),
    Panneau("web/journee/_doublons.html", _doublons),
    Panneau("web/journee/_arrivees.html", _arrivees),
)


def panneaux(requete: Requete, le: date) -> list[tuple[str, Any]]:
    """The panels that have something to say on that day: (template, what it reads)."""
    return [(p.gabarit, contenu) for p in PANNEAUX if (contenu := p.source(requete, le))]
