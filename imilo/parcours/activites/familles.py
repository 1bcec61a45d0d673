"""Families of personal data of activities. Reasons of absences may tell of health and family: sensitive."""

from __future__ import annotations

from django.db.models import Q

from imilo.parcours.activites.models import Absence, ActiviteDeclaree, SituationNonProfessionnelle, SuiviAction
from imilo.parcours.dossiers.models import ActeCollectif
from imilo.socle.familles import declarer, famille_de_modele


def _deux_fois_au_meme_collectif(source_id: int, cible_id: int) -> list[str]:
    """One person is once at a workshop: two dossiers that were both expected there."""
    attendus = {
        cle: ActeCollectif.objects.filter(Q(actes__dossier_id=cle) | Q(absences__dossier_id=cle))
        for cle in (source_id, cible_id)
    }
    communs = ActeCollectif.objects.filter(pk__in=attendus[source_id].values("pk")).filter(
        pk__in=attendus[cible_id].values("pk")
    )
    return [
        f"Les deux dossiers sont notés à « {c.intitule} », le {c.le:%d/%m/%Y} : corrigez cet acte collectif pour n'en "
        "garder qu'un."
        for c in communs
    ]


def declarer_familles() -> None:
    declarer(famille_de_modele(ActiviteDeclaree, code="activites_declarees", libelle="Activités déclarées"))
    declarer(
        famille_de_modele(
            SituationNonProfessionnelle,
            code="activites_snp",
            libelle="Situations non professionnelles reçues de l'Application CEJ",
        )
    )
    declarer(
        famille_de_modele(
            Absence,
            code="activites_absences",
            libelle="Absences et leurs raisons",
            sensible=True,
            empecher=_deux_fois_au_meme_collectif,
        )
    )
    declarer(famille_de_modele(SuiviAction, code="activites_plan", libelle="Suivi des actions du plan"))
