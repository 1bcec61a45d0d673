"""Say who pays the actions of contracts that are already concluded, one or many at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui, habilite
from imilo.journal.services import consigner_ensemble
from imilo.parcours.contrats.etats import CONCLUS
from imilo.parcours.contrats.models import ActionPrevue, Financement
from imilo.parcours.dossiers.selectors import dossiers_visibles
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.socle.erreurs import NonHabilite, RegleViolee

LOT_MAX = 500


@dataclass(frozen=True)
class Precisees:
    """How many actions now have their programme, and how many were left: somebody else had changed them."""

    faites: int
    laissees: int


@transaction.atomic
def preciser_financement(
    agent: Agent, *, structure: Structure, actions: Mapping[int, str], financement: str, programme: str = ""
) -> Precisees:
    """Write who pays these actions (key to the funding that was looked at, "" when none was said) and the programme.

    One whose funding changed meanwhile is left. A fact `action.financee` for each. Raises `NonHabilite`,
    `RegleViolee` (nothing chosen, the European fund without its operation).
    """
    if not habilite(agent=agent, structure=structure, action="contrat.preparer", le=aujourd_hui(structure)):
        raise NonHabilite("Votre profil ne permet pas de dire qui finance les actions.")
    if financement not in Financement.values or financement == Financement.NON_PRECISE:
        raise RegleViolee("Choisissez qui finance ces actions.", "financement")
    if financement == Financement.FSE and not programme.strip():
        raise RegleViolee("Indiquez l'opération du FSE+ : la durée de conservation en dépend.", "programme")
    if not actions:
        raise RegleViolee("Cochez d'abord les actions.")
    if len(actions) > LOT_MAX:
        raise RegleViolee(f"Cochez {LOT_MAX} actions au plus à la fois.")
    visibles = dossiers_visibles(agent=agent, structure=structure)
    trouvees = ActionPrevue.objects.filter(pk__in=actions, dossier__in=visibles, contrat__etat__in=CONCLUS)
    verrouillees = list(trouvees.select_for_update(of=("self",)).order_by("pk"))
    prises = [action for action in verrouillees if action.financement == actions[action.pk]]
    if not prises:
        raise RegleViolee("Ces actions ont déjà été complétées, ou n'existent plus : rechargez la page.")
    for action in prises:
        action.financement, action.programme = financement, programme.strip()
        enregistrer(action, champs={"action_programme_finance": "financement"})
    consigner_ensemble(agent, [("action.financee", action) for action in prises], financement=financement)
    return Precisees(len(prises), len(actions) - len(prises))
