"""Replay the decisions of the law that a stored allowance rests on, found by its number or its reference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from imilo.config.commandes.sortie import explique
from imilo.socle.demarrage import Empechement

if TYPE_CHECKING:
    from collections.abc import Mapping

REFERENCE = re.compile(
    r"(?P<cle>[0-9]{1,12})|ALLOC-(?P<dossier>[0-9]{7})-(?P<mois>20[0-9]{2}-(?:0[1-9]|1[0-2]))(?:-R(?P<rang>[0-9]{1,2}))?"
    r"|PACEA-[0-9]{7}-20[0-9]{2}-[0-9]{2}-(?P<pacea>[0-9]{1,12})"
)


@explique
def rejouer_de_la_base(reference: str) -> dict[str, dict[str, Any]]:
    """What a replay says of each decision kept: `droit`, `montant`, `pieces`, `sanction_1`…, `difference`.

    Raises `Empechement` (told in two sentences) when nothing bears this reference.
    """
    from imilo.config.base_de_donnees import base_disponible, django
    from imilo.socle.urls_base import Role

    with base_disponible():
        django(Role.LOTS)
        gardees = _gardees(reference)
        if not gardees:
            raise Empechement(f"Aucune décision ne porte la référence {reference}.", f"No decision bears {reference}.")
        return {nom: _rejouer(ecrite) for nom, ecrite in gardees.items()}


def _gardees(reference: str) -> dict[str, Mapping[str, Any]]:
    from imilo.droit.delais import premier_jour_du_mois_ecrit
    from imilo.parcours.allocations.models import AllocationPacea, DecisionAllocation
    from imilo.socle.perimetre import TOUTES, perimetre

    lue = REFERENCE.fullmatch(reference)
    assert lue is not None
    with perimetre(TOUTES):
        if lue["pacea"]:
            pacea = AllocationPacea.objects.filter(pk=int(lue["pacea"])).first()
            return {"pacea": pacea.droit, **_effets(pacea.effets)} if pacea else {}
        decisions = DecisionAllocation.objects.order_by("pk")
        if lue["cle"]:
            d = decisions.filter(pk=int(lue["cle"])).first()
        else:
            mois = premier_jour_du_mois_ecrit(lue["mois"])
            du_mois = decisions.filter(dossier__numero=int(lue["dossier"]), mois=mois)
            d = du_mois.filter(rang=int(lue["rang"] or 1)).first()
    if d is None:
        return {}
    gardees = {"droit": d.droit, "montant": d.calcul, "pieces": d.pieces, **_effets(d.effets)}
    toutes = {**gardees, "difference": d.regularisation}
    return {nom: ecrite for nom, ecrite in toutes.items() if ecrite}


def _effets(effets: list[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """What each sanction leaves of the month, in order."""
    return {f"sanction_{rang}": effet for rang, effet in enumerate(effets, start=1)}


def _rejouer(ecrite: Mapping[str, Any]) -> dict[str, Any]:
    from imilo.droit.decision import depuis_json, rejouer
    from imilo.droit.erreurs import ErreurDroit

    try:
        rejeu = rejouer(depuis_json(ecrite))
    except ErreurDroit as refus:
        return {"identique": False, "meme_resultat": False, "refus": refus.message, "ecarts": []}
    ecarts = [{"champ": e.champ, "avant": e.avant, "apres": e.apres} for e in rejeu.ecarts]
    return {"identique": rejeu.identique, "meme_resultat": rejeu.meme_resultat, "ecarts": ecarts}
