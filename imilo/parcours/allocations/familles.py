"""Families of personal data of allowances."""

from __future__ import annotations

from imilo.parcours.allocations.models import DecisionAllocation, Declaration, RessourceDeclaree
from imilo.socle.familles import declarer, famille_de_modele


def declarer_familles() -> None:
    declarer(famille_de_modele(Declaration, code="declarations", libelle="Déclarations du mois"))
    declarer(famille_de_modele(RessourceDeclaree, code="ressources", libelle="Ressources déclarées"))
    declarer(famille_de_modele(DecisionAllocation, code="decisions_allocation", libelle="Décisions d'allocation"))
