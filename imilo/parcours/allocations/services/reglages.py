"""What a structure chooses for its allowances."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui, habilite
from imilo.journal.services import consigner
from imilo.parcours.allocations.models import ReglageAllocations
from imilo.socle.erreurs import NonHabilite, RegleViolee

REGLER = "allocation.regler"


@transaction.atomic
def regler(
    agent: Agent, *, structure: Structure, deux_regards: bool, jour_limite: int, rappels: bool = False
) -> ReglageAllocations:
    """Choose whether two persons look at each decision, until which day resources are awaited, who is reminded.

    Fact `allocations.reglees`. Raises `NonHabilite`, `RegleViolee`.
    """
    if not habilite(agent=agent, structure=structure, action=REGLER, le=aujourd_hui(structure)):
        raise NonHabilite("Ces réglages sont ceux de la direction.")
    reglage = ReglageAllocations.objects.select_for_update().filter(structure=structure).first()
    reglage = reglage or ReglageAllocations(structure=structure)
    reglage.deux_regards, reglage.jour_limite, reglage.rappels = deux_regards, jour_limite, rappels
    try:
        reglage.clean_fields(exclude={"structure"})
    except ValidationError as erreur:
        champ, messages = next(iter(erreur.message_dict.items()))
        raise RegleViolee(messages[0], champ) from erreur
    reglage.save()
    consigner(
        agent,
        "allocations.reglees",
        reglage,
        deux_regards=int(deux_regards),
        jour_limite=jour_limite,
        rappels=int(rappels),
    )
    return reglage
