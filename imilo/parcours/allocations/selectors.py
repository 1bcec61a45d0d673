"""Reads of allowances: the months of a contract, one decision, what waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from imilo.droit.delais import debut_du_mois, mois_plus
from imilo.parcours.allocations.models import DecisionAllocation, Declaration
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Dossier


@dataclass(frozen=True)
class Mois:
    """One month that a contract covers, and its decision if it was prepared."""

    mois: date
    decision: DecisionAllocation | None

    @property
    def code(self) -> str:
        return f"{self.mois:%Y-%m}"


def mois_couverts(contrat: ContratEngagement, *, le: date) -> Iterator[date]:
    """First days of the civil months of the contract, from its signature to its end or to the month of `le`.

    R. 5131-25 I: the months of the signature and of the end count in full.
    """
    if contrat.signe_le is None:
        return
    mois, dernier = debut_du_mois(contrat.signe_le), debut_du_mois(min(contrat.fin, le))
    while mois <= dernier:
        yield mois
        mois = mois_plus(mois, 1)


def decisions(*, dossier: Dossier) -> list[DecisionAllocation]:
    """Decisions of a dossier, newest month first."""
    return list(
        DecisionAllocation.objects.filter(dossier=dossier)
        .select_related("contrat", "decidee_par", "preparee_par", "notifiee_par", "declaration", "document")
        .defer("document__contenu")
        .order_by("-mois", "-pk")
    )


def mois_du_contrat(*, contrat: ContratEngagement, le: date) -> list[Mois]:
    """Every month of the contract up to `le`, newest first."""
    prises = {d.mois: d for d in decisions(dossier=contrat.dossier) if d.contrat_id == contrat.pk}
    return [Mois(mois, prises.get(mois)) for mois in reversed(list(mois_couverts(contrat, le=le)))]


def decision(*, contrat: ContratEngagement, mois: date) -> DecisionAllocation | None:
    """The decision on a month of a contract, with what its page shows."""
    trouvee = (
        DecisionAllocation.objects.filter(contrat=contrat, mois=mois)
        .select_related("declaration", "preparee_par", "decidee_par", "notifiee_par", "document")
        .defer("document__contenu")
        .first()
    )
    if trouvee is not None:
        trouvee.contrat, trouvee.dossier = contrat, contrat.dossier
    return trouvee


def derniere_declaration(*, contrat: ContratEngagement, avant: date) -> Declaration | None:
    """The declaration of the closest earlier month: what it says is proposed again."""
    return Declaration.objects.filter(contrat=contrat, mois__lt=avant).order_by("-mois").first()
