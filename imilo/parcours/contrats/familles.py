"""Families of personal data of contracts. The reason of reduced hours may tell of health: sensitive."""

from __future__ import annotations

from imilo.parcours.contrats.etats import CONCLUS, Etat
from imilo.parcours.contrats.models import (
    ActionPrevue,
    Actualisation,
    ContratEngagement,
    DecisionContrat,
    ExamenCEJ,
    PhasePacea,
    Prolongation,
    Recours,
    Signature,
    Suspension,
)
from imilo.socle.familles import declarer, famille_de_modele


def _contrats_incompatibles(source_id: int, cible_id: int) -> list[str]:
    """One contract at a time, and one project at a time."""
    contrats = list(ContratEngagement.objects.filter(dossier_id__in=(source_id, cible_id)).select_related("dossier"))
    projets = [c for c in contrats if c.etat == Etat.PREPARE]
    raisons = []
    if len({c.dossier_id for c in projets}) > 1:
        raisons.append("Chaque dossier a un contrat d'engagement préparé, pas encore signé : abandonnez l'un des deux.")
    conclus = [c for c in contrats if c.etat in CONCLUS]
    siens, les_autres = ([c for c in conclus if c.dossier_id == d] for d in (source_id, cible_id))
    return raisons + [
        _recouvrement(a, b)
        for a in siens
        for b in les_autres
        if a.cadre == b.cadre and a.debut <= b.fin and b.debut <= a.fin
    ]


def _recouvrement(a: ContratEngagement, b: ContratEngagement) -> str:
    premier, second = (f"celui du {c.debut:%d/%m/%Y} au {c.fin:%d/%m/%Y} (dossier {c.dossier})" for c in (a, b))
    return (
        f"Deux contrats de même cadre couvrent les mêmes jours : {premier} et {second}. Enregistrez la fin de "
        "l'un avant le début de l'autre ; si les deux ont vraiment couru, gardez deux dossiers et prévenez votre "
        "direction."
    )


def declarer_familles() -> None:
    declarer(
        famille_de_modele(
            ContratEngagement,
            code="contrats_cej",
            libelle="Contrats d'engagement",
            sensible=True,
            empecher=_contrats_incompatibles,
        )
    )
    declarer(famille_de_modele(ExamenCEJ, code="examens_cej", libelle="Examens de l'éligibilité au CEJ"))
    declarer(famille_de_modele(ActionPrevue, code="contrats_actions", libelle="Plans d'action des contrats"))
    declarer(famille_de_modele(Signature, code="contrats_signatures", libelle="Signatures des contrats"))
    for modele, code, libelle in SUITES:
        declarer(famille_de_modele(modele, code=code, libelle=libelle, sensible=modele in (Suspension, Recours)))


SUITES = (
    (PhasePacea, "contrats_phases", "Phases des PACEA et leurs évaluations"),
    (Prolongation, "contrats_prolongations", "Prolongations des contrats"),
    (Suspension, "contrats_suspensions", "Suspensions des contrats"),
    (Actualisation, "contrats_actualisations", "Actualisations des contrats"),
    (DecisionContrat, "contrats_decisions", "Décisions sur les contrats et leurs lettres"),
    (Recours, "recours", "Recours contre les décisions"),
)
