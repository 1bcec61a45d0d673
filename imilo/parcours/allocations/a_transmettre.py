"""What the ASP has to pay or to withhold: one line for each decision taken and each claim withheld, with its sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from imilo.acteurs.models import Structure
from imilo.droit.comptes import oppose
from imilo.droit.montants import ZERO, Montant
from imilo.parcours.allocations.models import AllocationPacea, DecisionAllocation, EtatPacea, Reglement, TropPercu
from imilo.parcours.contrats.models import ContratEngagement

Genre = Literal["allocation", "regularisation", "retenue", "pacea"]


@dataclass(frozen=True)
class ATransmettre:
    """One line for the payer. `cle` never changes and is never given twice; `montant` is negative for what is withheld.

    `objet_id` is the key of the decision, the claim or the PACEA allowance; `contrat` has dossier and person.
    """

    cle: str
    genre: Genre
    contrat: ContratEngagement
    mois: date
    montant: Montant
    decidee_le: date
    objet_id: int
    reference: str


def a_transmettre(structure: Structure) -> list[ATransmettre]:
    """Everything that this structure ever decided to pay or to withhold, oldest first, whatever was sent already.

    What a person is left with for a month is the sum of its lines. Refusals and what the law leaves to the person make
    no line: they change no payment.
    """
    lignes = [*_decisions(structure), *_retenues(structure), *_pacea(structure)]
    return sorted(lignes, key=lambda ligne: (ligne.decidee_le, ligne.mois, ligne.cle))


def _decisions(structure: Structure) -> list[ATransmettre]:
    prises = (
        DecisionAllocation.objects.prises()
        .filter(structure=structure)
        .select_related("contrat", "dossier__jeune")
        .defer("droit", "calcul", "pieces", "effets", "regularisation")
    )
    lignes = []
    for d in prises:
        if d.a_verser == ZERO:
            continue
        d.contrat.dossier = d.dossier
        genre: Genre = "allocation" if d.rang == 1 else "regularisation"
        assert d.decidee_le is not None
        lignes.append(ATransmettre(f"D-{d.pk}", genre, d.contrat, d.mois, d.a_verser, d.decidee_le, d.pk, d.reference))
    return lignes


def _retenues(structure: Structure) -> list[ATransmettre]:
    """Claims that the payer withholds: those paid back to the structure, waived or acquired aren't its business."""
    retenus = TropPercu.objects.filter(structure=structure, reglement=Reglement.RETENU).select_related(
        "decision__contrat", "dossier__jeune"
    )
    lignes = []
    for t in retenus:
        contrat = t.decision.contrat
        contrat.dossier = t.dossier
        assert t.regle_le is not None
        montant = oppose(t.montant)
        lignes.append(
            ATransmettre(f"T-{t.pk}", "retenue", contrat, t.decision.mois, montant, t.regle_le, t.pk, t.reference)
        )
    return lignes


def _pacea(structure: Structure) -> list[ATransmettre]:
    accordees = AllocationPacea.objects.filter(
        structure=structure, etat=EtatPacea.ACCORDEE, contrat__isnull=False
    ).select_related("contrat", "dossier__jeune")
    lignes = []
    for p in accordees:
        assert p.contrat is not None
        assert p.decidee_le is not None
        p.contrat.dossier = p.dossier
        lignes.append(ATransmettre(f"P-{p.pk}", "pacea", p.contrat, p.mois, p.montant, p.decidee_le, p.pk, p.reference))
    return lignes
