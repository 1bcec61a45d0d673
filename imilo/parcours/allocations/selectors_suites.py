"""Reads of claims."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Value, When

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.allocations.models import Reglement, TropPercu
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.acces import dossiers_visibles

_LIEES = ("decision__contrat", "decision__corrige", "dossier__jeune", "regle_par", "document")
_LOURDS = ("document__contenu", "decision__droit", "decision__calcul", "dossier__jeune__nir")


def trop_percus(*, agent: Agent, structure: Structure) -> list[TropPercu]:
    """Every excess found in this structure: those to settle first, then the newest."""
    d_abord = Case(When(reglement=Reglement.A_REGLER, then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(
        TropPercu.objects.filter(structure=structure, dossier__in=dossiers_visibles(agent=agent, structure=structure))
        .select_related(*_LIEES)
        .defer(*_LOURDS)
        .order_by(d_abord, "-pk")
    )


def trop_percu(*, dossier: Dossier, cle: int) -> TropPercu | None:
    """One excess of this dossier; None when it isn't one of its own."""
    trop = TropPercu.objects.filter(dossier=dossier, pk=cle).select_related(*_LIEES).defer(*_LOURDS).first()
    if trop is not None:
        trop.dossier = trop.decision.dossier = trop.decision.contrat.dossier = dossier
    return trop
