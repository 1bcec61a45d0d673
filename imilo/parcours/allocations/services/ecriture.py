"""Write many decisions taken in one statement: a batch of a network has twenty thousand of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from imilo.droit.montants import Montant
from imilo.parcours.allocations.models import DecisionAllocation, TropPercu

# Column, type of its array. What `services.commun.prendre` writes on a row, and nothing else.
COLONNES = {
    "etat": "text",
    "sens": "text",
    "montant": "numeric",
    "forfait": "numeric",
    "conservatoire": "boolean",
    "droit": "jsonb",
    "calcul": "jsonb",
    "pieces": "jsonb",
    "effets": "jsonb",
    "regularisation": "jsonb",
    "reste_a_verser": "numeric",
    "decidee_le": "date",
    "decidee_par_id": "bigint",
    "pouvoir": "text",
    "version": "int",
}
# One JSON text for all the rows: arrays of jsonb would be quoted twice, sign by sign.
_ECRIRE = f"""
UPDATE allocations_decisionallocation d SET {", ".join(f"{c} = n.{c}" for c in COLONNES)}, modifie_le = now()
FROM json_to_recordset(%s::json) AS n(id bigint, {", ".join(f"{c} {t}" for c, t in COLONNES.items())})
WHERE d.id = n.id AND d.version = n.version - 1 AND d.etat = 'preparee'
"""  # noqa: S608  # our own names


def _valeur(decision: DecisionAllocation, colonne: str) -> Any:
    valeur = getattr(decision, colonne)
    if valeur is None or COLONNES[colonne] == "jsonb":
        return valeur
    if COLONNES[colonne] == "numeric" and not isinstance(valeur, Montant):
        raise TypeError(f"{colonne} takes a Montant made by imilo.droit, not {type(valeur).__name__}")
    return str(valeur) if isinstance(valeur, Decimal | date) else valeur


def ecrire_les_prises(decisions: Sequence[DecisionAllocation], exces: Sequence[TropPercu]) -> None:
    """Save what `prendre` wrote on these locked rows, and the claims that follow.

    Raises `RuntimeError` when a row isn't what was locked: the whole transaction goes back.
    """
    if not decisions:
        return
    rangees = [{"id": d.pk, **{colonne: _valeur(d, colonne) for colonne in COLONNES}} for d in decisions]
    with connection.cursor() as curseur:
        curseur.execute(_ECRIRE, [json.dumps(rangees, ensure_ascii=False, separators=(",", ":"))])
        if curseur.rowcount != len(decisions):
            raise RuntimeError(f"{curseur.rowcount} decisions written out of {len(decisions)}")
    TropPercu.objects.bulk_create(exces)
