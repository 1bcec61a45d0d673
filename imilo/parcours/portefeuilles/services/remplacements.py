"""Replacing a colleague between two days."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui, habilite
from imilo.journal.services import consigner
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.parcours.dossiers.services.referents import peuvent_suivre
from imilo.parcours.portefeuilles.models import Remplacement
from imilo.socle.erreurs import NonHabilite, RegleViolee

GERER = "remplacement.gerer"
DUREE_MAX = timedelta(days=366)
CHAMPS = {
    "remplacement_fin_apres_debut": "au",
    "remplacement_par_un_autre": "remplacant",
    "remplacement_un_a_la_fois": "du",
}


def _verifier_habilitation(agent: Agent, structure: Structure, qui: set[int], le: date) -> None:
    """One arranges a replacement that one is part of; others' are for who answers for the structure."""
    if agent.pk not in qui and not habilite(agent=agent, structure=structure, action=GERER, le=le):
        raise NonHabilite(
            "Vous pouvez prévoir ou arrêter un remplacement qui vous concerne ; les autres, la direction le fait."
        )


@transaction.atomic
def prevoir_remplacement(
    agent: Agent, *, structure: Structure, remplace: Agent, remplacant: Agent, du: date, au: date
) -> Remplacement:
    """From `du` to `au` (both included), `remplacant` sees the dossiers of `remplace` as theirs.

    Fact `remplacement.prevu`. Raises `RegleViolee` at the field, `NonHabilite` for a replacement of others.
    """
    le = aujourd_hui(structure)
    _verifier_habilitation(agent, structure, {remplace.pk, remplacant.pk}, le)
    if au < le:
        raise RegleViolee("Ces dates sont passées : un remplacement se prévoit.", "au")
    if au - du > DUREE_MAX:
        raise RegleViolee("Un remplacement dure un an au plus : au-delà, confiez les dossiers.", "au")
    for champ, qui, jours in (("remplace", remplace, (max(du, le),)), ("remplacant", remplacant, (max(du, le), au))):
        for jour in jours:
            if not peuvent_suivre([qui.pk], structure_id=structure.pk, le=jour):
                raise RegleViolee(f"{qui} n'accompagne pas de jeunes dans cette structure le {jour:%d/%m/%Y}.", champ)
    prevu = Remplacement(structure=structure, remplace=remplace, remplacant=remplacant, du=du, au=au, par=agent)
    enregistrer(prevu, champs=CHAMPS, premier=True)
    consigner(agent, "remplacement.prevu", prevu, remplace=remplace.pk, remplacant=remplacant.pk)
    return prevu


@transaction.atomic
def arreter_remplacement(agent: Agent, remplacement: Remplacement) -> None:
    """End it now: yesterday was its last day; begun today or later, it never was. Fact `remplacement.arrete`.

    Raises `RegleViolee` when it is over already, `NonHabilite` for a replacement of others.
    """
    stocke = Remplacement.objects.select_for_update(of=("self",)).select_related("structure").get(pk=remplacement.pk)
    le = aujourd_hui(stocke.structure)
    _verifier_habilitation(agent, stocke.structure, {stocke.remplace_id, stocke.remplacant_id}, le)
    if stocke.au < le:
        raise RegleViolee(f"Ce remplacement a pris fin le {stocke.au:%d/%m/%Y}.")
    consigner(agent, "remplacement.arrete", stocke, remplace=stocke.remplace_id, remplacant=stocke.remplacant_id)
    if stocke.du >= le:
        stocke.delete()
    else:
        stocke.au = le - timedelta(days=1)
        stocke.save(update_fields=["au", "modifie_le"])
