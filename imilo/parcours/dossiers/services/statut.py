"""The status of a dossier."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.dossiers import alertes
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import RegleViolee

TRANSITIONS: Mapping[str, frozenset[str]] = {
    Statut.ACTIF: frozenset({Statut.EN_VEILLE, Statut.FIN}),
    Statut.EN_VEILLE: frozenset({Statut.ACTIF, Statut.FIN}),
    Statut.FIN: frozenset({Statut.ACTIF}),
}
FAITS = {Statut.ACTIF: "dossier.reactive", Statut.EN_VEILLE: "dossier.mis_en_veille", Statut.FIN: "dossier.clos"}


def _verifier_fin(dossier: Dossier, fin_le: date | None, motif: str) -> None:
    if fin_le is None:
        raise RegleViolee("Indiquez le jour où l'accompagnement prend fin.", "fin_le")
    if fin_le > aujourd_hui(dossier.structure):
        raise RegleViolee("Une fin d'accompagnement ne se note pas d'avance.", "fin_le")
    if fin_le < dossier.premier_accueil:
        raise RegleViolee("L'accompagnement ne peut pas finir avant le premier accueil.", "fin_le")
    if motif not in dict(codes(Liste.FIN_ACCOMPAGNEMENT, fin_le)):
        raise RegleViolee("Choisissez un motif de fin d'accompagnement.", "motif")
    if empeche := alertes.obstacles(dossier, le=fin_le):
        raise RegleViolee(empeche[0], "statut")


@transaction.atomic
def changer_statut(
    agent: Agent, dossier: Dossier, *, version: int, statut: str, fin_le: date | None = None, motif: str = ""
) -> Dossier:
    """Move a dossier between *actif*, *en veille* and *fin d'accompagnement*.

    An end needs its day (past or today) and a motive of the list `fin_accompagnement`, and nothing running
    that should end first (`alertes.declarer_obstacles`). Facts `dossier.reactive`, `dossier.mis_en_veille`,
    `dossier.clos`. Raises `RegleViolee`, `VersionPerimee`.
    """
    stocke = reprendre(dossier, version=version)
    if statut not in TRANSITIONS[stocke.statut]:
        raise RegleViolee(
            f"Ce dossier est « {stocke.get_statut_display()} » : ce changement n'est pas possible.", "statut"
        )
    if statut == Statut.FIN:
        _verifier_fin(dossier, fin_le, motif)
    stocke.statut = statut
    stocke.fin_le, stocke.fin_motif = (fin_le, motif) if statut == Statut.FIN else (None, "")
    stocke.version += 1
    enregistrer(stocke, champs={"dossier_fin_datee": "fin_le"})
    consigner(agent, FAITS[Statut(statut)], stocke, motif=motif.lower() or None if statut == Statut.FIN else None)
    return stocke
