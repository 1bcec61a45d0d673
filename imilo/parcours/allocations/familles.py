"""Families of personal data of allowances."""

from __future__ import annotations

from imilo.parcours.allocations.models import (
    AllocationPacea,
    DecisionAllocation,
    Declaration,
    LigneLotAllocations,
    PiecesAttendues,
    RessourceDeclaree,
    TropPercu,
)
from imilo.socle.familles import declarer, famille_de_modele


def _memes_mois(source_id: int, cible_id: int) -> list[str]:
    """The reference of a decision is its dossier's number and its month: two would bear the same."""
    decisions = DecisionAllocation.objects.order_by("mois")
    siens = set(decisions.filter(dossier_id=cible_id).values_list("mois", flat=True))
    communs = [m for m in decisions.filter(dossier_id=source_id).values_list("mois", flat=True) if m in siens]
    return [
        f"Les deux dossiers ont une décision d'allocation pour {mois:%m/%Y} : elles auraient la même référence. "
        "Gardez les deux dossiers, et voyez avec le gestionnaire des allocations laquelle des deux est due."
        for mois in dict.fromkeys(communs)
    ]


def declarer_familles() -> None:
    declarer(famille_de_modele(Declaration, code="declarations", libelle="Déclarations du mois"))
    declarer(famille_de_modele(RessourceDeclaree, code="ressources", libelle="Ressources déclarées"))
    declarer(
        famille_de_modele(
            DecisionAllocation, code="decisions_allocation", libelle="Décisions d'allocation", empecher=_memes_mois
        )
    )
    declarer(famille_de_modele(PiecesAttendues, code="pieces_allocation", libelle="Pièces attendues de l'allocation"))
    declarer(famille_de_modele(TropPercu, code="trop_percus", libelle="Trop-perçus d'allocation"))
    declarer(famille_de_modele(LigneLotAllocations, code="lots_allocations", libelle="Lots d'allocations du mois"))
    declarer(famille_de_modele(AllocationPacea, code="allocations_pacea", libelle="Allocations du PACEA"))
