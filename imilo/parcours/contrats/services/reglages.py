"""What a structure settles of its contracts, where no text says it."""

from __future__ import annotations

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.journal.services import consigner
from imilo.parcours.contrats.models import ReglageContrats
from imilo.socle.erreurs import RegleViolee


@transaction.atomic
def regler_contrats(
    agent: Agent, *, structure_id: int, cej_par_conseiller: int, rappel_signature_jours: int | None = None
) -> ReglageContrats:
    """Set how many CEJ a counsellor of this structure usually follows (a mark, no limit), and after how many days
    without a signature a reminder leaves (None: as it is). Fact `reglage.contrats`. Raises `RegleViolee`."""
    if not 1 <= cej_par_conseiller <= 200:
        raise RegleViolee("Choisissez un nombre entre 1 et 200.", "cej_par_conseiller")
    regles = {"cej_par_conseiller": cej_par_conseiller}
    if rappel_signature_jours is not None:
        regles["rappel_signature_jours"] = rappel_signature_jours
    reglage, _ = ReglageContrats.objects.update_or_create(structure_id=structure_id, defaults=regles)
    consigner(agent, "reglage.contrats", reglage)
    return reglage
