"""Opening a dossier by its number, and the trace of a number that the agent may not see."""

from __future__ import annotations

from imilo.acteurs.models import Agent, Structure
from imilo.journal.services import consigner
from imilo.parcours.dossiers import renvois
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors import dossier_visible


class DossierIntrouvable(Exception):  # French names of the domain say what happened
    """No dossier of this number in the agent's perimeter. The caller answers 404 and commits."""


def demander_dossier(agent: Agent, *, structure: Structure, numero: str) -> Dossier:
    """The dossier of that number (seven digits). Raises `DossierIntrouvable` after one fact in the journal.

    The number of a dossier that was merged gives the one it was merged into. The fact, the answer and the queries
    are the same for another structure's number and for one that doesn't exist: nobody learns which it was.
    """
    dossier = dossier_visible(agent=agent, structure=structure, numero=numero)
    if dossier is None and numero.isascii() and numero.isdigit() and len(numero) <= 7:
        actuel = renvois.numero_actuel(structure.pk, int(numero))
        dossier = dossier_visible(agent=agent, structure=structure, numero=actuel) if actuel else None
    if dossier is None:
        demande = numero if numero.isascii() and numero.isdigit() and len(numero) <= 7 else "illisible"
        consigner(agent, "dossier.refuse", structure=structure, numero=demande)
        raise DossierIntrouvable(numero)
    return dossier
