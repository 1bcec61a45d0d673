"""Where a procedure stands on a day, in words: what comes next, who must act, by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from imilo.droit.delais import Echeance
from imilo.parcours.sanctions.etats import Etat
from imilo.parcours.sanctions.faits import derouler
from imilo.parcours.sanctions.models import Nature, Procedure

CONSEILLER, DECIDEUR, PERSONNE = "le conseiller", "le représentant légal ou son délégué", "la personne"


@dataclass(frozen=True)
class Suite:
    """`etat` as people say it; `quoi` is empty when nothing is left to do; `limite` is the law's, if it sets one."""

    etat: str
    quoi: str = ""
    qui: str = ""
    limite: Echeance | None = None
    en_retard: bool = False


def suite(procedure: Procedure, *, le: date) -> Suite:
    """What comes next, on the day `le`."""
    etat = Etat(procedure.etat)
    if etat == Etat.CONSTATE:
        if procedure.rang is None:
            return Suite(etat.label, "examiner la raison donnée", CONSEILLER)
        return Suite("Manquement examiné", "envisager une sanction, ou s'arrêter là", DECIDEUR)
    if etat == Etat.ENVISAGEE:
        return Suite(etat.label, "noter la réception du courrier", CONSEILLER)
    if etat == Etat.NOTIFIEE:
        return _en_cours(procedure, le)
    if etat == Etat.DECIDEE:
        return Suite(etat.label, "noter la remise de la décision", CONSEILLER)
    if etat == Etat.EXECUTOIRE:
        return _en_vigueur(procedure, le)
    return Suite(etat.label)


def _en_cours(procedure: Procedure, le: date) -> Suite:
    resultat = derouler(procedure, le=le).resultat
    if resultat["etat"] == "observations":
        limite = resultat["limite_observations"]
        return Suite("Délai de réponse en cours", "répondre, ou demander à être entendue", PERSONNE, limite)
    if resultat["etat"] == "audition":
        return Suite("Audition demandée", "entendre la personne", DECIDEUR)
    retard = bool(resultat["en_retard"])
    if retard and procedure.retard_assume_le is None:
        quoi = "assumer le retard et décider, ou arrêter la procédure"
    else:
        quoi = "décider"
    etat = "Hors délai" if retard else "À décider"
    return Suite(etat, quoi, DECIDEUR, resultat["limite_decision"], retard)


def _en_vigueur(procedure: Procedure, le: date) -> Suite:
    if procedure.fin is not None and procedure.fin < le:
        return Suite("Sanction terminée")
    if procedure.nature == Nature.AVERTISSEMENT:
        return Suite("Avertissement en cours", "mettre fin au manquement", PERSONNE)
    if procedure.nature == Nature.SUSPENSION:
        quoi = (
            "lever dès que les engagements sont repris" if procedure.conditions else "convenir de ce qu'il faut faire"
        )
        return Suite("Suspension en cours", quoi, DECIDEUR if procedure.conditions else CONSEILLER)
    return Suite("Sanction en cours")
