"""Writes of activities: one transaction and one fact each."""

from imilo.parcours.activites.services.absences import AbsenceSaisie, modifier_absence, noter_absence
from imilo.parcours.activites.services.collectifs import (
    CollectifSaisi,
    PersonneSaisie,
    annuler_collectif,
    corriger_collectif,
    saisir_collectif,
)
from imilo.parcours.activites.services.declarations import (
    ActiviteSaisie,
    annuler_examen,
    declarer_activite,
    examiner,
)
from imilo.parcours.activites.services.plan import SuiviSaisi, suivre_action
from imilo.parcours.activites.services.snp import (
    SituationCorrigee,
    SituationRecue,
    corriger_situation,
    recevoir_situation,
)

__all__ = [
    "AbsenceSaisie", "ActiviteSaisie", "CollectifSaisi", "PersonneSaisie", "SituationCorrigee", "SituationRecue",
    "SuiviSaisi", "annuler_collectif", "annuler_examen", "corriger_collectif", "corriger_situation",
    "declarer_activite", "examiner", "modifier_absence", "noter_absence", "recevoir_situation", "saisir_collectif",
    "suivre_action",
]  # fmt: skip
