"""Acts of service and what was proposed: one form, saved once, in one transaction, with one fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.dossiers.models import Acte, ActeCollectif, Dossier, EtatProposition, Proposition, Statut
from imilo.parcours.dossiers.services import situations
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.parcours.dossiers.services.situations import SituationSaisie
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import RegleViolee

COMPTE_RENDU_MAX = 20_000  # characters; a written account of an hour is about 5,000
PROPOSITIONS_MAX = 10
CHAMPS = {"acte_duree": "duree"}

# What an application of the path writes with the act (the next appointment): it returns identifiers for the fact.
Suite = Callable[[Acte], Mapping[str, int]]

TRANSITIONS: Mapping[str, frozenset[str]] = {
    EtatProposition.PROPOSEE: frozenset(EtatProposition.values) - {EtatProposition.PROPOSEE},
    EtatProposition.ACCEPTEE: frozenset(
        {EtatProposition.EN_COURS, EtatProposition.REALISEE, EtatProposition.ABANDONNEE}
    ),
    EtatProposition.EN_COURS: frozenset({EtatProposition.REALISEE, EtatProposition.ABANDONNEE}),
    EtatProposition.REALISEE: frozenset(),
    EtatProposition.REFUSEE: frozenset(),
    EtatProposition.ABANDONNEE: frozenset(),
}


@dataclass(frozen=True)
class PropositionSaisie:
    """What was proposed, under a theme of the list `theme_demande`."""

    theme: str
    intitule: str
    etat: str = EtatProposition.PROPOSEE


def verifier_code(liste: Liste, code: str, le: date, champ: str) -> None:
    """Raises `RegleViolee` at `champ` for a code that the list doesn't offer on that day."""
    if code not in dict(codes(liste, le)):
        raise RegleViolee("Choisissez dans la liste.", champ)


def _verifier(dossier: Dossier, acte: Acte) -> None:
    if acte.le > aujourd_hui(dossier.structure):
        raise RegleViolee("Un acte ne se saisit pas d'avance : prenez plutôt un rendez-vous.", "le")
    if acte.le < dossier.jeune.naissance:
        raise RegleViolee("Cette date précède la naissance de la personne.", "le")
    if dossier.statut == Statut.FIN and dossier.fin_le is not None and acte.le > dossier.fin_le:
        raise RegleViolee(
            f"L'accompagnement a pris fin le {dossier.fin_le:%d/%m/%Y} : réactivez d'abord le dossier.",
            "le",
        )
    verifier_code(Liste.TYPE_ACTE, acte.type, acte.le, "type")
    verifier_code(Liste.MODALITE_ACTE, acte.modalite, acte.le, "modalite")
    verifier_code(Liste.THEME_DEMANDE, acte.theme, acte.le, "theme")
    if len(acte.compte_rendu) > COMPTE_RENDU_MAX:
        raise RegleViolee(f"Le compte rendu dépasse {COMPTE_RENDU_MAX} caractères.", "compte_rendu")


def _proposer(acte: Acte, saisies: Sequence[PropositionSaisie]) -> None:
    if len(saisies) > PROPOSITIONS_MAX:
        raise RegleViolee(f"Un acte porte au plus {PROPOSITIONS_MAX} propositions.", "propositions")
    for saisie in saisies:
        verifier_code(Liste.THEME_DEMANDE, saisie.theme, acte.le, "propositions")
        proposition = Proposition(
            dossier=acte.dossier,
            structure_id=acte.structure_id,
            acte=acte,
            theme=saisie.theme,
            intitule=saisie.intitule,
            etat=saisie.etat,
            le=acte.le,
        )
        enregistrer(proposition, champs={}, premier=True)


