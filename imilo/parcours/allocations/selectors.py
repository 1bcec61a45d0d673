"""Reads of allowances: the months of a contract, one decision, what waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from imilo.acteurs.models import Structure
from imilo.droit.delais import debut_du_mois, mois_plus
from imilo.parcours.allocations.models import (
    DecisionAllocation,
    Declaration,
    PiecesAttendues,
    ReglageAllocations,
    TropPercu,
)
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Dossier
from imilo.socle import lectures


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
    """Decisions of a dossier, newest month first; read once by a page that keeps its reads."""
    siennes = (
        DecisionAllocation.objects.filter(dossier=dossier)
        .select_related("contrat", "decidee_par", "preparee_par", "notifiee_par", "declaration", "document")
        .defer("document__contenu")
        .order_by("-mois", "-rang", "-pk")
    )
    return lectures.une_fois(dossier, "allocations", lambda: list(siennes))


def reglage(*, structure: Structure) -> ReglageAllocations:
    """What the structure chose, else the defaults (not saved)."""
    return ReglageAllocations.objects.filter(structure=structure).first() or ReglageAllocations(structure=structure)


def mois_du_contrat(*, contrat: ContratEngagement, le: date) -> list[Mois]:
    """Every month of the contract up to `le`, newest first, and those decided before an earlier end was noted."""
    # Newest rank first: a dictionary keeps the last one it is given.
    prises = {d.mois: d for d in reversed(decisions(dossier=contrat.dossier)) if d.contrat_id == contrat.pk}
    tous = {*mois_couverts(contrat, le=le), *prises}
    return [Mois(mois, prises.get(mois)) for mois in sorted(tous, reverse=True)]


def decision(*, contrat: ContratEngagement, mois: date, rang: int | None = None) -> DecisionAllocation | None:
    """The decision on a month of a contract, with what its page shows: the last one, or that of a rank."""
    du_mois = DecisionAllocation.objects.filter(contrat=contrat, mois=mois)
    trouvee = (
        (du_mois if rang is None else du_mois.filter(rang=rang))
        .select_related("declaration__agent", "preparee_par", "decidee_par", "notifiee_par", "document", "corrige")
        .prefetch_related("declaration__ressources__justificatif")
        .defer("document__contenu")
        .order_by("-rang")
        .first()
    )
    if trouvee is not None:
        trouvee.contrat, trouvee.dossier = contrat, contrat.dossier
    return trouvee


def derniere_declaration(*, contrat: ContratEngagement, avant: date) -> Declaration | None:
    """The declaration of the closest earlier month: what it says is proposed again."""
    return Declaration.objects.filter(contrat=contrat, mois__lt=avant).order_by("-mois", "-rang").first()


def rangs(*, contrat: ContratEngagement, mois: date) -> list[DecisionAllocation]:
    """Every decision on a month, the first one first."""
    return list(DecisionAllocation.objects.filter(contrat=contrat, mois=mois).order_by("rang"))


def trop_percu_de(*, decision: DecisionAllocation) -> TropPercu | None:
    """What this correction found paid too much, if anything."""
    trop = TropPercu.objects.filter(decision=decision).select_related("regle_par").first()
    if trop is not None:
        trop.decision = decision
    return trop


def pieces_attendues(*, contrat: ContratEngagement) -> PiecesAttendues | None:
    """The documents noted as missing for this contract, received since or not."""
    pieces = PiecesAttendues.objects.filter(contrat=contrat).select_related("conservatoire_par", "agent").first()
    if pieces is not None:
        pieces.contrat, pieces.dossier = contrat, contrat.dossier
    return pieces
