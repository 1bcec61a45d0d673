"""What the law answers for one month: is the allowance open, and how much. Facts in, decisions of `droit` out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from imilo.droit import cej
from imilo.droit.decision import Decision, vers_json
from imilo.droit.delais import fin_du_mois
from imilo.droit.erreurs import FaitInvalide, HorsPeriode
from imilo.droit.montants import ZERO, Montant
from imilo.droit.ressources import Ressource
from imilo.parcours.allocations.models import DecisionAllocation, Declaration, RessourceDeclaree, Sens
from imilo.parcours.contrats.models import ContratEngagement
from imilo.socle.erreurs import RegleViolee
from imilo.socle.lois import appliquer

MAYOTTE = "976"


@dataclass(frozen=True)
class ReponseDuDroit:
    """Both decisions of the law for a month, and what they come to."""

    droit: Decision[Any]
    calcul: Decision[Any]

    @property
    def sens(self) -> Sens:
        ouvert = self.droit.resultat["ouvert"] is True and self.droit.resultat["suspendu"] is False
        return Sens.ACCORD if ouvert and self.calcul.resultat["due"] else Sens.REFUS

    @property
    def montant(self) -> Montant:
        montant: Montant = self.calcul.resultat["montant"]
        return montant if self.sens == Sens.ACCORD else ZERO

    def appliquer(self, decision: DecisionAllocation) -> None:
        """Write the answer on the row."""
        decision.sens, decision.montant = self.sens, self.montant
        decision.forfait = self.calcul.resultat["forfait"]
        decision.droit, decision.calcul = vers_json(self.droit), vers_json(self.calcul)


def _a_mayotte(contrat: ContratEngagement) -> bool:
    """Where the young person lives, else where the structure is: Mayotte has its own amounts (D. 5131-19 III)."""
    commune = contrat.dossier.adresse_commune
    departement = commune.departement_id if commune else contrat.dossier.structure.code_departement
    return departement == MAYOTTE


def _faits_du_droit(contrat: ContratEngagement, declaration: Declaration) -> cej.FaitsDroitAllocation:
    return cej.FaitsDroitAllocation(
        contrat_signe_le=contrat.signe_le,
        logement=declaration.logement,  # type: ignore[arg-type]  # its choices are the law's
        soutien_parental=declaration.soutien_parental or None,  # type: ignore[arg-type]  # its choices are the law's
        rsa=declaration.rsa,  # type: ignore[arg-type]  # its choices are the law's
        prime_activite=declaration.prime_activite,  # type: ignore[arg-type]  # its choices are the law's
        suspensif=declaration.suspensif,  # type: ignore[arg-type]  # its choices are the law's
    )


def _faits_du_montant(
    contrat: ContratEngagement, declaration: Declaration, ressources: list[RessourceDeclaree]
) -> cej.FaitsAllocation:
    jeune = contrat.dossier.jeune
    return cej.FaitsAllocation(
        date_naissance=jeune.naissance,
        precision_naissance=jeune.naissance_precision,  # type: ignore[arg-type]  # its choices are the law's
        foyer=declaration.foyer_fiscal,  # type: ignore[arg-type]  # its choices are the law's
        autonomie_fiscale=declaration.autonomie_fiscale,  # type: ignore[arg-type]  # its choices are the law's
        mayotte=_a_mayotte(contrat),
        mois=f"{declaration.mois:%Y-%m}",
        ressources=tuple(Ressource(r.nature, r.montant) for r in ressources),
        contrat_debut=contrat.signe_le,
        contrat_fin=contrat.fin,
        emancipe=contrat.mineur_emancipe,
    )


def repondre(
    contrat: ContratEngagement, *, declaration: Declaration, ressources: list[RessourceDeclaree], le: date
) -> ReponseDuDroit:
    """Ask the law about the month of `declaration`, on the day `le`. Raises `RegleViolee` at the field.

    The right is looked at on the last day of the month (or today when the month still runs).
    """
    try:
        droit = appliquer(
            cej.droit_allocation, _faits_du_droit(contrat, declaration), min(fin_du_mois(declaration.mois), le)
        )
        calcul = appliquer(cej.allocation, _faits_du_montant(contrat, declaration, ressources), le)
    except FaitInvalide as erreur:
        raise RegleViolee(erreur.message, erreur.champ) from erreur
    except HorsPeriode as erreur:
        raise RegleViolee(str(erreur), "mois") from erreur
    return ReponseDuDroit(droit, calcul)
