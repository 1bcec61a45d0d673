"""What may fill a day of a young person, and the minutes that the ledger makes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from imilo.acteurs.models import Agent
from imilo.parcours.activites import selectors
from imilo.parcours.activites.models import ActiviteDeclaree, EtatDeclaration, SituationNonProfessionnelle
from imilo.parcours.activites.semaines import Semaine
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.dossiers.models import Acte, Dossier, Situation

LUNDI = date(2026, 6, 15)
MERCREDI = date(2026, 6, 17)
MAINTENANT = datetime(2026, 6, 19, 16, tzinfo=UTC)  # Friday, 18:00 in Paris


def rdv(dossier: Dossier, agent: Agent, jour: date, heure: str, duree: int = 60, **champs: Any) -> RendezVous:
    debut = datetime.combine(jour, time.fromisoformat(heure), tzinfo=dossier.structure.zone)
    commun = {"modalite": "INDIVIDUEL", "statut": "present", "dossier": dossier, "structure_id": dossier.structure_id}
    return RendezVous.objects.create(**{**commun, "agent": agent, "debut": debut, "duree": duree, **champs})


def acte(dossier: Dossier, agent: Agent, jour: date, heure: str | None, duree: int = 60, **champs: Any) -> Acte:
    commun = {"type": "ACCOMPAGNEMENT", "modalite": "INDIVIDUEL", "theme": "EMPLOI", "dossier": dossier}
    quand = {"le": jour, "heure": time.fromisoformat(heure) if heure else None, "duree": duree}
    return Acte.objects.create(**{**commun, **quand, "structure_id": dossier.structure_id, "agent": agent, **champs})


def declaration(
    dossier: Dossier,
    agent: Agent,
    jour: date,
    heure: str | None,
    minutes: int = 60,
    *,
    etat: str = "acceptee",
    categorie: str = "recherche",
) -> ActiviteDeclaree:
    examen: dict[str, Any] = {"examine_par": agent, "examine_le": MAINTENANT}
    return ActiviteDeclaree.objects.create(
        dossier=dossier,
        structure_id=dossier.structure_id,
        jour=jour,
        heure=time.fromisoformat(heure) if heure else None,
        minutes=minutes,
        categorie=categorie,
        intitule="Candidatures",
        agent=agent,
        etat=etat,
        motif_refus="Rien ne le montre" if etat == EtatDeclaration.REFUSEE else "",
        **({} if etat == EtatDeclaration.DECLAREE else examen),
    )


def situation(
    dossier: Dossier, categorie: str, debut: date, fin: date | None, heures: str | None, **champs: Any
) -> Any:
    return Situation.objects.create(
        dossier=dossier,
        structure_id=dossier.structure_id,
        categorie=categorie,
        debut=debut,
        fin=fin,
        heures_hebdo=Decimal(heures) if heures else None,
        **champs,
    )


def semaine(dossier: Dossier, jour: date = LUNDI, maintenant: datetime = MAINTENANT) -> Semaine:
    (une,) = selectors.semaines(dossiers=[dossier.pk], du=jour, au=jour, maintenant=maintenant)[dossier.pk]
    return une


def minutes(dossier: Dossier, jour: date = LUNDI, maintenant: datetime = MAINTENANT) -> tuple[int, int, int]:
    une = semaine(dossier, jour, maintenant)
    return une.fait, une.a_confirmer, une.prevu


def snp(dossier: Dossier, agent: Agent, jour: date, mesure: str, minutes: int) -> SituationNonProfessionnelle:
    commun = {"dossier": dossier, "structure_id": dossier.structure_id, "agent": agent, "mesure": mesure}
    return SituationNonProfessionnelle.objects.create(**commun, debut=jour, fin=jour, minutes=minutes)