@transaction.atomic
def saisir_acte(
    agent: Agent,
    dossier: Dossier,
    *,
    le: date,
    heure: time | None,
    duree: int,
    type: str,  # noqa: A002  # the column's name, and the trade's word
    modalite: str,
    theme: str,
    compte_rendu: str = "",
    propositions: Sequence[PropositionSaisie] = (),
    situation: SituationSaisie | None = None,
    suites: Sequence[Suite] = (),
    collectif: ActeCollectif | None = None,
) -> Acte:
    """Record an act (`duree` in minutes) with what was proposed, a new situation, and what follows from it.

    `agent` is its author; of a `collectif`, who animated it is. One transaction, one fact (`acte.saisi`) that names
    what was written with it. Raises `RegleViolee` at the field. `suites` are written in order with the act: see
    `imilo.parcours.agenda.services.saisir_entretien`.
    """
    acte = Acte(
        dossier=dossier, structure_id=dossier.structure_id, agent=agent if collectif is None else collectif.agent,
        collectif=collectif, le=le, heure=heure, duree=duree, type=type, modalite=modalite, theme=theme,
        compte_rendu=compte_rendu.strip(),
    )  # fmt: skip
    _verifier(dossier, acte)
    enregistrer(acte, champs=CHAMPS, premier=True)
    _proposer(acte, propositions)
    ecrits: dict[str, Any] = {}
    if situation is not None:
        ecrits["situation"] = situations.ecrire(dossier, situation).pk
    for suite in suites:
        ecrits.update(suite(acte))
    consigner(agent, "acte.saisi", acte, propositions=len(propositions) or None, **ecrits)
    return acte


@transaction.atomic
def modifier_acte(
    agent: Agent,
    acte: Acte,
    *,
    version: int,
    le: date,
    heure: time | None,
    duree: int,
    type: str,  # noqa: A002  # the column's name, and the trade's word
    modalite: str,
    theme: str,
    compte_rendu: str,
    propositions: Sequence[PropositionSaisie] = (),
    auteur: Agent | None = None,
) -> Acte:
    """Correct an act; its author stays unless `auteur` is another, `propositions` are added. Fact `acte.modifie`.

    Raises `RegleViolee`, `VersionPerimee` when somebody saved it since `version`.
    """
    stocke = reprendre(acte, version=version)
    stocke.dossier = acte.dossier
    stocke.le, stocke.heure, stocke.duree = le, heure, duree
    stocke.type, stocke.modalite, stocke.theme = type, modalite, theme
    stocke.compte_rendu = compte_rendu.strip()
    if auteur is not None:
        stocke.agent = auteur
    _verifier(stocke.dossier, stocke)
    stocke.version += 1
    enregistrer(stocke, champs=CHAMPS)
    _proposer(stocke, propositions)
    consigner(agent, "acte.modifie", stocke, propositions=len(propositions) or None)
    return stocke


@transaction.atomic
def retirer_acte(agent: Agent, acte: Acte) -> None:
    """Take an act back: its history keeps it. Fact `acte.annule`. Raises `RegleViolee` when it carries propositions."""
    stocke = Acte.objects.select_for_update(of=("self",)).get(pk=acte.pk)
    if stocke.propositions.exists():
        raise RegleViolee("Cet acte porte des propositions : il ne se retire plus.")
    consigner(agent, "acte.annule", stocke)
    stocke.delete()


@transaction.atomic
def changer_etat_proposition(agent: Agent, proposition: Proposition, *, etat: str) -> Proposition:
    """Move a proposition to a later state. Fact `proposition.modifiee`. Raises `RegleViolee`.

    Asking for the state it has already is no change, and no fact: the form was sent twice.
    """
    stockee = Proposition.objects.select_for_update(of=("self",)).get(pk=proposition.pk)
    if stockee.etat == etat:
        return stockee
    if etat not in TRANSITIONS[stockee.etat]:
        raise RegleViolee(
            f"Cette proposition est « {stockee.get_etat_display().lower()} » : elle ne peut plus prendre cet état.",
            "etat",
        )
    stockee.etat = etat
    stockee.save(update_fields=["etat", "modifie_le"])
    consigner(agent, "proposition.modifiee", stockee, etat=etat)
    return stockee
