"""Declare the resources of a month: by a counsellor, or by the young person, whose word is then verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import francais
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import montant
from imilo.droit.montants import Montant
from imilo.journal.services import consigner
from imilo.parcours.allocations.models import (
    DecisionAllocation,
    Declaration,
    PrimeActivite,
    RessourceDeclaree,
    Rsa,
    Suspensif,
)
from imilo.parcours.allocations.selectors import mois_couverts
from imilo.parcours.allocations.services.commun import CHAMPS, calculer, contexte_de, verrouiller
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import AutonomieFiscale, ContratEngagement, Logement
from imilo.parcours.dossiers.documents import enregistrer_document, verifier_fichier
from imilo.parcours.dossiers.models import Document, GenreDocument
from imilo.parcours.dossiers.services.enregistrement import PERIMEE, enregistrer, reprendre
from imilo.socle.erreurs import RegleViolee, VersionPerimee

RESSOURCES_MAX = 20
PRISE = (
    "La décision de ce mois est prise : elle ne change plus. Une correction en fait une nouvelle, et règle la "
    "différence."
)


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
    """One resource: its code (`imilo.droit.ressources`), the sum received in euros, and its proof.

    `justificatif`: a file received just now; `document_id`: one that this dossier already has.
    """

    nature: str
    montant: Decimal
    justificatif: bytes = b""
    nom_du_fichier: str = ""
    document_id: int | None = None


def verifier_mois(contrat: ContratEngagement, mois: date, le: date) -> None:
    """Raises `RegleViolee` for a month that the contract doesn't cover, or that hasn't begun."""
    if contrat.cadre != Cadre.CEJ:
        raise RegleViolee("Cette allocation est celle du contrat d'engagement jeune : ce contrat n'en est pas un.")
    if mois not in mois_couverts(contrat, le=le):
        if contrat.signe_le is None:
            raise RegleViolee("L'allocation commence avec la signature du contrat : il n'est pas encore signé.", "mois")
        raise RegleViolee(f"Le contrat ne couvre pas {francais.mois(mois)}, ou ce mois n'a pas commencé.", "mois")


def _version_attendue(declaration: Declaration | None, version: int | None) -> None:
    actuelle = declaration.version if declaration else None
    if actuelle != version:
        raise VersionPerimee(PERIMEE, actuelle or 0)


def derniere_du_mois(contrat: ContratEngagement, mois: date) -> DecisionAllocation | None:
    """The decision of the highest rank on a month, with its declaration."""
    du_mois = DecisionAllocation.objects.filter(contrat=contrat, mois=mois)
    return du_mois.select_related("declaration").order_by("-rang").first()


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

    `version` is that of the declaration the person saw (None: there was none). A declaration may be changed until
    the decision is taken, that of a correction too. Raises `RegleViolee`, `VersionPerimee`.
    """
    return _declarer(agent, contrat, mois=mois, situation=situation, ressources=ressources, version=version)


@transaction.atomic
def declarer_par_le_jeune(
    contrat: ContratEngagement,
    *,
    mois: date,
    situation: SituationDuMois,
    ressources: Sequence[RessourceSaisie],
    version: int | None,
    depose_par: Agent,
    acteur: str,
) -> DecisionAllocation:
    """What the young person declares under a personal link (`acteur`: "lien:<id>"). Fact `ressources.declarees`.

    Nothing is decided on it before an agent has verified it. Their files are kept in the name of the agent who sent
    the link. Raises `RegleViolee`, also when an agent has already declared or decided the month; `VersionPerimee`.
    """
    deja = derniere_du_mois(contrat, mois)
    if deja is not None and not deja.declaration.a_verifier:
        raise RegleViolee("Votre conseiller a déjà traité ce mois. Si quelque chose a changé, dites-le-lui.")
    return _declarer(
        None,
        contrat,
        mois=mois,
        situation=situation,
        ressources=ressources,
        version=version,
        depose_par=depose_par,
        acteur=acteur,
    )


def _declarer(
    agent: Agent | None,
    contrat: ContratEngagement,
    *,
    mois: date,
    situation: SituationDuMois,
    ressources: Sequence[RessourceSaisie],
    version: int | None,
    depose_par: Agent | None = None,
    acteur: str | None = None,
) -> DecisionAllocation:
    contrat = verrouiller(contrat)
    le = aujourd_hui(contrat.dossier.structure)
    verifier_mois(contrat, mois, le)
    decision = derniere_du_mois(contrat, mois)
    if decision is not None and decision.prise:
        raise RegleViolee(PRISE)
    declaration = decision.declaration if decision is not None else None
    _version_attendue(declaration, version)
    if declaration is None:
        declaration = nouvelle_declaration(contrat, mois, rang=1)
    remplir(declaration, situation, ressources, agent=agent, le=le, depose_par=agent or depose_par)
    if decision is None:
        decision = nouvelle_decision(contrat, declaration)
    return preparer(agent, decision, contrat, le=le, acteur=acteur)


