"""Months decided that a sanction makes other than they were decided: lifted, withdrawn, or received since.

A decision taken never changes (ADR 13): each of them is put right by a correction, which settles the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from imilo.acteurs.models import Agent, Structure
from imilo.droit import francais
from imilo.droit.decision import depuis_json
from imilo.droit.montants import Montant
from imilo.parcours.allocations.models import DecisionAllocation, Sens
from imilo.parcours.allocations.models.decision import DecisionQuerySet
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.selectors.acces import dossiers_visibles
from imilo.parcours.sanctions.effets import retenir
from imilo.parcours.sanctions.etats import Etat
from imilo.parcours.sanctions.models import Procedure
from imilo.parcours.sanctions.selectors import retenues
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


Mesures = Mapping[int, Sequence[Procedure]]  # by person, as `retenues` gives them


def a_revoir(*, agent: Agent, structure: Structure, le: date) -> list[MoisARevoir]:
    """Months of the dossiers that `agent` may see here, the oldest first. Those whose amount would be the same aren't.

    Three queries at most: the persons who have a CEJ here, what withholds their allowance (wherever it was
    pronounced), the months decided of those it reaches.
    """
    signes = ContratEngagement.objects.filter(structure=structure, cadre=Cadre.CEJ, signe_le__isnull=False)
    mesures = retenues(jeunes=set(signes.values_list("dossier__jeune_id", flat=True)))
    vus = dossiers_visibles(agent=agent, structure=structure)
    decisions = DecisionAllocation.objects.filter(structure=structure, dossier__in=vus, dossier__jeune__in=mesures)
    return _revoir(decisions, mesures, le) if mesures else []


def mois_a_revoir(decision: DecisionAllocation, *, le: date) -> MoisARevoir | None:
    """The same for one decision; None when it is right as it stands, or corrected already."""
    mesures = retenues(jeunes=[decision.dossier.jeune_id])
    return next(iter(_revoir(DecisionAllocation.objects.filter(pk=decision.pk), mesures, le)), None)


def _revoir(decisions: DecisionQuerySet, mesures: Mesures, le: date) -> list[MoisARevoir]:
    """Of these decisions, the last ones of their month whose amount the measures of today make another."""
    dernieres = decisions.prises().filter(sens=Sens.ACCORD, corrigee_par__isnull=True)
    trouves = []
    for d in dernieres.select_related("contrat", "dossier__jeune").order_by("mois", "pk"):
        siennes = mesures.get(d.dossier.jeune_id, ())
        if not any(p.premier_mois is not None and p.premier_mois <= d.mois for p in siennes):
            continue
        montant = _du(d, siennes, le)
        if montant != d.montant:
            trouves.append(MoisARevoir(d, montant, _pourquoi(siennes, d.mois)))
    return trouves


def _du(decision: DecisionAllocation, mesures: Sequence[Procedure], le: date) -> Montant:
    """What the month leaves once the sanctions of today are applied to what was computed."""
    calcule: Montant = depuis_json(decision.calcul).resultat["montant"]
    effets = retenir(mesures, mois=decision.mois, montant=calcule, le=le)
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
