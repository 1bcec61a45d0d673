"""How each action of the plan went (R. 5411-15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.activites.models import SuiviAction
from imilo.parcours.contrats.etats import CONCLUS
from imilo.parcours.contrats.models import ActionPrevue
from imilo.parcours.dossiers.models import Document, Dossier
from imilo.parcours.dossiers.services.enregistrement import PERIMEE, enregistrer
from imilo.socle.erreurs import RegleViolee, VersionPerimee

CHAMPS = {"suivi_action_preuve": "preuve"}


@dataclass(frozen=True)
class SuiviSaisi:
    """What a form says of an action: done or not, by whom, on which day, and what shows it."""

    etat: str
    le: date
    par: str
    preuve: str = ""
    document: Document | None = None


@transaction.atomic
def suivre_action(
    agent: Agent, dossier: Dossier, action: ActionPrevue, *, version: int, saisie: SuiviSaisi
) -> SuiviAction:
    """Say how an action of a signed contract went; `version` is 0 while nobody did. Fact `plan.suivi`.

    Raises `RegleViolee` at the field, `VersionPerimee` when somebody said it meanwhile.
    """
    if action.dossier_id != dossier.pk or action.contrat.etat not in CONCLUS:
        raise RegleViolee("Cette action n'est pas d'un contrat signé de ce dossier.")
    if saisie.le > aujourd_hui(dossier.structure):
        raise RegleViolee("Ce jour est à venir.", "le")
    if saisie.le < action.contrat.debut:
        raise RegleViolee(
            f"Le contrat commence le {action.contrat.debut:%d/%m/%Y} : choisissez un jour plus tard.", "le"
        )
    if saisie.document is not None and saisie.document.dossier_id != dossier.pk:
        raise RegleViolee("Choisissez dans la liste.", "document")
    Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    suivi = SuiviAction.objects.filter(action=action).first()
    actuelle = suivi.version if suivi else 0
    if actuelle != version:
        raise VersionPerimee(PERIMEE, actuelle)
    nouveau = suivi is None
    suivi = suivi or SuiviAction(dossier=dossier, structure_id=dossier.structure_id, action=action, version=0)
    suivi.etat, suivi.le, suivi.par = saisie.etat, saisie.le, saisie.par
    suivi.preuve, suivi.document, suivi.agent = saisie.preuve.strip(), saisie.document, agent
    suivi.version += 1
    enregistrer(suivi, champs=CHAMPS, premier=nouveau)
    consigner(agent, "plan.suivi", suivi, etat=suivi.etat)
    return suivi
