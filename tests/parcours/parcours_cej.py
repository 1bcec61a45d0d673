"""A dossier brought to each step of a CEJ, through the services; shared by the tests that follow it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.contrats.eligibilite import Reponses
from imilo.parcours.contrats.models import CategorieAction, ContratEngagement, FoyerFiscal, Logement, ModeSignature
from imilo.parcours.contrats.services import (
    ActionSaisie,
    ContratSaisi,
    SignatureSaisie,
    abandonner_contrat,
    examiner_eligibilite,
    preparer_contrat,
    signer_contrat,
)
from imilo.parcours.diagnostics.models import Orientation, SituationEmploi, Valeur
from imilo.parcours.diagnostics.services import (
    OrientationSaisie,
    ThemeSaisi,
    decider_orientation,
    etablir_diagnostic,
    notifier_orientation,
)
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.enregistrement import reprendre

OUI = Reponses(
    etudiant=False,
    en_formation=False,
    difficulte_emploi_durable=True,
    difficulte_appreciation="Contrats courts, sans diplôme",
)
ACTIONS = (
    ActionSaisie(CategorieAction.RECHERCHE, "Atelier CV et candidatures"),
    ActionSaisie(CategorieAction.MISE_EN_SITUATION, "Immersion en cuisine", "Restaurant Chez Léa"),
)


def orienter(agent: Agent, dossier: Dossier, *, le: date) -> Orientation:
    saisie = OrientationSaisie(
        decidee_le=le,
        beneficiaire_rsa=False,
        qualification="NV5",
        situation_emploi=SituationEmploi.PLUS_UN_AN,
        aspirations="La cuisine",
    )
    return decider_orientation(agent, dossier, saisie=saisie)


def orienter_et_notifier(agent: Agent, dossier: Dossier, *, le: date) -> Orientation:
    return notifier(agent, orienter(agent, dossier, le=le), le=le)


def notifier(agent: Agent, orientation: Orientation, *, le: date) -> Orientation:
    return notifier_orientation(agent, orientation, version=1, notifiee_le=le, moyen="MAIN_PROPRE")


def diagnostiquer(agent: Agent, dossier: Dossier, *, le: date) -> None:
    etablir_diagnostic(
        agent,
        dossier,
        etabli_le=le,
        objectifs="Trouver un emploi de cuisinier",
        synthese="",
        themes=[ThemeSaisi("EMPLOI", Valeur.BESOIN)],
        avec_la_personne=True,
    )


def saisi(referent: Agent, *, debut: date, **champs: Any) -> ContratSaisi:
    """A contract of a year, fifteen hours a week."""
    defaut = ContratSaisi(
        debut=debut,
        fin_prevue=debut + timedelta(days=300),
        heures_hebdo=Decimal(15),
        objectifs="Trouver un emploi de cuisinier",
        engagements_jeune="Venir aux rendez-vous",
        engagements_structure="Proposer des actions chaque semaine",
        referent=referent,
        logement=Logement.HORS_FOYER,
        foyer_fiscal=FoyerFiscal.NON_IMPOSABLE,
    )
    return replace(defaut, **champs)


def preparer(
    agent: Agent, dossier: Dossier, *, reponses: Reponses = OUI, debut: date | None = None, **champs: Any
) -> ContratEngagement:
    """Everything up to a contract ready to sign today; the orientation is received ten days ago."""
    le = aujourd_hui(dossier.structure)
    orienter_et_notifier(agent, dossier, le=le - timedelta(days=10))
    diagnostiquer(agent, dossier, le=le - timedelta(days=9))
    examiner_eligibilite(agent, dossier, reponses=reponses)
    return preparer_contrat(agent, dossier, saisi=saisi(agent, debut=debut or le, **champs), actions=ACTIONS)


def ecran(dossier: Dossier, **champs: Any) -> SignatureSaisie:
    """A signature on screen, today."""
    defaut = SignatureSaisie(
        mode=ModeSignature.ECRAN,
        signe_le=aujourd_hui(dossier.structure),
        acceptation_jeune=dossier.jeune.nom_complet,
    )
    return replace(defaut, **champs)


def signer(agent: Agent, contrat: ContratEngagement, **champs: Any) -> ContratEngagement:
    """Sign on screen as `agent`, who has the power to."""
    return signer_contrat(agent, contrat, version=contrat.version, saisie=ecran(contrat.dossier, **champs))


def relire(contrat: ContratEngagement) -> ContratEngagement:
    return reprendre(contrat, version=ContratEngagement.objects.get(pk=contrat.pk).version)


def abandonner(agent: Agent, contrat: ContratEngagement) -> None:
    """Leave the dossier ready for another contract."""
    abandonner_contrat(agent, contrat, version=contrat.version)
