"""What the address of the caseload asks for, with what the agent chose to see: shared by the list and its exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.equipe import agents_qui_peuvent
from imilo.parcours.dossiers.selectors.portefeuille import Colonne, colonnes, colonnes_montrees, portefeuille
from imilo.parcours.portefeuilles.selectors import preparation
from imilo.web.portefeuille.formulaires import Demande, FormulaireFiltre, lire
from imilo.web.requete import Requete


@dataclass(frozen=True)
class Vue:
    """The list that was asked for: its form, its rows to come, and the columns to show."""

    le: date
    form: FormulaireFiltre
    demande: Demande
    montrees: tuple[Colonne, ...]
    dossiers: QuerySet[Dossier]
    equipe: list[Agent]
    orphelins: int  # active dossiers of the structure without a référent
    recherches: tuple[tuple[str, dict[str, str]], ...]


def demander(requete: Requete, donnees: Any) -> Vue:
    """Read the parameters `donnees` (a GET, or what a form carried along). Two queries, the rows aside."""
    qui, ou, le = requete.user, requete.structure, aujourd_hui(requete.structure)
    profil = requete.affectation.profil
    equipe = list(agents_qui_peuvent("dossier.suivre", structure=ou, le=le))
    prepare = preparation(agent=qui, structure=ou, le=le)
    form, demande = lire(
        donnees,
        equipe=equipe,
        agent=qui,
        accompagne=prepare.accompagne,
        remplaces=prepare.remplaces,
        structure=ou,
        le=le,
        permises=colonnes(profil),
    )
    montrees = colonnes_montrees(profil, prepare.colonnes)
    if demande.filtre.referent is not None and not demande.filtre.remplaces:
        montrees = tuple(c for c in montrees if c.code != "referent")  # it would say the same on every row
    dossiers = portefeuille(agent=qui, structure=ou, le=le, filtre=demande.filtre, montrees=montrees)
    return Vue(le, form, demande, montrees, dossiers, equipe, prepare.orphelins, prepare.recherches)
