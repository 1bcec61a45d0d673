"""What the manager of allowances does: say that a rejected line is corrected, file a return that was put aside."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.echanges.connecteurs.asp.models import EtatLigne, EtatRetour, Ligne, Retour
from imilo.journal.services import consigner
from imilo.socle.erreurs import RegleViolee

TACHE = "asp_echanger_structure"
RENVOIS_MAX = 500


@transaction.atomic
def renvoyer(agent: Agent, *, structure: Structure, lignes: Collection[int]) -> int:
    """Say that rejected lines are corrected: what they told leaves again. Fact `asp.corrigee` for each; how many.

    The exchange is queued in the same transaction. Raises `RegleViolee` when none is to be corrected.
    """
    if len(lignes) > RENVOIS_MAX:
        raise RegleViolee(f"Renvoyez {RENVOIS_MAX} lignes au plus à la fois.")
    trouvees = list(
        Ligne.objects.a_corriger().filter(structure=structure, pk__in=lignes).select_for_update(of=("self",))
    )
    if not trouvees:
        raise RegleViolee("Aucune de ces lignes n'attend une correction : elles sont peut-être déjà reparties.")
    for ligne in trouvees:
        ligne.corrigee_le, ligne.corrigee_par = timezone.now(), agent
        ligne.save(update_fields=["corrigee_le", "corrigee_par"])
        consigner(agent, "asp.corrigee", ligne, code=ligne.code)
    demander_un_echange(structure)
    return len(trouvees)


@transaction.atomic
def classer(agent: Agent, retour: Retour) -> Retour:
    """File a return that was put aside: it is removed from `retrait` at the next exchange. Fact `asp.classe`.

    Raises `RegleViolee` for any other.
    """
    stocke = Retour.objects.select_for_update(of=("self",)).get(pk=retour.pk)
    if stocke.etat != EtatRetour.ECARTE or stocke.classe_le is not None:
        raise RegleViolee("Seul un retour mis de côté, pas encore classé, peut l'être.")
    stocke.classe_le, stocke.classe_par = timezone.now(), agent
    stocke.save(update_fields=["classe_le", "classe_par", "modifie_le"])
    consigner(agent, "asp.classe", stocke)
    demander_un_echange(stocke.structure)
    return stocke


def demander_un_echange(structure: Structure) -> None:
    """Queue an exchange for this structure; nothing more when one waits already."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob
    from procrastinate.exceptions import AlreadyEnqueued

    verrou = f"{TACHE}_{structure.pk}"
    if ProcrastinateJob.objects.filter(queueing_lock=verrou, status="todo").exists():
        return
    tache = app.configure_task(TACHE, queueing_lock=verrou)
    try:
        with transaction.atomic():
            tache.defer(structure_id=structure.pk)
    except AlreadyEnqueued:
        return


def rejetees(structure: Structure) -> int:
    """How many lines wait for a correction."""
    return Ligne.objects.filter(structure=structure, etat=EtatLigne.REJETEE, corrigee_le__isnull=True).count()
