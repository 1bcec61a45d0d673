"""What can be done to a procedure in its state, by who looks at it; the steps in the order of the law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from imilo.parcours.sanctions.etats import Etat
from imilo.parcours.sanctions.faits import derouler
from imilo.parcours.sanctions.models import Nature, Procedure


@dataclass(frozen=True)
class Action:
    """A button of the page: the name of its route, its label; `principale`: what comes next."""

    route: str
    libelle: str
    principale: bool = False


def _a_proposer(procedure: Procedure) -> bool:
    """Whether the law gives nothing to pronounce here, and a striking off to propose."""
    resultat = (procedure.quantum or {}).get("resultat", {})
    mesures = resultat.get("mesures", [])
    propose = any(m["nature"] == "radiation" and m["proposee_par"] == "mission_locale" for m in mesures)
    return resultat.get("competente") is False and propose


def _a_prononcer(procedure: Procedure) -> bool:
    return bool((procedure.quantum or {}).get("resultat", {}).get("competente"))


def _constatee(p: Procedure, pouvoir: bool) -> list[Action]:
    examinee = p.rang is not None
    liste = [Action("sanction-examiner", "Examiner de nouveau" if examinee else "Examiner", not examinee)]
    if examinee and pouvoir and _a_prononcer(p):
        liste.insert(0, Action("sanction-envisager", "Envisager une sanction", True))
    if examinee and pouvoir and _a_proposer(p):
        liste.insert(0, Action("sanction-radiation", "Proposer une radiation à France Travail", True))
    return [*liste, Action("sanction-arreter", "Ne pas donner suite")]


def _notifiee(p: Procedure, le: date, pouvoir: bool) -> list[Action]:
    resultat = derouler(p, le=le).resultat
    liste = []
    if pouvoir and resultat["peut_decider"]:
        a_assumer = bool(resultat["en_retard"]) and p.retard_assume_le is None
        if a_assumer:
            liste.append(Action("sanction-retard", "Assumer le retard", True))
        else:
            liste.append(Action("sanction-decider", "Décider", True))
    if p.audition_demandee_le is not None and p.audition_le is None:
        liste.append(Action("sanction-audition", "Noter l'audition", resultat["etat"] == "audition"))
    liste.append(Action("sanction-reponse", "Noter une réponse"))
    if pouvoir:
        liste.append(Action("sanction-arreter", "Arrêter la procédure"))
    return liste


def _prise(p: Procedure, pouvoir: bool) -> list[Action]:
    liste = []
    if p.etat == Etat.DECIDEE:
        liste.append(Action("sanction-remise", "Noter la remise de la décision", True))
    if p.nature == Nature.SUSPENSION and p.etat in (Etat.DECIDEE, Etat.EXECUTOIRE):
        convenu = "Revoir ce qui est convenu" if p.conditions else "Convenir de ce qu'il faut faire"
        if pouvoir and p.conditions and p.etat == Etat.EXECUTOIRE:
            liste.append(Action("sanction-lever", "Lever la suspension", True))
        liste.append(Action("sanction-conditions", convenu, p.etat == Etat.EXECUTOIRE and not p.conditions))
    if pouvoir:
        liste.append(Action("sanction-retirer", "Retirer la sanction"))
    return liste


def actions(procedure: Procedure, *, le: date, pouvoir: bool) -> list[Action]:
    """The buttons of the page on the day `le`; `pouvoir`: who looks may decide (R. 5412-4)."""
    etat = Etat(procedure.etat)
    if etat == Etat.CONSTATE:
        return _constatee(procedure, pouvoir)
    if etat == Etat.ENVISAGEE:
        arret = [Action("sanction-arreter", "Arrêter la procédure")] if pouvoir else []
        return [Action("sanction-reception", "Noter la réception du courrier", True), *arret]
    if etat == Etat.NOTIFIEE:
        return _notifiee(procedure, le, pouvoir)
    if etat in (Etat.DECIDEE, Etat.EXECUTOIRE, Etat.LEVEE):
        return _prise(procedure, pouvoir)
    return []
