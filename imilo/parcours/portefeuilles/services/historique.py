"""The history of référents, filled by the one service that changes them."""

from __future__ import annotations

from collections.abc import Sequence

from imilo.acteurs.models import Agent
from imilo.parcours.dossiers.services.referents import Changement
from imilo.parcours.portefeuilles.models import ChangementReferent


def garder(agent: Agent | None, changements: Sequence[Changement]) -> None:
    """Keep one row for each change, in one order. Part of another act: no fact of its own."""
    ChangementReferent.objects.bulk_create(
        ChangementReferent(
            dossier_id=c.dossier_id,
            structure_id=c.structure_id,
            avant_id=c.avant.referent_id,
            avant_depuis=c.avant.depuis,
            apres_id=c.apres.referent_id,
            apres_depuis=c.apres.depuis,
            par=agent,
            retour=c.retour,
        )
        for c in changements
    )
