"""Families of personal data of activities. Reasons of absences may tell of health and family: sensitive."""

from __future__ import annotations

from imilo.parcours.activites.models import Absence, ActiviteDeclaree, SituationNonProfessionnelle, SuiviAction
from imilo.socle.familles import declarer, famille_de_modele


def declarer_familles() -> None:
    declarer(famille_de_modele(ActiviteDeclaree, code="activites_declarees", libelle="Activités déclarées"))
    declarer(
        famille_de_modele(
            SituationNonProfessionnelle,
            code="activites_snp",
            libelle="Situations non professionnelles reçues de l'Application CEJ",
        )
    )
    declarer(famille_de_modele(Absence, code="activites_absences", libelle="Absences et leurs raisons", sensible=True))
    declarer(famille_de_modele(SuiviAction, code="activites_plan", libelle="Suivi des actions du plan"))
