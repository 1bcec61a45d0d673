"""Writes: declare the resources of a month, decide, notify. One decision a month, never changed once taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent, Portee
from imilo.acteurs.selectors import aujourd_hui, pouvoir_de_signer
from imilo.droit import francais
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import montant
from imilo.droit.montants import Montant
from imilo.journal.services import consigner
from imilo.parcours.allocations import calcul, pdf
from imilo.parcours.allocations.models import (
    DecisionAllocation,
    Declaration,
    EtatDecision,
    PrimeActivite,
    RessourceDeclaree,
    Rsa,
    Sens,
    Suspensif,
)
from imilo.parcours.allocations.selectors import mois_couverts
from imilo.parcours.contrats.models import AutonomieFiscale, ContratEngagement, Logement
from imilo.parcours.dossiers.documents import PDF, enregistrer_document
from imilo.parcours.dossiers.models import Dossier, GenreDocument
from imilo.parcours.dossiers.services.enregistrement import PERIMEE, enregistrer, reprendre
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import NonHabilite, RegleViolee, VersionPerimee

RESSOURCES_MAX = 20
CHAMPS = {
    "declaration_soutien_dit": "soutien_parental",
    "ressource_montant_positif": "ressources",
    "decision_allocation_notifiee_complete": "notifiee_le",
}


@dataclass(frozen=True)
class SituationDuMois:
    """What the form says beside the resources; choices are those of `Declaration`."""

    logement: str
    foyer_fiscal: str
    soutien_parental: str = ""
    autonomie_fiscale: str = AutonomieFiscale.AUCUNE
    rsa: str = Rsa.NON
    prime_activite: str = PrimeActivite.NON
    suspensif: str = Suspensif.AUCUN


@dataclass(frozen=True)
class RessourceSaisie:
    """One resource: its code (`imilo.droit.ressources`) and the sum received, in euros."""

    nature: str
    montant: Decimal


def _verrouiller(contrat: ContratEngagement) -> ContratEngagement:
    """The contract with its dossier locked: one writer of allowances at a time."""
    dossier = (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("jeune", "structure", "adresse_commune")
        .get(pk=contrat.dossier_id)
    )
    relu = ContratEngagement.objects.get(pk=contrat.pk, dossier=dossier)
    relu.dossier = dossier
    return relu


def _verifier_mois(contrat: ContratEngagement, mois: date, le: date) -> None:
    if mois not in mois_couverts(contrat, le=le):
        if contrat.signe_le is None:
            raise RegleViolee("L'allocation commence avec la signature du contrat : il n'est pas encore signé.", "mois")
        raise RegleViolee(f"Le contrat ne couvre pas {francais.mois(mois)}, ou ce mois n'a pas commencé.", "mois")


def _version_attendue(declaration: Declaration | None, version: int | None) -> None:
    actuelle = declaration.version if declaration else None
    if actuelle != version:
        raise VersionPerimee(PERIMEE, actuelle or 0)


@transaction.atomic
def declarer_ressources(
    agent: Agent,
    contrat: ContratEngagement,
    *,
    mois: date,
    situation: SituationDuMois,
    ressources: Sequence[RessourceSaisie],
    version: int | None,
) -> DecisionAllocation:
    """Record what was received in `mois` (its first day) and prepare the decision. Fact `ressources.declarees`.

    `version` is that of the declaration the person saw (None: there was none). A declaration may be changed
    until the decision is taken. Raises `RegleViolee`, `VersionPerimee`.
    """
    contrat = _verrouiller(contrat)
    le = aujourd_hui(contrat.dossier.structure)
    _verifier_mois(contrat, mois, le)
    if len(ressources) > RESSOURCES_MAX:
        raise RegleViolee(f"Déclarez {RESSOURCES_MAX} ressources au plus.", "ressources")
    declaration = Declaration.objects.filter(contrat=contrat, mois=mois).first()
    decision = DecisionAllocation.objects.filter(contrat=contrat, mois=mois).first()
    if decision is not None and decision.prise:
        raise RegleViolee("La décision de ce mois est prise : elle ne change plus.")
    _version_attendue(declaration, version)
    nouvelle = declaration is None
    if declaration is None:
        declaration = Declaration(
            contrat=contrat, mois=mois, dossier=contrat.dossier, structure=contrat.dossier.structure
        )
    else:
        declaration.version += 1
    declaration.agent, declaration.declaree_le = agent, le
    for champ, valeur in asdict(situation).items():
        setattr(declaration, champ, valeur)
    if situation.logement == Logement.HORS_FOYER:
        declaration.soutien_parental = ""
    enregistrer(declaration, champs=CHAMPS, premier=nouvelle)
    lignes = _remplacer_les_ressources(declaration, ressources)
    decision = decision or DecisionAllocation(
        contrat=contrat,
        declaration=declaration,
        mois=mois,
        dossier=contrat.dossier,
        structure=contrat.dossier.structure,
    )
    return _preparer(agent, decision, contrat, lignes, le)


def _montant(recu: Decimal) -> Montant:
    try:
        return montant("montant", recu)
    except FaitInvalide as erreur:
        raise RegleViolee(erreur.message, "ressources") from erreur


def _remplacer_les_ressources(
    declaration: Declaration, ressources: Sequence[RessourceSaisie]
) -> list[RessourceDeclaree]:
    declaration.ressources.all().delete()
    lignes = [
        RessourceDeclaree(
            declaration=declaration,
            dossier_id=declaration.dossier_id,
            structure_id=declaration.structure_id,
            nature=saisie.nature,
            montant=_montant(saisie.montant),
        )
        for saisie in ressources
    ]
    for ligne in lignes:
        enregistrer(ligne, champs=CHAMPS, premier=True)
    return lignes


def _preparer(
    agent: Agent, decision: DecisionAllocation, contrat: ContratEngagement, lignes: list[RessourceDeclaree], le: date
) -> DecisionAllocation:
    nouvelle = decision.pk is None
    decision.preparee_par = agent
    calcul.repondre(contrat, declaration=decision.declaration, ressources=lignes, le=le).appliquer(decision)
    if not nouvelle:
        decision.version += 1
    enregistrer(decision, champs=CHAMPS, premier=nouvelle)
    consigner(agent, "ressources.declarees", decision, mois=decision.code_mois)
    return decision


@transaction.atomic
def decider_allocation(agent: Agent, decision: DecisionAllocation, *, version: int) -> DecisionAllocation:
    """Take the decision in the State's name, today, and write its letter. Fact `allocation.decidee` or `.refusee`.

    R. 5131-25 I: the representative of the mission locale, or whom they delegated their signature to. The law
    is asked again: when it no longer says what was shown (a scale changed), nothing is decided. Raises
    `NonHabilite`, `RegleViolee`, `VersionPerimee`.
    """
    contrat = _verrouiller(decision.contrat)
    structure = contrat.dossier.structure
    le = aujourd_hui(structure)
    pouvoir = pouvoir_de_signer(agent=agent, structure=structure, portee=Portee.ALLOCATIONS, le=le)
    if pouvoir is None:
        raise NonHabilite(
            "Décider une allocation au nom de l'État demande d'être représentant légal de la structure, "
            "ou d'avoir sa délégation de signature en cours."
        )
    stockee = reprendre(decision, version=version)
    if stockee.prise:
        raise RegleViolee("Cette décision est déjà prise.")
    stockee.contrat, stockee.dossier = contrat, contrat.dossier
    montre = (stockee.sens, stockee.montant)
    lignes = list(stockee.declaration.ressources.all())
    calcul.repondre(contrat, declaration=stockee.declaration, ressources=lignes, le=le).appliquer(stockee)
    if (stockee.sens, stockee.montant) != montre:
        raise RegleViolee("Le calcul a changé depuis la préparation : enregistrez de nouveau les ressources du mois.")
    stockee.etat, stockee.decidee_le, stockee.decidee_par = EtatDecision.DECIDEE, le, agent
    stockee.pouvoir = pouvoir.mention
    stockee.document = enregistrer_document(
        agent,
        dossier=contrat.dossier,
        genre=GenreDocument.NOTIFICATION,
        titre=pdf.objet(stockee),
        contenu=pdf.pdf_de_la_decision(stockee, a=timezone.now()),
        type_mime=PDF,
    )
    stockee.version += 1
    enregistrer(stockee, champs=CHAMPS)
    genre = "allocation.decidee" if stockee.sens == Sens.ACCORD else "allocation.refusee"
    consigner(agent, genre, stockee, mois=stockee.code_mois)
    return stockee


@transaction.atomic
def notifier_decision(
    agent: Agent, decision: DecisionAllocation, *, version: int, notifiee_le: date, moyen: str
) -> DecisionAllocation:
    """Record the day the person received the letter: the delays of appeal start. Fact `allocation.notifiee`.

    Raises `RegleViolee`, `VersionPerimee`.
    """
    contrat = _verrouiller(decision.contrat)
    stockee = reprendre(decision, version=version)
    stockee.contrat, stockee.dossier = contrat, contrat.dossier
    if stockee.etat != EtatDecision.DECIDEE:
        raise RegleViolee("Seule une décision prise, pas encore notifiée, peut l'être.")
    assert stockee.decidee_le is not None
    if notifiee_le > aujourd_hui(contrat.dossier.structure):
        raise RegleViolee("Une notification ne se note pas d'avance.", "notifiee_le")
    if notifiee_le < stockee.decidee_le:
        raise RegleViolee("La notification ne peut pas précéder la décision.", "notifiee_le")
    if moyen not in dict(codes(Liste.NOTIFICATION, notifiee_le)):
        raise RegleViolee("Choisissez un moyen de la liste.", "moyen")
    stockee.etat, stockee.notifiee_le, stockee.notifiee_par = EtatDecision.NOTIFIEE, notifiee_le, agent
    stockee.notification_moyen = moyen
    stockee.version += 1
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, "allocation.notifiee", stockee, mois=stockee.code_mois, moyen=moyen.lower())
    return stockee
