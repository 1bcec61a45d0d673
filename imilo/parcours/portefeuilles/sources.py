"""What the caseload tells the dossier and *Ma journée*, and what it writes with a change of référent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from imilo.parcours.dossiers import alertes, lots
from imilo.parcours.dossiers.alertes import Alerte, Urgence
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.dossiers.selectors import referents as selection
from imilo.parcours.dossiers.services import referents
from imilo.parcours.portefeuilles.actions import REFERENT, VEILLE
from imilo.parcours.portefeuilles.selectors import remplacement_de, remplaces_par
from imilo.parcours.portefeuilles.services.historique import garder


def alertes_du_dossier(dossier: Dossier, le: date) -> Iterator[Alerte]:
    """The référent is away, and who answers meanwhile."""
    if dossier.referent_id is None or dossier.statut == Statut.FIN:
        return
    absence = remplacement_de(agent_id=dossier.referent_id, structure_id=dossier.structure_id, le=le)
    if absence is not None:
        yield Alerte(f"{absence.remplacant} remplace {absence.remplace} jusqu'au {absence.au:%d/%m/%Y}.", Urgence.INFO)


def declarer() -> None:
    """Called once, when the application is ready."""
    referents.declarer_suite(garder)
    selection.declarer_remplacements(remplaces_par)
    lots.declarer_action(REFERENT)
    lots.declarer_action(VEILLE)
    alertes.declarer_alertes("portefeuilles", alertes_du_dossier)
