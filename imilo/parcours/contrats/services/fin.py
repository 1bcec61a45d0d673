"""The end of a contract."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.services.commun import CHAMPS, reprendre_contrat
from imilo.parcours.contrats.services.lettres import decider_fin
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import RegleViolee

TERME, AUTRE = "TERME", "AUTRE"
SANS_LETTRE = ("DECES",)


@transaction.atomic
def terminer_contrat(
    agent: Agent, contrat: ContratEngagement, *, version: int, fin_le: date, motif: str, precision: str = ""
) -> ContratEngagement:
    """End a signed contract on `fin_le`, its last day, with a motive of the list `fin_cej`.

    On its planned end it is *terminé*, before it is *rompu*. Its letter tells the motive, never `precision`, which
    stays in the mission locale. Facts `contrat.termine`, `contrat.rompu`.
    Raises `RegleViolee`, `VersionPerimee`.
    """
    stocke = reprendre_contrat(contrat, version=version, vers=Etat.TERMINE)
    stocke.dossier = contrat.dossier
    le = aujourd_hui(contrat.dossier.structure)
    if fin_le > le:
        raise RegleViolee("Une fin de contrat ne se note pas d'avance.", "fin_le")
    if fin_le < stocke.debut:
        raise RegleViolee(f"Le contrat commence le {stocke.debut:%d/%m/%Y} : il ne peut pas finir avant.", "fin_le")
    if fin_le > stocke.fin_prevue:
        raise RegleViolee(f"Le contrat prend fin au plus tard le {stocke.fin_prevue:%d/%m/%Y}.", "fin_le")
    if motif not in dict(codes(Liste.FIN_CEJ, fin_le)):
        raise RegleViolee("Choisissez un motif de fin.", "motif")
    if motif == TERME and fin_le != stocke.fin_prevue:
        raise RegleViolee(f"Le terme est le {stocke.fin_prevue:%d/%m/%Y} : choisissez un autre motif.", "motif")
    if motif == AUTRE and not precision.strip():
        raise RegleViolee("Précisez cet autre motif.", "precision")
    stocke.etat = Etat.TERMINE if fin_le == stocke.fin_prevue else Etat.ROMPU
    stocke.fin_le, stocke.fin_motif, stocke.fin_precision, stocke.termine_par = fin_le, motif, precision, agent
    stocke.version += 1
    enregistrer(stocke, champs=CHAMPS)
    if motif not in SANS_LETTRE:
        decider_fin(agent, stocke, le=le)
    genre = "contrat.termine" if stocke.etat == Etat.TERMINE else "contrat.rompu"
    consigner(agent, genre, stocke, motif=motif.lower())
    return stocke
