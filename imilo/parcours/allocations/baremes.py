"""A scale published late: the decisions taken with another value than the one in force for their month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from imilo.acteurs.models import Structure
from imilo.droit.baremes import bareme, parametre
from imilo.droit.decision import depuis_json, rejouer
from imilo.droit.erreurs import ErreurDroit
from imilo.droit.montants import Montant
from imilo.parcours.allocations.models import DecisionAllocation

# The scales that decisions taken have read, by month: a few rows, whatever the number of decisions.
_LUS = """
SELECT d.mois, b ->> 'nom', b ->> 'valeur', b ->> 'a_compter_du', array_agg(d.id)
FROM allocations_decisionallocation d, jsonb_array_elements(d.calcul -> 'baremes') b
WHERE d.structure_id = %s AND d.etat IN ('decidee', 'notifiee')
    AND NOT EXISTS (SELECT 1 FROM allocations_decisionallocation s WHERE s.corrige_id = d.id)
GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True)
class DecisionTouchee:
    """A decision that would be another today: what was computed, what would be, and the scales that moved."""

    decision: DecisionAllocation
    avant: Montant
    montant: Montant
    baremes: tuple[str, ...]

    @property
    def libelles(self) -> list[str]:
        """The scales in words."""
        return [parametre(nom).libelle for nom in self.baremes]


def touchees(structure: Structure) -> list[DecisionTouchee]:
    """The decisions taken here (the last of each month) that a scale entered since then touches, oldest month first.

    Only those whose amount changes. What was computed with the values of today isn't read.
    """
    changes = _decisions_a_revoir(structure)
    decisions = (
        DecisionAllocation.objects.filter(pk__in=changes)
        .select_related("contrat", "dossier__jeune")
        .order_by("mois", "dossier__numero")
    )
    return [touchee for d in decisions if (touchee := _revoir(d, changes[d.pk])) is not None]


def _revoir(decision: DecisionAllocation, changes: set[str]) -> DecisionTouchee | None:
    """Compute again on the same facts and day; None when the amount is the same, or can't be computed any more."""
    try:
        gardee = depuis_json(decision.calcul)
        montant: Montant = rejouer(gardee).decision.resultat["montant"]
    except ErreurDroit:
        return None
    avant = gardee.resultat["montant"]
    return None if montant == avant else DecisionTouchee(decision, avant, montant, tuple(sorted(changes)))


def _decisions_a_revoir(structure: Structure) -> dict[int, set[str]]:
    """By decision, the names of the scales whose value isn't the one it read."""
    with connection.cursor() as curseur:
        curseur.execute(_LUS, [structure.pk])
        lus = curseur.fetchall()
    changes: dict[int, set[str]] = {}
    for mois, nom, valeur, _, decisions in lus:
        if _change(nom, mois, Decimal(valeur)):
            for cle in decisions:
                changes.setdefault(cle, set()).add(nom)
    return changes


def _change(nom: str, mois: date, valeur: Decimal) -> bool:
    try:
        return bareme(nom, mois).valeur != valeur
    except ErreurDroit:
        return True
