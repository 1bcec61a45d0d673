"""Reads of activities: the ledger of hours, who is under the hours of their contract, declarations, absences, plan."""

from imilo.parcours.activites.selectors.alertes import SEMAINES_DE_SUITE, SousLaDuree, avec_heures, sous_la_duree
from imilo.parcours.activites.selectors.collectifs import Participant, collectif, collectifs, participants
from imilo.parcours.activites.selectors.dossier import (
    ActionSuivie,
    a_examiner,
    absences,
    activite,
    declarations,
    declarations_lues,
    etats_de_la_situation,
    plan_suivi,
    sans_heures,
    situation_recue,
)
from imilo.parcours.activites.selectors.grand_livre import lignes, minutes_par_semaine, periodes, semaines
from imilo.parcours.activites.selectors.lignes import A_CONFIRMER, FAIT, PREVU, LigneHeures
from imilo.parcours.activites.selectors.portefeuille import (
    FILTRES,
    TRIS,
    Rangee,
    semaine_du_portefeuille,
    sous_contrat,
    trier,
)

__all__ = [
    "A_CONFIRMER",
    "FAIT",
    "FILTRES",
    "PREVU",
    "SEMAINES_DE_SUITE",
    "TRIS",
    "ActionSuivie",
    "LigneHeures",
    "Participant",
    "Rangee",
    "SousLaDuree",
    "a_examiner",
    "absences",
    "activite",
    "avec_heures",
    "collectif",
    "collectifs",
    "declarations",
    "declarations_lues",
    "etats_de_la_situation",
    "lignes",
    "minutes_par_semaine",
    "participants",
    "periodes",
    "plan_suivi",
    "sans_heures",
    "semaine_du_portefeuille",
    "semaines",
    "situation_recue",
    "sous_contrat",
    "sous_la_duree",
    "trier",
]
