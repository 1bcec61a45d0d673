"""Situations of life: entered, changed, ended. Their state follows from their dates."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.dossiers.models import Dossier, Situation
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.socle.erreurs import RegleViolee

CHAMPS = {"situation_fin_apres_debut": "fin", "situation_un_seul_emploi": "debut"}


@dataclass(frozen=True)
class SituationSaisie:
    """What a form says of a situation. Days included; `heures_hebdo` in hours a week."""

    categorie: str
    debut: date
    fin_prevue: date | None = None
    fin: date | None = None
    libelle: str = ""
    heures_hebdo: Decimal | None = None
    rome_prepare: str = ""
    rome_premier: str = ""
    rome_exerce: str = ""


def verifier(dossier: Dossier, saisie: SituationSaisie) -> None:
    """Raises `RegleViolee` at the field: order of the dates, an end in the future, a birth after the start."""
    if saisie.debut < dossier.jeune.naissance:
        raise RegleViolee("La situation commence avant la naissance de la personne.", "debut")
    if saisie.fin_prevue is not None and saisie.fin_prevue < saisie.debut:
        raise RegleViolee("La fin prévue précède le début de la situation.", "fin_prevue")
    if saisie.fin is not None and saisie.fin < saisie.debut:
        raise RegleViolee("La fin de la situation précède son début.", "fin")
    if saisie.fin is not None and saisie.fin > aujourd_hui(dossier.structure):
        raise RegleViolee("Cette fin n'a pas encore eu lieu : indiquez-la comme fin prévue.", "fin")


def ecrire(dossier: Dossier, saisie: SituationSaisie) -> Situation:
    """The row alone, without a fact: for a service that writes more than a situation."""
    verifier(dossier, saisie)
    situation = Situation(dossier=dossier, structure_id=dossier.structure_id, **asdict(saisie))
    enregistrer(situation, champs=CHAMPS, premier=True)
    return situation


@transaction.atomic
def saisir_situation(agent: Agent, dossier: Dossier, *, saisie: SituationSaisie) -> Situation:
    """Add a situation. Fact `situation.ajoutee`. Raises `RegleViolee`: two *Emploi* may not overlap."""
    situation = ecrire(dossier, saisie)
    consigner(agent, "situation.ajoutee", situation)
    return situation


@transaction.atomic
def modifier_situation(agent: Agent, situation: Situation, *, version: int, saisie: SituationSaisie) -> Situation:
    """Change a situation. Fact `situation.modifiee`. Raises `RegleViolee`, `VersionPerimee`."""
    stockee = reprendre(situation, version=version)
    stockee.dossier = situation.dossier
    verifier(stockee.dossier, saisie)
    for champ, valeur in asdict(saisie).items():
        setattr(stockee, champ, valeur)
    stockee.version += 1
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, "situation.modifiee", stockee)
    return stockee


@transaction.atomic
def clore_situation(agent: Agent, situation: Situation, *, version: int, fin: date) -> Situation:
    """Say that a situation ended on `fin`, its last day. Fact `situation.terminee`."""
    stockee = reprendre(situation, version=version)
    if fin < stockee.debut:
        raise RegleViolee("La fin de la situation précède son début.", "fin")
    if fin > aujourd_hui(situation.dossier.structure):
        raise RegleViolee("Cette fin n'a pas encore eu lieu : indiquez-la comme fin prévue.", "fin")
    stockee.fin = fin
    stockee.version += 1
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, "situation.terminee", stockee)
    return stockee
