"""Reads of the batches of a month: how far each has come, what it didn't take and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from imilo.acteurs.models import Structure
from imilo.parcours.allocations.models import EtatLigne, LigneLotAllocations, LotAllocations

REFUS_MONTRES = 200


@dataclass(frozen=True)
class Avancement:
    """How many lines in all, taken, refused; the refused ones with their reasons; the letters that still wait."""

    total: int
    faites: int
    refusees: int
    refus: tuple[LigneLotAllocations, ...]
    courriers_attendus: int

    @property
    def pour_cent(self) -> int:
        return 100 * (self.faites + self.refusees) // self.total if self.total else 100


def lot_visible(*, structure: Structure, cle: int) -> LotAllocations | None:
    return LotAllocations.objects.filter(structure=structure, pk=cle).select_related("agent").first()


def lots_du_mois(*, structure: Structure, mois: date) -> list[LotAllocations]:
    """The batches of a month, newest first."""
    return list(LotAllocations.objects.filter(structure=structure, mois=mois).select_related("agent")[:10])


def avancement(lot: LotAllocations) -> Avancement:
    """Counted on the lines that the caller may see."""
    lignes = LigneLotAllocations.objects.filter(lot=lot)
    comptes = lignes.aggregate(
        total=Count("pk"),
        faites=Count("pk", filter=Q(etat=EtatLigne.FAITE)),
        refusees=Count("pk", filter=Q(etat=EtatLigne.REFUSEE)),
        attendus=Count("pk", filter=Q(etat=EtatLigne.FAITE, decision__document__isnull=True)),
    )
    refus = (
        lignes.filter(etat=EtatLigne.REFUSEE)
        .select_related("decision", "dossier__jeune")
        .defer("decision__droit", "decision__calcul", "dossier__jeune__nir")
    )
    return Avancement(
        comptes["total"], comptes["faites"], comptes["refusees"], tuple(refus[:REFUS_MONTRES]), comptes["attendus"]
    )