def nouvelle_declaration(contrat: ContratEngagement, mois: date, *, rang: int) -> Declaration:
    dossier = contrat.dossier
    return Declaration(contrat=contrat, mois=mois, rang=rang, dossier=dossier, structure=dossier.structure)


def nouvelle_decision(contrat: ContratEngagement, declaration: Declaration) -> DecisionAllocation:
    return DecisionAllocation(
        contrat=contrat,
        declaration=declaration,
        mois=declaration.mois,
        rang=declaration.rang,
        dossier=contrat.dossier,
        structure=contrat.dossier.structure,
    )


def remplir(
    declaration: Declaration,
    situation: SituationDuMois,
    ressources: Sequence[RessourceSaisie],
    *,
    agent: Agent | None,
    le: date,
    depose_par: Agent | None,
) -> None:
    """Write and save the declaration and its resources. Raises `RegleViolee`."""
    if len(ressources) > RESSOURCES_MAX:
        raise RegleViolee(f"Déclarez {RESSOURCES_MAX} ressources au plus.", "ressources")
    nouvelle = declaration.pk is None
    if not nouvelle:
        declaration.version += 1
    declaration.agent, declaration.declaree_le = agent, le
    declaration.verifiee_le = None if agent is None else le
    for champ, valeur in asdict(situation).items():
        setattr(declaration, champ, valeur)
    if situation.logement == Logement.HORS_FOYER:
        declaration.soutien_parental = ""
    enregistrer(declaration, champs=CHAMPS, premier=nouvelle)
    declaration.ressources.all().delete()
    for saisie in ressources:
        ligne = RessourceDeclaree(
            declaration=declaration,
            dossier_id=declaration.dossier_id,
            structure_id=declaration.structure_id,
            nature=saisie.nature,
            montant=_montant(saisie.montant),
            justificatif=_justificatif(declaration, saisie, depose_par),
        )
        enregistrer(ligne, champs=CHAMPS, premier=True)


def _montant(recu: Decimal) -> Montant:
    try:
        return montant("montant", recu)
    except FaitInvalide as erreur:
        raise RegleViolee(erreur.message, "ressources") from erreur


def _justificatif(declaration: Declaration, saisie: RessourceSaisie, depose_par: Agent | None) -> Document | None:
    """The proof of a resource: a file received now, or a document of this same dossier."""
    if saisie.document_id is not None:
        return Document.objects.defer("contenu").get(pk=saisie.document_id, dossier_id=declaration.dossier_id)
    if not saisie.justificatif or depose_par is None:
        return None
    return enregistrer_document(
        depose_par,
        dossier=declaration.dossier,
        genre=GenreDocument.JUSTIFICATIF,
        titre=saisie.nom_du_fichier or "Justificatif de ressource",
        contenu=saisie.justificatif,
        type_mime=verifier_fichier(saisie.justificatif, champ="justificatif"),
    )


def preparer(
    agent: Agent | None,
    decision: DecisionAllocation,
    contrat: ContratEngagement,
    *,
    le: date,
    acteur: str | None = None,
    genre: str = "ressources.declarees",
) -> DecisionAllocation:
    """Compute and save the decision to take. One fact, of kind `genre`."""
    nouvelle = decision.pk is None
    decision.preparee_par = agent
    calculer(decision, contrat, le=le, contexte=contexte_de(contrat)).appliquer(decision)
    if not nouvelle:
        decision.version += 1
    enregistrer(decision, champs=CHAMPS, premier=nouvelle)
    consigner(agent, genre, decision, acteur=acteur, mois=decision.code_mois)
    return decision


@transaction.atomic
def verifier_declaration(agent: Agent, decision: DecisionAllocation, *, version: int) -> DecisionAllocation:
    """Say that what the young person declared was looked at, with its proofs. Fact `declaration.verifiee`.

    Who verifies prepares the decision. Raises `RegleViolee`, `VersionPerimee`.
    """
    contrat = verrouiller(decision.contrat)
    stockee = reprendre(decision, version=version)
    stockee.contrat, stockee.dossier = contrat, contrat.dossier
    declaration = stockee.declaration
    if stockee.prise or not declaration.a_verifier:
        raise RegleViolee("Cette déclaration est déjà vérifiée.")
    le = aujourd_hui(contrat.dossier.structure)
    declaration.verifiee_le = le
    declaration.version += 1
    enregistrer(declaration, champs=CHAMPS)
    return preparer(agent, stockee, contrat, le=le, genre="declaration.verifiee")
