"""What the sanctions of a person leave of the allowance of a month: asked by the computation of allowances."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from imilo.droit import sanction
from imilo.droit.decision import Decision
from imilo.droit.delais import mois_plus
from imilo.parcours.sanctions.models import Nature, Procedure
from imilo.parcours.sanctions.selectors import du_mois
from imilo.socle.lois import appliquer


def effet_du_mois(procedure: Procedure, *, mois: date, montant: Decimal, le: date) -> Decision[sanction.ResultatEffet]:
    """What one sanction leaves of `montant` euros due for the month of `mois` (its first day).

    The striking off isn't told: France Travail pronounces it, and its days aren't ours.
    """
    assert procedure.premier_mois is not None
    assert procedure.part is not None
    faits = sanction.FaitsEffet(
        mois=(sanction.MoisAlloue(f"{mois:%Y-%m}", montant),),
        manquement=procedure.manquement,  # type: ignore[arg-type]  # one that touches the allowance
        nature=procedure.nature,  # type: ignore[arg-type]  # one that withholds
        part=procedure.part,
        premier_mois=f"{procedure.premier_mois:%Y-%m}",
        duree=procedure.mois,
        levee_le=_levee_le(procedure),
    )
    return appliquer(sanction.effet_allocation, faits, le)


def _levee_le(procedure: Procedure) -> date | None:
    """The day of the lifting, when it came before the end that the law counts in months of allowance."""
    if procedure.nature != Nature.SUSPENSION or procedure.levee_le is None:
        return None
    assert procedure.premier_mois is not None
    fin = mois_plus(procedure.premier_mois, (procedure.mois or 0) + 1)
    return procedure.levee_le if procedure.levee_le < fin else None


def retenir(
    mesures: Iterable[Procedure], *, mois: date, montant: Decimal, le: date
) -> list[Decision[sanction.ResultatEffet]]:
    """The decisions of each sanction of the month, one after the other: what remains due is the last one's.

    `mesures` are those of the person (`selectors.retenues`), `mois` is the first day of the month, `montant` what is
    due before any sanction. Empty: nothing is withheld.
    """
    decisions: list[Decision[sanction.ResultatEffet]] = []
    reste = montant
    for procedure in du_mois(mesures, mois):
        effet = effet_du_mois(procedure, mois=mois, montant=reste, le=le)
        decisions.append(effet)
        reste = effet.resultat["mois"][0]["du"]
    return decisions
