"""Settle what was paid too much, when the law asks for it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.allocations.models import DecisionAllocation, Reglement, TropPercu
from imilo.parcours.allocations.services.commun import CHAMPS, pouvoir_ou_refus, preparer_de_nouveau, verrouiller
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.socle.erreurs import RegleViolee

SANS_REPRISE: dict[str, str] = {
    Reglement.ACQUIS: (
        "Versée à titre conservatoire, cette somme est acquise à la personne (R. 5131-25 II) : elle ne se reprend pas."
    ),
    Reglement.NON_RECLAME: (
        "Cette somme n'a pas été réclamée, par le choix en vigueur le jour de la décision : elle ne se reprend pas."
    ),
}
POSSIBLES = (Reglement.RETENU, Reglement.REMBOURSE, Reglement.REMIS)


@transaction.atomic
def regler_trop_percu(
    agent: Agent, trop: TropPercu, *, version: int, reglement: str, regle_le: date, precision: str = ""
) -> TropPercu:
    """Note how a claim was settled: withheld by the ASP, paid back, or waived. Fact `trop_percu.regle`.

    Withholding and waiving are decided in the State's name: they need the power to sign. Waived, the sum stays paid:
    a correction that waits is compared with it again. Raises `NonHabilite`, `RegleViolee`, `VersionPerimee`.
    """
    contrat = verrouiller(trop.decision.contrat)
    stocke = reprendre(trop, version=version)
    le = aujourd_hui(stocke.structure)
    if stocke.reglement != Reglement.A_REGLER:
        raise RegleViolee(SANS_REPRISE.get(stocke.reglement, "Ce trop-perçu est déjà réglé."))
    if reglement not in POSSIBLES:
        raise RegleViolee("Choisissez comment il est réglé.", "reglement")
    if regle_le > le:
        raise RegleViolee("Un règlement ne se note pas d'avance.", "regle_le")
    prise = stocke.decision.decidee_le
    if prise is not None and regle_le < prise:
        raise RegleViolee("Ce jour vient avant la décision qui a trouvé le trop-perçu.", "regle_le")
    if reglement == Reglement.REMIS and not precision.strip():
        raise RegleViolee("Dites pourquoi la remise est accordée.", "precision")
    if reglement == Reglement.REMIS and _comptee_depuis(stocke):
        raise RegleViolee(
            "Une décision plus récente compte cette somme comme rendue : la remettre la verserait deux fois.",
            "reglement",
        )
    if reglement != Reglement.REMBOURSE:
        pouvoir_ou_refus(agent, stocke.structure, le)
    stocke.reglement, stocke.regle_le, stocke.regle_par = reglement, regle_le, agent
    stocke.precision = precision.strip()
    stocke.version += 1
    enregistrer(stocke, champs=CHAMPS)
    if reglement == Reglement.REMIS:
        preparer_de_nouveau(contrat, le)
    consigner(agent, "trop_percu.regle", stocke, reglement=reglement)
    return stocke


def _comptee_depuis(trop: TropPercu) -> bool:
    """Whether the same month was decided again after the decision that found this claim."""
    d = trop.decision
    prises = DecisionAllocation.objects.prises().filter(contrat=d.contrat_id, mois=d.mois)
    return bool(prises.filter(rang__gt=d.rang).exists())
