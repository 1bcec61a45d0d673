"""A young person brought to each step of a sanction, through the services, on days that the test chooses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.sanctions import services
from imilo.parcours.sanctions.faits import Mesure
from imilo.parcours.sanctions.models import Manquement, Procedure
from imilo.parcours.sanctions.services import ExamenSaisi, ManquementSaisi
from tests.parcours import parcours_cej

SIGNATURE, CONSTAT, RECU = date(2026, 1, 12), date(2026, 3, 2), date(2026, 3, 5)
DERNIER_JOUR_POUR_REPONDRE, JOUR_DE_DECISION = date(2026, 3, 15), date(2026, 3, 20)
SUSPENSION = Mesure("suspension", Decimal("0.30"), 1)
EXAMEN = ExamenSaisi(
    motif_legitime=False, motif_texte="Pas de raison donnée", allocation=True, revenu_remplacement=False, rsa=False
)
MOYEN = "MAIN_PROPRE"
Regler = Callable[[date], None]


def calendrier(monkeypatch: pytest.MonkeyPatch) -> Regler:
    """Set the day that services read, at noon UTC."""

    def regler(jour: date) -> None:
        instant = datetime.combine(jour, time(12), tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: instant)

    return regler


def contrat_signe(
    regler: Regler, directrice: Agent, agent: Agent, dossier: Dossier, **champs: Any
) -> ContratEngagement:
    regler(SIGNATURE)
    return parcours_cej.signer(directrice, parcours_cej.preparer(agent, dossier, **champs))


def constatee(
    agent: Agent, dossier: Dossier, *, le: date = CONSTAT, manquement: str = Manquement.ENGAGEMENTS, **champs: Any
) -> Procedure:
    saisi = ManquementSaisi(manquement, le, "Trois ateliers manqués sans prévenir.", **champs)
    return services.noter_manquement(agent, dossier, saisi=saisi)


def examinee(agent: Agent, dossier: Dossier, *, examen: ExamenSaisi = EXAMEN, **champs: Any) -> Procedure:
    procedure = constatee(agent, dossier, **champs)
    return services.examiner_manquement(agent, procedure, version=procedure.version, examen=examen)


def envisagee(
    regler: Regler, agent: Agent, directrice: Agent, dossier: Dossier, *, mesure: Mesure = SUSPENSION, **champs: Any
) -> Procedure:
    """Noted, examined and told on the day of the failing."""
    regler(champs.get("le", CONSTAT))
    procedure = examinee(agent, dossier, **champs)
    return services.envisager_sanction(directrice, procedure, version=procedure.version, mesure=mesure)


def notifiee(regler: Regler, agent: Agent, directrice: Agent, dossier: Dossier, **champs: Any) -> Procedure:
    """Received three days later."""
    procedure = envisagee(regler, agent, directrice, dossier, **champs)
    recu = date.fromordinal(champs.get("le", CONSTAT).toordinal() + 3)
    regler(recu)
    return services.noter_reception(agent, procedure, version=procedure.version, personne_le=recu, moyen=MOYEN)


def decidee(
    regler: Regler, agent: Agent, directrice: Agent, dossier: Dossier, *, mesure: Mesure = SUSPENSION, **champs: Any
) -> Procedure:
    """Decided eighteen days after the failing: the ten days are over, the fifteen run."""
    procedure = notifiee(regler, agent, directrice, dossier, mesure=mesure, **champs)
    jour = date.fromordinal(champs.get("le", CONSTAT).toordinal() + 18)
    regler(jour)
    return services.decider_sanction(
        directrice,
        procedure,
        version=procedure.version,
        mesure=mesure,
        motivation="Trois absences sans prévenir.",
        premier_mois=premier_mois_suivant(jour) if mesure.part is not None else None,
    )


def premier_mois_suivant(jour: date) -> date:
    return date(jour.year + jour.month // 12, jour.month % 12 + 1, 1)


def executoire(regler: Regler, agent: Agent, directrice: Agent, dossier: Dossier, **champs: Any) -> Procedure:
    """Received the day it is decided."""
    procedure = decidee(regler, agent, directrice, dossier, **champs)
    return services.noter_remise_de_la_decision(
        agent, procedure, version=procedure.version, personne_le=procedure.decidee_le, moyen=MOYEN
    )
