"""Months decided that a sanction makes other than they were decided: lifted, withdrawn, or received since.

A decision taken never changes (ADR 13): each of them is put right by a correction, which settles the difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from imilo.acteurs.models import Agent, Structure
from imilo.droit import francais
from imilo.droit.decision import depuis_json
from imilo.droit.montants import Montant
from imilo.parcours.allocations.models import DecisionAllocation, Sens
from imilo.parcours.allocations.models.decision import DecisionQuerySet
from imilo.parcours.dossiers.selectors.acces import dossiers_visibles
from imilo.parcours.sanctions.effets import retenir
from imilo.parcours.sanctions.etats import EN_VIGUEUR, Etat
from imilo.parcours.sanctions.models import Procedure
from imilo.parcours.sanctions.models.procedure import RETENUES
from imilo.socle import mots


@dataclass(frozen=True)
class MoisARevoir:
    """A decision on a month, what the sanctions of today make of it, and what happened, for the person to read."""

    decision: DecisionAllocation
    montant: Montant
    pourquoi: str

    @property
    def avant(self) -> Montant:
        montant: Montant = self.decision.montant
        return montant


def _touchees(decisions: DecisionQuerySet) -> DecisionQuerySet:
    """Of these decisions, the last ones of their month that a sanction reached, or could have."""
    sanctions = Procedure.objects.filter(
        dossier=OuterRef("dossier"),
        nature__in=RETENUES,
        etat__in=[*EN_VIGUEUR, Etat.RETIREE],
        premier_mois__lte=OuterRef("mois"),
    )
    derniere = decisions.prises().filter(sens=Sens.ACCORD, corrigee_par__isnull=True)
    return derniere.filter(Exists(sanctions)).select_related("contrat", "dossier__jeune").order_by("mois", "pk")


def a_revoir(*, agent: Agent, structure: Structure, le: date) -> list[MoisARevoir]:
    """Months of the dossiers that `agent` may see here, the oldest first. Those whose amount would be the same aren't.

    One query when no sanction withholds anything here; one more by decision that one reaches.
    """
    vus = dossiers_visibles(agent=agent, structure=structure)
    return _revoir(_touchees(DecisionAllocation.objects.filter(structure=structure, dossier__in=vus)), le)


def mois_a_revoir(decision: DecisionAllocation, *, le: date) -> MoisARevoir | None:
    """The same for one decision; None when it is right as it stands, or corrected already."""
    return next(iter(_revoir(_touchees(DecisionAllocation.objects.filter(pk=decision.pk)), le)), None)


def _revoir(decisions: Iterable[DecisionAllocation], le: date) -> list[MoisARevoir]:
    lues = list(decisions)
    sanctions: dict[int, list[Procedure]] = defaultdict(list)
    for p in Procedure.objects.filter(dossier__in={d.dossier_id for d in lues}, nature__in=RETENUES) if lues else ():
        sanctions[p.dossier_id].append(p)
    trouves = []
    for d in lues:
        montant = _du(d, le)
        if montant != d.montant:
            trouves.append(MoisARevoir(d, montant, _pourquoi(sanctions[d.dossier_id], d.mois)))
    return trouves


def _du(decision: DecisionAllocation, le: date) -> Montant:
    """What the month leaves once the sanctions of today are applied to what was computed."""
    calcule: Montant = depuis_json(decision.calcul).resultat["montant"]
    effets = retenir(decision.contrat, mois=decision.mois, montant=calcule, le=le)
    reste: Montant = effets[-1].resultat["mois"][0]["du"] if effets else calcule
    return reste


def _pourquoi(sanctions: Iterable[Procedure], mois: date) -> str:
    """What happened to the sanctions that begin by this month, in a sentence."""
    dits = [_ce_qui_arrive(p) for p in sanctions if p.premier_mois is not None and p.premier_mois <= mois]
    return f"Votre allocation {francais.du_mois(mois)} est calculée de nouveau : {' ; '.join(filter(None, dits))}."


def _ce_qui_arrive(procedure: Procedure) -> str:
    if procedure.etat == Etat.RETIREE:
        return "la sanction est retirée"
    if procedure.levee_le is not None:
        return f"la suspension est levée le {mots.echeance_en_lettres(procedure.levee_le)}"
    return f"la sanction est reçue le {francais.jour(procedure.recue_le)}" if procedure.recue_le else ""
