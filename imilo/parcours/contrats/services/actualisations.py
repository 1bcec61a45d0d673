"""The update of a signed contract, in the forms of its signature (L. 5411-6 I, R. 5411-14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import agents_de, aujourd_hui
from imilo.droit.decision import vers_json
from imilo.droit.faits import montant
from imilo.journal.services import consigner
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import (
    ActionPrevue,
    Actualisation,
    ContratEngagement,
    EtatActualisation,
    ModeSignature,
    MotifActualisation,
)
from imilo.parcours.contrats.pdf_actualisation import pdf_de_l_actualisation
from imilo.parcours.contrats.services.cadres import allocation_mentionnee
from imilo.parcours.contrats.services.commun import CHAMPS, doit_representer, retirer_envoi
from imilo.parcours.contrats.services.preparation import verifier_echeances, verifier_heures, verifier_projet
from imilo.parcours.contrats.services.saisies import ActionSaisie, ContratSaisi
from imilo.parcours.contrats.services.signature import (
    SignatureSaisie,
    pouvoir_de_la_signature,
    signer_parties,
    verifier_acceptations,
)
from imilo.parcours.contrats.services.succession import fixer_echeances, revision
from imilo.parcours.contrats.services.suites import signe
from imilo.parcours.dossiers.documents import PDF, enregistrer_document, verifier_fichier
from imilo.parcours.dossiers.models import GenreDocument
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.parcours.dossiers.services.referents import REFERENTS
from imilo.parcours.liens.models import Fermeture
from imilo.socle.erreurs import RegleViolee

TERMES = (
    "objectifs",
    "engagements_jeune",
    "engagements_structure",
    "heures_hebdo",
    "amenagement",
    "amenagement_raison",
    "periodicite",
    "projet",
    "projet_etabli_le",
    "offre_emplois",
    "offre_zone",
    "offre_salaire",
    "actes_recherche",
)
DU_PACEA = ("allocation_maximum",)
DECIMAUX, JOURS = ("heures_hebdo", "offre_salaire", "allocation_maximum"), ("projet_etabli_le",)


def termes_du_cadre(cadre: str) -> tuple[str, ...]:
    """The terms that an update may change: those of all, and the allowance that a PACEA mentions (R. 5131-12 3°)."""
    return TERMES + DU_PACEA if cadre == Cadre.PACEA else TERMES


@dataclass(frozen=True)
class ActualisationSaisie:
    """Why, what was done and what changes, the new terms (those of `ContratSaisi`), the actions added to the plan."""

    motif: str
    bilan: str
    termes: ContratSaisi
    actions: Sequence[ActionSaisie] = ()


def _ecrits(saisie: ActualisationSaisie) -> dict[str, Any]:
    """The new terms as they are kept: JSON values."""
    termes: dict[str, Any] = {champ: getattr(saisie.termes, champ) for champ in termes_du_cadre(saisie.termes.cadre)}
    for champ in DECIMAUX:
        if termes.get(champ) is not None:
            termes[champ] = str(termes[champ])
    for champ in JOURS:
        termes[champ] = None if termes[champ] is None else termes[champ].isoformat()
    actions = [{**asdict(a), "echeance": a.echeance.isoformat() if a.echeance else None} for a in saisie.actions]
    return {"termes": termes, "referent": saisie.termes.referent.pk, "actions": actions}


def termes_de(actualisation: Actualisation) -> dict[str, Any]:
    """The new terms, by field of the contract, with the types of its fields."""
    termes = dict(actualisation.apres["termes"])
    for champ in DECIMAUX:
        if termes.get(champ) is not None:
            termes[champ] = Decimal(termes[champ])
    if termes.get("allocation_maximum") is not None:
        termes["allocation_maximum"] = montant("allocation_maximum", termes["allocation_maximum"])
    for champ in JOURS:
        termes[champ] = None if termes[champ] is None else date.fromisoformat(termes[champ])
    return termes


@transaction.atomic
def preparer_actualisation(
    agent: Agent, contrat: ContratEngagement, *, version: int, saisie: ActualisationSaisie
) -> Actualisation:
    """Write an update to be signed. Fact `actualisation.preparee`. Raises `RegleViolee`, `VersionPerimee`."""
    stocke = signe(contrat, version=version)
    le = aujourd_hui(stocke.dossier.structure)
    if saisie.motif not in MotifActualisation.values:
        raise RegleViolee("Choisissez pourquoi le contrat est revu.", "motif")
    if not saisie.bilan.strip():
        raise RegleViolee("Écrivez ce qui a été fait et ce qui change.", "bilan")
    verifier_projet(saisie.termes)
    verifier_heures(saisie.termes)
    verifier_echeances(saisie.actions, debut=stocke.debut)
    allocation_mentionnee(stocke.dossier, saisie.termes.allocation_maximum, le=le)
    referent = saisie.termes.referent
    if not agents_de(structure=stocke.dossier.structure, le=le, profils=REFERENTS).filter(pk=referent.pk).exists():
        raise RegleViolee(f"{referent} n'accompagne pas de jeunes dans cette structure.", "referent")
    derniere = stocke.actualisations.filter(etat=EtatActualisation.SIGNEE).last()
    decision = revision(stocke, le=le, actualise_le=derniere.signe_le if derniere else None)
    ligne = Actualisation(
        contrat=stocke,
        dossier=stocke.dossier,
        structure_id=stocke.structure_id,
        motif=saisie.motif,
        bilan=saisie.bilan.strip(),
        apres=_ecrits(saisie),
        decision=vers_json(decision),
        preparee_par=agent,
    )
    enregistrer(ligne, champs={}, premier=True)
    consigner(agent, "actualisation.preparee", stocke, motif=saisie.motif)
    return ligne


def preparee(actualisation: Actualisation, *, version: int) -> Actualisation:
    """The stored update, locked, still to be signed. Raises `RegleViolee`, `VersionPerimee`."""
    stocke = reprendre(actualisation, version=version)
    if stocke.etat != EtatActualisation.PREPAREE:
        raise RegleViolee(f"Cette actualisation est « {EtatActualisation(stocke.etat).label} ».")
    return stocke


@transaction.atomic
def abandonner_actualisation(agent: Agent, actualisation: Actualisation, *, version: int) -> Actualisation:
    """Give up an update that nobody signed. Fact `actualisation.abandonnee`."""
    stocke = preparee(actualisation, version=version)
    retirer_envoi(agent, stocke, pour=Fermeture.ABANDONNE)
    stocke.etat = EtatActualisation.ABANDONNEE
    stocke.version += 1
    enregistrer(stocke, champs={})
    consigner(agent, "actualisation.abandonnee", actualisation.contrat)
    return stocke


@transaction.atomic
def signer_actualisation(
    agent: Agent, actualisation: Actualisation, *, version: int, saisie: SignatureSaisie
) -> Actualisation:
    """Sign an update for the mission locale: its terms become the contract's. Fact `contrat.actualise`.

    On screen and on paper the person signs at once; on a telephone they have signed already (`distance`).

    Raises `RegleViolee`, `NonHabilite`, `VersionPerimee`.
    """
    contrat = signe(actualisation.contrat, version=actualisation.contrat.version)
    stocke = preparee(actualisation, version=version)
    stocke.contrat = contrat
    le = aujourd_hui(contrat.dossier.structure)
    if saisie.signe_le > le or (saisie.mode != ModeSignature.PAPIER and saisie.signe_le != le):
        raise RegleViolee("Une signature se note le jour où elle est faite, jamais d'avance.", "signe_le")
    if contrat.signe_le and saisie.signe_le < contrat.signe_le:
        raise RegleViolee(f"Le contrat a été signé le {contrat.signe_le:%d/%m/%Y} : elle vient après.", "signe_le")
    pouvoir = pouvoir_de_la_signature(agent, contrat, saisie)
    mineur = doit_representer(contrat, le=saisie.signe_le)
    verifier_acceptations(contrat, saisie, mineur=mineur, actualisation=stocke)
    a = timezone.now()
    stocke.signe_le, stocke.mode_signature = saisie.signe_le, saisie.mode
    signatures = signer_parties(agent, contrat, saisie, pouvoir, mineur=mineur, a=a, actualisation=stocke)
    papier = saisie.mode == ModeSignature.PAPIER
    octets = saisie.fichier if papier else pdf_de_l_actualisation(stocke, signatures=signatures, a=a)
    stocke.document = enregistrer_document(
        agent,
        dossier=contrat.dossier,
        genre=GenreDocument.CONTRAT_SIGNE,
        titre=f"Actualisation signée {contrat.reference}",
        contenu=octets,
        type_mime=verifier_fichier(octets) if papier else PDF,
    )
    stocke.document_sha256 = stocke.document.sha256
    stocke.etat = EtatActualisation.SIGNEE
    stocke.version += 1
    enregistrer(stocke, champs={})
    _appliquer(contrat, stocke)
    consigner(agent, "contrat.actualise", contrat, document=stocke.document.pk, signataire=pouvoir.agent_id)
    return stocke


def _appliquer(contrat: ContratEngagement, actualisation: Actualisation) -> None:
    """The contract takes the new terms, its plan the new actions; its deadlines start again."""
    for champ, valeur in termes_de(actualisation).items():
        setattr(contrat, champ, valeur)
    contrat.referent_id = actualisation.apres["referent"]
    contrat.version += 1
    fixer_echeances(contrat, actualise_le=actualisation.signe_le)
    enregistrer(contrat, champs=CHAMPS)
    for action in actualisation.apres["actions"]:
        jour = action["echeance"]
        ligne = ActionPrevue(
            contrat=contrat,
            dossier=contrat.dossier,
            structure_id=contrat.structure_id,
            **{**action, "echeance": date.fromisoformat(jour) if jour else None},
        )
        enregistrer(ligne, champs={}, premier=True)
