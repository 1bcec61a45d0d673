"""Two agents at two counters open a dossier for the same person at the same instant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from imilo.acteurs.models import Agent, Structure
from imilo.jeunes.identite import Identite
from imilo.parcours.dossiers.coordonnees import Arrivee, Coordonnees
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.doublons import DoublonProbable
from imilo.parcours.dossiers.services.ouverture import ouvrir_dossier
from imilo.socle.perimetre import perimetre


@pytest.mark.django_db(transaction=True)
def test_le_second_voit_le_premier(structure: Structure, agent: Agent) -> None:
    depart = Barrier(2)

    def ouvrir(prenom: str) -> str:
        try:
            with perimetre(structure.pk):
                depart.wait(timeout=20)
                ouvrir_dossier(
                    agent,
                    structure=structure,
                    identite=Identite(nom_naissance="Dupont", prenom=prenom, sexe="F", naissance=date(2003, 5, 14)),
                    coordonnees=Coordonnees(),
                    arrivee=Arrivee(),
                    premier_accueil=date(2026, 1, 5),
                )
            return "ouvert"
        except DoublonProbable:
            return "doublon"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as fils:
        assert sorted(fils.map(ouvrir, ["Élise", "Elise"])) == ["doublon", "ouvert"]
    with perimetre(structure.pk):
        assert Dossier.objects.count() == 1
