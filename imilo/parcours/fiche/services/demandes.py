"""What the young person asks for, and what is proposed in answer."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.dossiers.models import Dossier, EtatProposition, Proposition
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.parcours.fiche.models import Demande, Reponse
from imilo.parcours.fiche.models.suivi import EtatDemande
from imilo.parcours.fiche.services.donnees import verrouiller
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import RegleViolee

CHAMPS = {"demande_close_avec_issue": "issue", "reponse_unique": "proposition"}
REPONSES_MAX = 30


def _verifier(demande: Demande, dossier: Dossier) -> None:
    aujourd = aujourd_hui(dossier.structure)
    if demande.le > aujourd:
        raise RegleViolee("Une demande ne se note pas d'avance : cette date est à venir.", "le")
    if demande.le < dossier.jeune.naissance:
        raise RegleViolee("Cette date précède la naissance de la personne.", "le")
    if demande.theme not in dict(codes(Liste.THEME_DEMANDE, demande.le)):
        raise RegleViolee("Choisissez un thème.", "theme")
    if demande.close_le is not None and demande.close_le > aujourd:
        raise RegleViolee("Cette date est à venir.", "close_le")
    if demande.etat == EtatDemande.CLOSE and not demande.issue:
        raise RegleViolee("Dites comment la demande s'est terminée.", "issue")


@transaction.atomic
def saisir_demande(agent: Agent, dossier: Dossier, *, theme: str, texte: str, le: date) -> Demande:
    """Note what the person asks for. Fact `demande.saisie`. Raises `RegleViolee` at the field."""
    dossier = verrouiller(dossier)
    demande = Demande(
        dossier=dossier, structure_id=dossier.structure_id, agent=agent, theme=theme, texte=texte.strip(), le=le
    )
    _verifier(demande, dossier)
    enregistrer(demande, champs=CHAMPS, premier=True)
    consigner(agent, "demande.saisie", demande)
    return demande


@transaction.atomic
def modifier_demande(
    agent: Agent,
    demande: Demande,
    *,
    version: int,
    theme: str,
    texte: str,
    le: date,
    etat: str,
    issue: str = "",
    close_le: date | None = None,
) -> Demande:
    """Correct a demand or move it on; closed, it has an issue and a day (today by default). Fact `demande.modifiee`.

    A closed one can be opened again. Raises `RegleViolee`, `VersionPerimee`.
    """
    stockee = reprendre(demande, version=version)
    stockee.dossier = demande.dossier
    stockee.theme, stockee.texte, stockee.le, stockee.etat = theme, texte.strip(), le, etat
    close = etat == EtatDemande.CLOSE
    stockee.issue = issue if close else ""
    stockee.close_le = (close_le or aujourd_hui(demande.dossier.structure)) if close else None
    stockee.version += 1
    _verifier(stockee, demande.dossier)
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, "demande.modifiee", stockee, etat=etat)
    return stockee


def _en_cours(demande: Demande) -> None:
    """A demand that gets an answer isn't waiting any more."""
    if demande.etat == EtatDemande.OUVERTE:
        demande.etat = EtatDemande.EN_COURS
        demande.version += 1
        enregistrer(demande, champs=CHAMPS)


@transaction.atomic
def repondre(agent: Agent, demande: Demande, *, intitule: str, le: date, theme: str = "") -> Proposition:
    """Propose something in answer to a demand (its theme by default). Fact `proposition.saisie`.

    Raises `RegleViolee` at the field, and for a demand that is closed.
    """
    stockee = _a_repondre(demande)
    if le > aujourd_hui(demande.dossier.structure):
        raise RegleViolee("Une proposition ne se note pas d'avance : cette date est à venir.", "le")
    if le < stockee.le:
        raise RegleViolee("La proposition précède la demande.", "le")
    proposition = Proposition(
        dossier=demande.dossier,
        structure_id=demande.structure_id,
        theme=theme or stockee.theme,
        intitule=intitule.strip(),
        etat=EtatProposition.PROPOSEE,
        le=le,
    )
    if proposition.theme not in dict(codes(Liste.THEME_DEMANDE, le)):
        raise RegleViolee("Choisissez un thème.", "theme")
    enregistrer(proposition, champs={}, premier=True)
    _lier(stockee, proposition)
    consigner(agent, "proposition.saisie", proposition, demande=stockee.pk)
    return proposition


@transaction.atomic
def rattacher_proposition(agent: Agent, demande: Demande, *, proposition: Proposition) -> Reponse:
    """Say that a proposition already made answers a demand of the same dossier. Fact `demande.repondue`."""
    stockee = _a_repondre(demande)
    if proposition.dossier_id != stockee.dossier_id:
        raise RegleViolee("Cette proposition est d'un autre dossier.", "proposition")
    reponse = _lier(stockee, proposition)
    consigner(agent, "demande.repondue", stockee, proposition=proposition.pk)
    return reponse


def _a_repondre(demande: Demande) -> Demande:
    stockee = Demande.objects.select_for_update(of=("self",)).get(pk=demande.pk)
    stockee.dossier = demande.dossier
    if stockee.etat == EtatDemande.CLOSE:
        raise RegleViolee("Cette demande est terminée : rouvrez-la d'abord.")
    if stockee.reponses.count() >= REPONSES_MAX:
        raise RegleViolee(f"Une demande a {REPONSES_MAX} propositions au plus.")
    return stockee


def _lier(demande: Demande, proposition: Proposition) -> Reponse:
    reponse = Reponse(
        dossier=demande.dossier, structure_id=demande.structure_id, demande=demande, proposition=proposition
    )
    enregistrer(reponse, champs=CHAMPS, premier=True)
    _en_cours(demande)
    return reponse
