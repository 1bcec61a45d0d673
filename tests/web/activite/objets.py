"""A counsellor, young people under contract, and what they did in a week."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.activites import services
from imilo.parcours.activites.models import ActiviteDeclaree
from imilo.parcours.activites.services import ActiviteSaisie
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Dossier
from tests import fabriques
from tests.parcours import parcours_cej

SIGNATURE = datetime(2026, 6, 1, 8, tzinfo=UTC)
MAINTENANT = datetime(2026, 6, 19, 16, tzinfo=UTC)  # Friday, 18:00 in Paris
LUNDI = date(2026, 6, 15)


def regler(monkeypatch: Any, instant: datetime) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: instant)


def sous_contrat(monkeypatch: Any, structure: Structure, referent: Agent, signataire: Agent, nom: str) -> Dossier:
    """A dossier whose contract of fifteen hours a week runs since 1 June 2026."""
    regler(monkeypatch, SIGNATURE)
    dossier = fabriques.dossier(structure, referent, jeune_nom_naissance=nom)
    signe: ContratEngagement = parcours_cej.signer(signataire, parcours_cej.preparer(signataire, dossier))
    regler(monkeypatch, MAINTENANT)
    signe.dossier = dossier
    return dossier


def rendez_vous(dossier: Dossier, agent: Agent, jour: date, statut: str, duree: int = 60) -> RendezVous:
    debut = datetime.combine(jour, time(10), tzinfo=dossier.structure.zone)
    commun = {"dossier": dossier, "structure_id": dossier.structure_id, "agent": agent, "modalite": "INDIVIDUEL"}
    return RendezVous.objects.create(**commun, debut=debut, duree=duree, statut=statut)


def declarer(dossier: Dossier, intitule: str, jour: date, minutes: int = 120, **champs: Any) -> ActiviteDeclaree:
    """By the young person."""
    saisie = ActiviteSaisie(jour=jour, minutes=minutes, categorie="recherche", intitule=intitule, **champs)
    return services.declarer_activite(None, dossier, saisie=saisie)


def texte(reponse: Any, statut: int = 200) -> str:
    """What a page says, spaces apart."""
    assert reponse.status_code == statut
    return re.sub(r"\s+", " ", reponse.content.decode().replace("&#x27;", "'"))


def ouvrir(client: Client, dossier: Dossier, **parametres: str) -> str:
    """The page of activities of a dossier."""
    return texte(client.get(reverse("web:activites", args=[str(dossier)]), parametres))
